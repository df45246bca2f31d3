#!/usr/bin/env python3
"""Counts the test cases of one or more `bazel test` passes.

    count_results.py collect NAME DIR   reads bazel-testlogs, writes DIR/NAME
    count_results.py total DIR          prints what was skipped, then the closing line
"""
import glob
import os
import sys
import xml.etree.ElementTree as tree


def cases_of(path):
    """(passed, failed, skipped names, failed names) of one test.xml."""
    passed, failed, skipped = 0, [], []
    for case in tree.parse(path).getroot().iter("testcase"):
        name = f"{case.get('classname') or ''}.{case.get('name') or ''}".strip(".")
        if case.find("failure") is not None or case.find("error") is not None:
            failed.append(name)
        elif case.find("skipped") is not None or case.get("result") == "skipped":
            skipped.append(name)
        else:
            passed += 1
    return passed, failed, skipped


def collect(name, folder):
    passed, failed, skipped = 0, [], []
    for path in sorted(glob.glob("bazel-testlogs/**/test.xml", recursive=True)):
        try:
            one = cases_of(path)
        except tree.ParseError:
            failed.append(path)
            continue
        passed += one[0]
        target = os.path.dirname(path).replace("bazel-testlogs/", "")
        failed += [f"{target}: {case}" for case in one[1]]
        skipped += [f"{target}: {case}" for case in one[2]]
    with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
        out.write(f"passed {passed}\n")
        out.writelines(f"failed {case}\n" for case in failed)
        out.writelines(f"skipped {case}\n" for case in skipped)


def total(folder):
    passed, failed, skipped = 0, [], []
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8") as lines:
            for line in lines:
                kind, _, rest = line.rstrip("\n").partition(" ")
                if name == "broken":
                    failed.append(line.strip())
                elif kind == "passed":
                    passed += int(rest)
                elif kind == "failed":
                    failed.append(f"{name}: {rest}")
                else:
                    skipped.append(f"{name}: {rest}")
    for case in skipped:
        print(f"skipped: {case}")
    for case in failed:
        print(f"FAILED: {case}")
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    if sys.argv[1] == "collect":
        collect(sys.argv[2], sys.argv[3])
    else:
        sys.exit(total(sys.argv[2]))
