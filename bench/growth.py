"""allowmatch bench growth: how speed, size and compile time grow with the number of prefixes.

Samples of the routing table, each prefix in one of 16,384 rules, IPv4 and IPv6; addresses are a
random prefix and random host bits, asked for in a batch. Answers are checked as `duel` checks them.
Exit code: 1 if an answer was wrong, 2 if nothing could be measured, else 0.
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
"""

FAMILIES = {"routes4": "IPv4", "routes6": "IPv6"}


def point(fought):
    """What one workload says of allowmatch."""
    result = fought.ours()
    if result is None:
        return None
    _, family, prefixes = fought.name.split("-")
    speed = duel.spread(result.mlps())
    return {"family": FAMILIES[family], "prefixes": int(prefixes), "mlps": speed,
            "table_bytes": result.ready["table_bytes"], "build_ms": result.ready["build_ms"],
            "kernel": result.ready["detail"]}


def measure(options, tools):
    workloads = contest.Workloads(tools / "make_workloads", options.data)
    points, failed = [], False
    for name in workloads.names(options.workload):
        about = workloads.make(name)
        if about is None:
            continue
        fought = duel.Duel(name, about, options.data, options.core)
        fought.fight([contest.ours(tools)], [], options.rounds)
        one = point(fought)
        failed |= one is None
        if one is None:
            contest.note(f"{name}: {fought.results[0].why}")
        else:
            points.append(one)
    return points, failed


def table(points):
    lines = ["family  prefixes  Mlps min/median/max    table      B/prefix  compile"]
    for p in points:
        speed = " / ".join(duel.number(p["mlps"][key]) for key in ("min", "median", "max"))
        lines.append(f"{p['family']}    {p['prefixes']:>8}  {speed:<21}  "
                     f"{duel.size(p['table_bytes']):<9}  "
                     f"{duel.number(p['table_bytes'] / p['prefixes']):>8}  {p['build_ms']} ms")
    return "\n".join(lines)


def series(points, value):
    """{family: [(prefixes, value)]} for the chart; zeros have no place on a log scale."""
    lines = {}
    for p in points:
        if value(p) > 0:
            lines.setdefault(p["family"], []).append((p["prefixes"], value(p)))
    return lines


def draw(points):
    speed = series(points, lambda p: p["mlps"]["median"])
    return chart.svg("prefixes in the policy", [
        chart.Panel("Lookups", "million a second, one core", speed),
        chart.Panel("Compiled size", "bytes", series(points, lambda p: p["table_bytes"])),
        chart.Panel("Time to compile", "milliseconds", series(points, lambda p: p["build_ms"])),
    ])


def parse(arguments):
    parser = command_line.Parser("growth", EXAMPLES, __doc__.partition("\n\n")[2])
    parser.add_argument("--workload", type=command_line.pattern,
                        default=command_line.pattern("^growth-"), metavar="REGEX",
                        help="sizes to run: growth-routes4-30000 is one")
    parser.add_argument("--svg", metavar="FILE", help="draw a chart")
    parser.add_argument("--from", dest="source", metavar="FILE",
                        help="draw from the JSON of an earlier run; nothing is measured")
    duel.add_shared(parser)
    return parser.parse_args(arguments)


def read_points(path):
    try:
        return json.loads(pathlib.Path(path).read_text(encoding="utf-8"))["points"]
    except OSError as error:
        raise results.Unusable(f"{path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise results.Unusable(f"{path}: not a file of `allowmatch bench growth`") from error


def run(options):
    """Measures, and writes what was asked for. Returns (points, whether an answer was wrong)."""
    tools = duel.tools_of(options)
    context = origin.describe(tools / "contender", building.ROOT)
    points, failed = measure(options, tools)
    if options.output:
        duel.write(options.output,
                   {"context": context, "rounds": options.rounds, "points": points})
    return points, failed


def main(arguments):
    options = parse(arguments)
    points, failed = (read_points(options.source), False) if options.source else run(options)
    if points:
        print(table(points))
        if options.svg:
            pathlib.Path(options.svg).write_text(draw(points), encoding="utf-8")
    elif not failed:
        raise results.Unusable("nothing was measured")
    return 1 if failed else 0


if __name__ == "__main__":
    command_line.run(lambda: main(sys.argv[1:]))
