"""allowmatch bench compare: two files of `allowmatch bench run`."""
import sys

import command_line
import comparison
import noise
import picture
import results

EXAMPLES = """
  allowmatch bench compare before.json after.json
  allowmatch bench compare before.json after.json --threshold 3% --html change.html
"""
# Where these differ, a ratio says something of the machine as well.
SAME_MACHINE = ("cpu", "microcode", "kernel", "compiler", "flags")


def parse(arguments):
    parser = command_line.Parser(
        "compare", EXAMPLES, "Compares two runs. A workload is slower only if its ratio is beyond "
        "the threshold and the confidence interval of the ratio is beyond 1. Exit code: 1 if some "
        "workload is slower, 2 if the files cannot be compared, else 0. Two runs see the machine "
        "at two times; `allowmatch bench regress` takes turns and holds on a noisy machine.")
    parser.add_argument("before", metavar="BEFORE.json")
    parser.add_argument("after", metavar="AFTER.json")
    add_shared(parser)
    return parser.parse_args(arguments)


def add_shared(parser):
    """The options that `regress` has too."""
    parser.add_argument("--threshold", metavar="SHARE", default=0.05, type=command_line.threshold,
                        help="what counts as slower (5%%)")
    parser.add_argument("--html", metavar="FILE", help="write a page with the picture")
    parser.add_argument("--svg", metavar="FILE", help="write the picture")


def conclude(made, options, title):
    """Prints and draws what was found. Returns the exit code."""
    print(comparison.table(made))
    print(comparison.summary(made, options.threshold))
    for path, draw in ((options.html, picture.html), (options.svg, picture.svg)):
        if path is None:
            continue
        try:
            with open(path, "w", encoding="utf-8") as out:
                out.write(draw(made, options.threshold, title))
        except OSError as error:
            raise results.Unusable(f"{path}: {error.strerror}") from error
    return comparison.exit_code(made)


def title_of(context):
    commit = str(context.get("commit", "unknown"))[:12]
    return commit + ("+changes" if context.get("modified") else "")


def main(arguments):
    options = parse(arguments)
    (was, before), (now, after) = results.read(options.before), results.read(options.after)
    for key in SAME_MACHINE:
        if was.get(key) != now.get(key):
            print(f"warning: {key} differs: {was.get(key)} and {now.get(key)}", file=sys.stderr)
    warn_of_rest(options.before, before, after)
    warn_of_rest(options.after, after, before)
    common = before.keys() & after.keys()
    if not common:
        raise results.Unusable(f"{options.before} and {options.after} have no workload in common")
    for path, workloads in ((options.before, before), (options.after, after)):
        check_enough(path, workloads, common)
    made = comparison.rows(before, after, options.threshold, noise.unpaired)
    return conclude(made, options, f"{title_of(was)} → {title_of(now)}")


def warn_of_rest(place, workloads, others):
    """Names the workloads that cannot be compared."""
    rest = [name for name in workloads if name not in others]
    if rest:
        print(f"warning: in {place} only: {', '.join(rest)}", file=sys.stderr)


def check_enough(path, workloads, common):
    for name in sorted(common):
        count = len(workloads[name]["ns"])
        if count < noise.FEWEST_UNPAIRED:
            raise results.Unusable(f"{path}: workload {name}: {count} samples; at least "
                                   f"{noise.FEWEST_UNPAIRED} are needed")


if __name__ == "__main__":
    command_line.run(lambda: main(sys.argv[1:]))
