"""allowmatch bench duel: allowmatch and its peers, on the same work, in turns.

All contenders are pinned to one core. They load a workload one after the other; then each round
runs every one of them once, beginning with another one each time, so that a slow moment of the
machine hits them alike. A ratio is ours over the peer's of the same round. Each answer is checked
against an oracle that is neither of them. What a peer needs and is not here (Go, Rust) makes it
absent; DPDK is installed. Exit code: 1 if an answer was wrong or a contender broke, 2 if nothing
could be measured, else 0.
"""

import json
import os
import pathlib
import statistics
import sys

import building
import command_line
import contest
import origin
import results

EXAMPLES = """
  allowmatch bench duel                                  everything, 9 rounds; an hour
  allowmatch bench duel --workload bgp4 --peer 'rte_|bart' --rounds 3 -o duel.json
  allowmatch bench duel --workload '^names-list' --peer 'suffix_hash|sing'
  allowmatch bench duel --workload '^default' --peer '^$'  allowmatch alone
  allowmatch bench duel --list                           the workloads
"""
USUAL = command_line.pattern("^(default|bgp4|bgp6|rules|names)-")


class Result:
    """One contender on one workload."""

    def __init__(self, name, state="ok", why=None, ready=None):
        self.name = name
        self.state = state  # ok, absent, unsupported, failed
        self.why = why
        self.ready = ready or {}
        self.runs = []

    def fail(self, why):
        self.state, self.why = "failed", why

    def mlps(self):
        return [run["queries"] * 1e3 / run["ns"] for run in self.runs]

    def ratios(self, ours):
        """Ours over this one, round by round."""
        return [] if ours is None else [a / b for a, b in zip(ours.mlps(), self.mlps())]

    def per_query(self, key):
        values = [run[key] / run["queries"] for run in self.runs if run.get(key) is not None]
        return statistics.median(values) if values else None

    def to_json(self, ours):
        return {"contender": self.name, "state": self.state, "why": self.why,
                "detail": self.ready.get("detail"), "tried": self.ready.get("tried"),
                "table_bytes": self.ready.get("table_bytes"),
                "build_ms": self.ready.get("build_ms"),
                "mlps": self.mlps(), "mlps_spread": spread(self.mlps()),
                "ratio_spread": spread(self.ratios(ours)),
                "cycles_per_query": self.per_query("cycles"),
                "cache_misses_per_query": self.per_query("cache_misses")}


def spread(values):
    if not values:
        return None
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


class Duel:
    """One workload, all contenders."""

    def __init__(self, name, about, folder, core):
        self.name = name
        self.about = about
        self.folder = folder
        self.core = core
        self.results = []
        self.running = []  # (process, result)

    def fight(self, entries, absent, rounds):
        try:
            for entry in entries:
                if entry.knows(self.about["kind"]):
                    self._start(entry)
            for turn in range(rounds + 1):
                self._round(turn, counts=turn > 0)
        finally:
            for process, _ in self.running:
                process.stop()
        self.results += [Result(entry.name, "absent", why) for entry, why in absent
                         if entry.knows(self.about["kind"])]

    def ours(self):
        return next((r for r in self.results if r.name == contest.OURS and r.state == "ok"), None)

    def _start(self, entry):
        contest.note(f"{self.name}: loading {entry.name}")
        process = contest.Process(entry, self.folder, self.core)
        result = Result(entry.name)
        self.results.append(result)
        try:
            result.ready = process.load(self.name)
            self.running.append((process, result))
        except contest.Refused as refused:
            result.state, result.why = "unsupported", str(refused)
        except contest.Broken as broken:
            result.fail(str(broken))
        finally:
            if not result.ready:  # whatever the reason, an interrupt too
                process.stop()

    def _round(self, turn, counts):
        """The first round warms up. Each begins with another contender."""
        count = len(self.running)
        for step in range(count):
            process, result = self.running[(turn + step) % count]
            if result.state != "ok":
                continue
            try:
                run = process.run()
            except contest.Broken as broken:
                result.fail(str(broken))
                continue
            key = "sum" if "sum" in run else "listed"
            if str(run[key]) != self.about.get(key):
                result.fail(f"wrong answers: {key} {run[key]}, not {self.about.get(key)}")
            elif counts:
                result.runs.append(run)


