"""Runs the benchmark suite, //bench:suite."""
import json
import os
import re
import subprocess
import sys

import results

# A sample is the best of a few passes in one process: what other programs add to a time is never
# negative. Samples are taken in processes of their own, because the layout of memory, which a
# process keeps, matters too.
PASSES = 5
SECONDS_A_PASS = 0.04


def list_workloads(binary, wanted=""):
    """The names of the workloads that the regular expression `wanted` finds, in order."""
    names = _run(binary, "--benchmark_list_tests=true").split()
    try:
        chosen = [name for name in names if re.search(wanted, name)]
    except re.error as error:
        raise results.Unusable(f"--workload {wanted}: {error}") from error
    if not chosen:
        raise results.Unusable(f"no workload matches {wanted}; --list shows them")
    return chosen


def sample(binary, names, passes=PASSES, seconds=SECONDS_A_PASS):
    """Runs the workloads `names` in one process. Returns the kernel and, by name,
    (item, nanoseconds for one item)."""
    alternatives = "|".join(map(re.escape, names))
    printed = _run(binary, f"--benchmark_filter=^({alternatives})$", "--benchmark_format=json",
                   f"--benchmark_repetitions={passes}", f"--benchmark_min_time={seconds}")
    # Where nothing matches, nothing is printed.
    report = json.loads(printed or '{"context": {}, "benchmarks": []}')
    best = {}
    for one in report["benchmarks"]:
        if one.get("error_occurred"):
            raise results.Unusable(f"workload {one['run_name']}: {one['error_message']}")
        if one["run_type"] != "iteration":
            continue
        nanoseconds = 1e9 / one["items_per_second"]
        item, least = best.get(one["run_name"], (one["label"], nanoseconds))
        best[one["run_name"]] = (item, min(least, nanoseconds))
    missing = [name for name in names if name not in best]
    if missing:
        raise results.Unusable(f"the suite did not run {', '.join(missing)}")
    return report["context"].get("kernel", "?"), best


def _run(binary, *arguments):
    done = subprocess.run([binary, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, check=False)
    if done.returncode != 0:
        raise results.Unusable(f"{os.path.basename(binary)} ended with {done.returncode}: "
                               f"{done.stderr.strip()[-2000:]}")
    return done.stdout


class Progress:
    """One line on stderr that is written over where that is a terminal, else a few lines."""

    def __init__(self, total):
        self.total, self.done, self.said = total, 0, -1

    def step(self, what):
        self.done += 1
        line = f"{self.done} of {self.total}  {what}"
        if sys.stderr.isatty():
            end = "\n" if self.done == self.total else ""
            print(f"\r\x1b[K{line}", end=end, file=sys.stderr, flush=True)
        elif self.done * 10 // self.total != self.said:
            self.said = self.done * 10 // self.total
            print(line, file=sys.stderr, flush=True)
