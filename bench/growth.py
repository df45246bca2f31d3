#!/usr/bin/env python3
"""How speed, size and compile time grow with the number of prefixes.

  bench/growth.py                                     a table
  bench/growth.py -o growth.json --svg docs/growth.svg

Samples of the routing table, each prefix in one of 16,384 rules, IPv4 and IPv6; addresses are a
random prefix and random host bits, asked for in a batch. Answers are checked as in duel.py.
"""

import argparse
import json
import os
import pathlib
import re
import sys

import chart
import contest
import duel
import machine

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


def parse(words):
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)))
    parser.add_argument("--workload", type=re.compile, default="^growth-", metavar="REGEX",
                        help="sizes to run")
    parser.add_argument("-o", dest="output", metavar="FILE", help="write JSON")
    parser.add_argument("--svg", metavar="FILE", help="draw a chart")
    parser.add_argument("--from", dest="source", metavar="FILE",
                        help="draw from the JSON of an earlier run; nothing is measured")
    parser.add_argument("--tools", metavar="FOLDER", help="as for duel.py")
    parser.add_argument("--data", type=pathlib.Path, default=contest.BUILD / "workloads",
                        metavar="FOLDER", help="as for duel.py")
    return parser.parse_args(words)


def main(words):
    options = parse(words)
    failed = False
    if options.source:
        points = json.loads(pathlib.Path(options.source).read_text())["points"]
    else:
        points, failed = measure(options, pathlib.Path(options.tools or contest.build_ours()))
    if not points:
        raise contest.Broken("nothing was measured")
    print(table(points))
    if options.output:
        text = json.dumps({"machine": machine.facts(contest.ROOT), "rounds": options.rounds,
                           "points": points}, indent=1)
        pathlib.Path(options.output).write_text(text + "\n")
    if options.svg:
        pathlib.Path(options.svg).write_text(draw(points))
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except contest.Broken as broken:
        contest.note(f"growth: {broken}")
        sys.exit(2)
