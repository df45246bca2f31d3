"""allowmatch bench regress: the working tree against a commit, on this machine, in turns."""
import fcntl
import os
import subprocess
import sys

import building
import command_line
import compare
import comparison
import noise
import origin
import results
import suite

EXAMPLES = """
  allowmatch bench regress main                           is the working tree slower than main?
  allowmatch bench regress v1.2 --workload '^classify/'   some of the workloads
  allowmatch bench regress HEAD~1 --rounds 30 --html change.html
"""
FOLDER = os.path.join(building.ROOT, ".build/regress")
TREE = os.path.join(FOLDER, "tree")
# Of equal length: the names of a program and its arguments are on its stack, and move it.
BEFORE = os.path.join(FOLDER, "a/suite")
AFTER = os.path.join(FOLDER, "b/suite")
BATCHES = 3


def parse(arguments):
    parser = command_line.Parser(
        "regress", EXAMPLES, "Builds the suite of BASE and of the working tree and times both in "
        "turns (A B B A ...), so that what the machine does meanwhile meets both alike. A "
        "suspicion is measured again. Exit code: 1 if some workload is slower, 2 if the question "
        "cannot be answered, else 0.")
    parser.add_argument("base", metavar="BASE", help="a commit, branch or tag that has the suite")
    parser.add_argument("--workload", metavar="REGEX", default="", help="only those it finds")
    parser.add_argument("--rounds", metavar="N", default=12,
                        type=command_line.at_least(noise.FEWEST_PAIRS),
                        help="pairs of timings of each workload (12); up to three times as many "
                        "where they do not suffice for a verdict")
    parser.add_argument("-o", "--output", metavar="FILE", help="keep the samples, as JSON")
    compare.add_shared(parser)
    return parser.parse_args(arguments)


def resolve(base):
    """The full name of a commit that has the suite."""
    commit = origin.git(building.ROOT, "rev-parse", "--verify", "--quiet", f"{base}^{{commit}}")
    if commit is None:
        raise results.Unusable(f"git knows no commit {base}")
    if origin.git(building.ROOT, "cat-file", "-e", f"{commit}:bench/suite.cc") is None:
        first = origin.git(building.ROOT, "log", "--diff-filter=A", "--format=%h of %cs",
                           "--", "bench/suite.cc")
        since = f"; the suite is there since {first.splitlines()[-1]}" if first else ""
        raise results.Unusable(
            f"{base} ({commit[:12]}) has no benchmark suite, bench/suite.cc{since}")
    return commit


def lock():
    """Held until the program ends: there is one folder, and two runs would disturb each other."""
    os.makedirs(FOLDER, exist_ok=True)
    file = open(os.path.join(FOLDER, "lock"), "w", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise results.Unusable("another regression run is going on in this checkout") from error
    return file


def check_out(commit):
    """Puts TREE, a worktree that is kept for the next run, at `commit`."""
    if origin.git(TREE, "rev-parse", "--show-toplevel") == os.path.realpath(TREE):
        command = ["git", "-C", TREE, "checkout", "--quiet", "--force", "--detach", commit]
    else:
        command = ["git", "-C", building.ROOT, "worktree", "add", "--quiet", "--force", "--detach",
                   TREE, commit]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise results.Unusable(f"{commit[:12]} cannot be checked out: {done.stderr.strip()}")


def build_commit(commit, copy, change=None):
    """Builds the suite of `commit`, after `change(TREE)` if that is given."""
    check_out(commit)
    if change is not None:
        change(TREE)
    say(f"building {commit[:12]}{' with a change' if change else ''}")
    try:
        building.build(TREE, ["suite"], os.path.dirname(copy))
    finally:
        # Its server would keep memory of the machine that is to be measured.
        subprocess.run(["bazel", "shutdown"], cwd=TREE, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)


def common_workloads(wanted):
    """Those of both suites, in the order of the newer one."""
    old, new = suite.list_workloads(BEFORE), suite.list_workloads(AFTER, wanted)
    rest = [name for name in new if name not in old]
    if rest:
        say(f"warning: not in the older suite: {', '.join(rest)}")
    common = [name for name in new if name in old]
    if not common:
        raise results.Unusable("the two suites have no such workload in common")
    return common


def take_turns(name, rounds):
    """Samples of one workload, (item, before, after), taken A B B A ..."""
    before, after = [], []
    for round_ in range(rounds):
        turns = [(BEFORE, before), (AFTER, after)]
        for binary, samples in turns if round_ % 2 == 0 else reversed(turns):
            item, nanoseconds = suite.sample(binary, [name])[1][name]
            samples.append(float(f"{nanoseconds:.6g}"))
    return item, before, after


def settle(names, rounds, threshold, turns):
    """(before, after) as results.py has workloads. Every workload gets `rounds` pairs of samples;
    those of which the verdict is then slower or unclear get as many again, up to BATCHES times. So
    no alarm rests on one stretch of time. `turns(name, rounds)` is take_turns."""
    before, after = {}, {}
    for batch in range(BATCHES):
        if batch > 0:
            names = [name for name in names if is_open(before[name], after[name], threshold)]
        progress = suite.Progress(len(names))
        for name in names:
            item, old, new = turns(name, rounds)
            before.setdefault(name, {"item": item, "ns": []})["ns"].extend(old)
            after.setdefault(name, {"item": item, "ns": []})["ns"].extend(new)
            progress.step(f"workloads, {'again ' * min(batch, 1)}{name}")
    return before, after


def is_open(before, after, threshold):
    verdict = noise.paired(before["ns"], after["ns"]).verdict(threshold)
    return verdict in (noise.REGRESSION, noise.UNCLEAR)


def say(line):
    print(line, file=sys.stderr, flush=True)


def keep(path, context, before, after):
    workloads = {name: {**after[name], "base_ns": before[name]["ns"]} for name in after}
    try:
        results.write(path, context, workloads)
    except OSError as error:
        raise results.Unusable(f"{path}: {error.strerror}") from error


def main(arguments):
    options = parse(arguments)
    commit = resolve(options.base)
    held = lock()
    say("building the working tree")
    building.build(building.ROOT, ["suite"], os.path.dirname(AFTER))
    build_commit(commit, BEFORE)
    before, after = settle(common_workloads(options.workload), options.rounds, options.threshold,
                           take_turns)
    context = origin.describe(AFTER, building.ROOT)
    if options.output is not None:
        keep(options.output, {**context, "base": commit}, before, after)
    made = comparison.rows(before, after, options.threshold, noise.paired)
    code = compare.conclude(made, options, f"{commit[:12]} → {compare.title_of(context)}")
    held.close()
    return code


if __name__ == "__main__":
    command_line.run(lambda: main(sys.argv[1:]))
