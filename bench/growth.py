"""allowmatch bench growth: how speed, size and compile time grow with a policy.

Prefixes: samples of the routing table, each in one of 16,384 rules, IPv4 and IPv6; addresses are a
random prefix and random host bits. Names: samples of a list of real ones, a rule each; any of
them, and names that are not listed but nearly. All are asked for in a batch; answers are checked as `duel` checks
them. Exit code: 1 if an answer was wrong, 2 if nothing could be measured, else 0.
"""

import json
import pathlib
import sys

import building
import chart
import command_line
import contest
import duel
import origin
import results

EXAMPLES = """
  allowmatch bench growth                                   a table; some ten minutes
  allowmatch bench growth -o growth.json --svg growth.svg
  allowmatch bench growth --from growth.json --svg growth.svg
  allowmatch bench growth --of names --svg growth_names.svg
"""


class Subject:
    """What grows: its noun, and the curves by the middle word of their workloads."""

    def __init__(self, noun, one, curves):
        self.noun = noun
        self.one = one
        self.curves = curves

    def pattern(self):
        return command_line.pattern(f"^growth-({'|'.join(self.curves)})-")


SUBJECTS = {"prefixes": Subject("prefixes", "prefix", {"routes4": "IPv4", "routes6": "IPv6"}),
            "names": Subject("names", "name", {"name_hits": "hits", "name_misses": "misses"})}


def point(subject, fought):
    """What one workload says of allowmatch."""
    result = fought.ours()
    if result is None:
        return None
    _, curve, count = fought.name.split("-")
    speed = duel.spread(result.mlps())
    return {"family": subject.curves[curve], subject.noun: int(count), "mlps": speed,
            "table_bytes": result.ready["table_bytes"], "build_ms": result.ready["build_ms"],
            "kernel": result.ready["detail"]}


def measure(subject, options, tools):
    workloads = contest.Workloads(tools / "make_workloads", options.data)
    points, failed = [], False
    for name in workloads.names(options.workload or subject.pattern()):
        about = workloads.make(name)
        if about is None:
            continue
        fought = duel.Duel(name, about, options.data, options.core)
        fought.fight([contest.ours(tools)], [], options.rounds)
        one = point(subject, fought)
        failed |= one is None
        if one is None:
            contest.note(f"{name}: {fought.results[0].why}")
        else:
            points.append(one)
    return points, failed


def table(subject, points):
    lines = [f"{'family':<6}  {subject.noun:>8}  {'Mlps min/median/max':<21}  {'table':<9}  "
             f"{'B/' + subject.one:>8}  compile"]
    for p in points:
        speed = " / ".join(duel.number(p["mlps"][key]) for key in ("min", "median", "max"))
        lines.append(f"{p['family']:<6}  {p[subject.noun]:>8}  {speed:<21}  "
                     f"{duel.size(p['table_bytes']):<9}  "
                     f"{duel.number(p['table_bytes'] / p[subject.noun]):>8}  {p['build_ms']} ms")
    return "\n".join(lines)


def series(subject, points, value):
    """{family: [(count, value)]} for the chart; zeros have no place on a log scale."""
    lines = {}
    for p in points:
        if value(p) > 0:
            lines.setdefault(p["family"], []).append((p[subject.noun], value(p)))
    return lines


def draw(subject, points):
    def panel(title, unit, value):
        return chart.Panel(title, unit, series(subject, points, value))
    return chart.svg(f"{subject.noun} in the policy", [
        panel("Lookups", "million a second, one core", lambda p: p["mlps"]["median"]),
        panel("Size of the tables", f"bytes a {subject.one}",
              lambda p: p["table_bytes"] / p[subject.noun]),
        panel("Time to compile", "milliseconds", lambda p: p["build_ms"]),
    ])


def parse(arguments):
    parser = command_line.Parser("growth", EXAMPLES, __doc__.partition("\n\n")[2])
    parser.add_argument("--of", choices=SUBJECTS, default="prefixes", help="what grows (prefixes)")
    parser.add_argument("--workload", type=command_line.pattern, metavar="REGEX",
                        help="sizes to run: growth-routes4-30000 is one")
    parser.add_argument("--svg", metavar="FILE", help="draw a chart")
    parser.add_argument("--from", dest="source", metavar="FILE",
                        help="draw from the JSON of an earlier run; nothing is measured")
    duel.add_shared(parser)
    return parser.parse_args(arguments)


def read_points(path):
    """(subject, points) of an earlier run."""
    try:
        points = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))["points"]
        return next(s for s in SUBJECTS.values() if s.noun in points[0]), points
    except OSError as error:
        raise results.Unusable(f"{path}: {error.strerror}") from error
    except (ValueError, LookupError, TypeError, StopIteration) as error:
        raise results.Unusable(f"{path}: not a file of `allowmatch bench growth`") from error


def run(subject, options):
    """Measures, and writes what was asked for. Returns (points, whether an answer was wrong)."""
    tools = duel.tools_of(options)
    context = origin.describe(tools / "contender", building.ROOT)
    points, failed = measure(subject, options, tools)
    if options.output:
        duel.write(options.output,
                   {"context": context, "rounds": options.rounds, "points": points})
    return points, failed


def main(arguments):
    options = parse(arguments)
    subject, failed = SUBJECTS[options.of], False
    if options.source:
        subject, points = read_points(options.source)
    else:
        points, failed = run(subject, options)
    if points:
        print(table(subject, points))
        if options.svg:
            pathlib.Path(options.svg).write_text(draw(subject, points), encoding="utf-8")
    elif not failed:
        raise results.Unusable("nothing was measured")
    return 1 if failed else 0


if __name__ == "__main__":
    command_line.run(lambda: main(sys.argv[1:]))
