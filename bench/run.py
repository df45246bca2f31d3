"""allowmatch bench run: times the workloads of the suite and keeps the samples."""
import os
import statistics
import sys

import building
import command_line
import comparison
import noise
import origin
import results
import suite

EXAMPLES = """
  allowmatch bench run -o before.json              all workloads; some two minutes
  allowmatch bench run --workload '^classify/' -o after.json
  ALLOWMATCH_KERNEL=scalar allowmatch bench run -o scalar.json
  allowmatch bench run --list
"""
BINARY = os.path.join(building.FOLDER, "suite")


def parse(arguments):
    parser = command_line.Parser(
        "run", EXAMPLES, "Times the workloads of the suite, each in several processes, and writes "
        "the samples for `allowmatch bench compare`. Answers are checked while it runs.")
    parser.add_argument("-o", "--output", metavar="FILE", help="where the samples go, as JSON")
    parser.add_argument("--workload", metavar="REGEX", default="", help="only those it finds")
    parser.add_argument("--repetitions", metavar="N", default=10,
                        type=command_line.at_least(noise.FEWEST_UNPAIRED),
                        help="processes, each of which gives one sample (10)")
    parser.add_argument("--list", action="store_true", help="print the workloads and stop")
    options = parser.parse_args(arguments)
    if not options.list and options.output is None:
        parser.error("-o FILE is missing")
    return options


def measure(binary, names, repetitions):
    """(kernel, workloads as results.py has them)."""
    workloads = {}
    progress = suite.Progress(repetitions)
    for repetition in range(repetitions):
        kernel, samples = suite.sample(binary, names)
        for name in names:
            item, nanoseconds = samples[name]
            workload = workloads.setdefault(name, {"item": item, "ns": []})
            workload["ns"].append(float(f"{nanoseconds:.6g}"))
        progress.step("repetitions")
    return kernel, workloads


def table(workloads):
    """Aligned lines: median and spread of each workload."""
    width = max(len(name) for name in workloads)
    lines = [f"{'workload':<{width}}  {'median':>8}  spread"]
    for name, workload in workloads.items():
        median = statistics.median(workload["ns"])
        lines.append(f"{name:<{width}}  {comparison.duration(median)}  "
                     f"{noise.spread(workload['ns']):>5.1%}  per {workload['item']}")
    return "\n".join(lines)


def main(arguments):
    options = parse(arguments)
    building.build(building.ROOT, ["suite"])
    names = suite.list_workloads(BINARY, options.workload)
    if options.list:
        print("\n".join(names))
        return 0
    context = origin.describe(BINARY, building.ROOT)
    if context["load"] >= context["cpus"]:
        print(f"warning: the load is {context['load']} on {context['cpus']} CPUs: expect noise",
              file=sys.stderr)
    context["kernel"], workloads = measure(BINARY, names, options.repetitions)
    try:
        results.write(options.output, context, workloads)
    except OSError as error:
        raise results.Unusable(f"{options.output}: {error.strerror}") from error
    print(f"{origin.lines(context)}\n\n{table(workloads)}")
    return 0


if __name__ == "__main__":
    command_line.run(lambda: main(sys.argv[1:]))
