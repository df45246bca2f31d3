#!/usr/bin/env python3
"""Counts the test cases of `bazel test` passes.

    count_results.py collect NAME DIR   reads what bazel printed from DIR/output and the
                                        XML files of the targets in it; writes DIR/NAME.count
    count_results.py total DIR          prints what was skipped and what failed, then the closing line
"""
import glob
import os
import re
import sys
import xml.etree.ElementTree as tree

TARGET = re.compile(r"^//(\S+):(\S+)\s+(?:\(cached\) )?(PASSED|FAILED|TIMEOUT|NO STATUS|FLAKY|FAILED TO BUILD)")


def cases_of(path):
    """(passed, failed names, skipped names) of one test.xml."""
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
    with open(os.path.join(folder, "output"), encoding="utf-8", errors="replace") as lines:
        targets = [match.groups() for match in map(TARGET.match, lines) if match]
    for package, target, state in targets:
        place = f"{package}:{target}"
        before = len(failed)
        for path in glob.glob(f"bazel-testlogs/{package}/{target}/**/test.xml", recursive=True):
            try:
                one = cases_of(path)
            except tree.ParseError:
                failed.append(f"//{place}: its results cannot be read")
                continue
            passed += one[0]
            failed += [f"//{place}: {case}" for case in one[1]]
            skipped += [f"//{place}: {case}" for case in one[2]]
        if state not in ("PASSED", "FLAKY") and len(failed) == before:
            failed.append(f"//{place}: {state}")
    with open(os.path.join(folder, f"{name}.count"), "w", encoding="utf-8") as out:
        out.write(f"passed {passed}\n")
        out.writelines(f"failed {case}\n" for case in failed)
        out.writelines(f"skipped {case}\n" for case in skipped)


def total(folder):
    passed, failed, skipped = 0, [], []
    for path in sorted(glob.glob(os.path.join(folder, "*.count"))):
        name = os.path.basename(path).replace(".count", "")
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                kind, _, rest = line.rstrip("\n").partition(" ")
                if kind == "passed":
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