def number(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def of(values):
    s = spread(values)
    return "" if s is None else " / ".join(number(s[key]) for key in ("min", "median", "max"))


def size(count):
    for unit, factor in (("MiB", 1 << 20), ("KiB", 1 << 10)):
        if count >= factor:
            return f"{number(count / factor)} {unit}"
    return f"{count} B"


HEADER = ["workload", "contender", "how", "Mlps min/median/max", "ours/peer min/median/max",
          "table", "build", "cycles", "answers"]


def row(duel, result):
    if result.state != "ok":
        return [duel.name, result.name, f"{result.state}: {result.why}"] + [""] * 5 + [
            "WRONG" if result.state == "failed" else ""]
    ours = None if result.name == contest.OURS else duel.ours()
    cycles = result.per_query("cycles")
    return [duel.name, result.name, result.ready.get("detail", ""), of(result.mlps()),
            of(result.ratios(ours)), size(result.ready.get("table_bytes", 0)),
            f"{result.ready.get('build_ms', 0)} ms", "" if cycles is None else number(cycles), "ok"]


def table(duel):
    """Aligned text; a long reason may run over the columns to its right."""
    rows = [HEADER] + [row(duel, result) for result in duel.results]
    measured = [cells for cells in rows if len(cells) < 3 or cells[3]]
    widths = [max(len(cells[column]) for cells in (rows if column < 2 else measured))
              for column in range(len(HEADER))]
    lines = []
    for cells in rows:
        cut = len(HEADER) if cells[3] else 2  # a reason is not padded
        padded = [cell.ljust(width) for cell, width in zip(cells[:cut], widths)]
        lines.append("  ".join(padded + cells[cut:]).rstrip())
    return "\n".join(lines)


def to_json(duels, context, options):
    return {"context": context, "rounds": options.rounds, "core": options.core,
            "workloads": [{"name": duel.name, **duel.about,
                           "results": [r.to_json(duel.ours()) for r in duel.results]}
                          for duel in duels]}


def write(path, content):
    try:
        pathlib.Path(path).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise results.Unusable(f"{path}: {error.strerror}") from error


def add_shared(parser):
    """The options that `growth` has too."""
    parser.add_argument("--rounds", type=command_line.at_least(1), default=9, metavar="N",
                        help="runs of each that count (9)")
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)), metavar="N",
                        help="the core that contenders run on; the last one if not said")
    parser.add_argument("-o", dest="output", metavar="FILE", help="write JSON")
    parser.add_argument("--tools", metavar="FOLDER",
                        help="a folder with make_workloads and contender; else they are built")
    parser.add_argument("--data", type=pathlib.Path, default=contest.WORKLOADS, metavar="FOLDER",
                        help="where workloads are kept")


def tools_of(options):
    return pathlib.Path(options.tools or contest.build_ours())


def parse(arguments):
    parser = command_line.Parser("duel", EXAMPLES, __doc__.partition("\n\n")[2])
    parser.add_argument("--workload", type=command_line.pattern, default=USUAL, metavar="REGEX",
                        help="names to run; --list shows them")
    parser.add_argument("--peer", type=command_line.pattern, default=command_line.pattern(""),
                        metavar="REGEX", help="peers to run; '^$' for none")
    parser.add_argument("--build-seconds", type=command_line.at_least(1), default=60, metavar="N",
                        help="what a peer's table may take (60); some are slow with large ones")
    parser.add_argument("--list", action="store_true", help="print the workloads and stop")
    parser.add_argument("--contender", type=contest.extra, action="append", default=[],
                        metavar="NAME=COMMAND", help="another contender")
    add_shared(parser)
    return parser.parse_args(arguments)


def stay_away_from(core):
    others = os.sched_getaffinity(0) - {core}
    if others:
        os.sched_setaffinity(0, others)


def main(arguments):
    options = parse(arguments)
    tools = tools_of(options)
    workloads = contest.Workloads(tools / "make_workloads", options.data)
    if options.list:
        print("\n".join("\t".join((name, what)) for name, _, what in workloads.known))
        return 0
    names = workloads.names(options.workload)
    peers, absent = contest.build_peers(options.peer)
    stay_away_from(options.core)
    entries = [contest.ours(tools)] + peers + options.contender
    os.environ["PEER_BUILD_SECONDS"] = str(options.build_seconds)
    context = origin.describe(tools / "contender", building.ROOT)
    duels = []
    for name in names:
        about = workloads.make(name)
        if about is None:
            continue
        duel = Duel(name, about, options.data, options.core)
        duel.fight(entries, absent, options.rounds)
        duels.append(duel)
        print(table(duel), end="\n\n", flush=True)
        if options.output:  # after each, so that an interrupt costs little
            write(options.output, to_json(duels, context, options))
    if not duels:
        raise results.Unusable("nothing was measured")
    return 1 if any(result.state == "failed" for duel in duels for result in duel.results) else 0


if __name__ == "__main__":
    command_line.run(lambda: main(sys.argv[1:]))
