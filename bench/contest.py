"""Contenders as processes: starting them, and the protocol they speak.

A contender reads commands from stdin and answers each with one line of JSON:

  load NAME   {"ready": true, "table_bytes": N, "build_ms": N, "detail": "...", "tried": {...}}
              {"unsupported": "why"}       it cannot hold this workload
  run         {"ns": N, "queries": N, "sum": N, "cycles": N or null, "cache_misses": N or null}
  quit        ends

Anything may be {"error": "why"}. A run is one pass over the queries of the workload, repeated
until it lasts 50 ms; `queries` counts the repetitions, `sum` does not. A contender that cannot tell
which rule, only whether there is one, has `listed` in place of `sum`; make_workloads.cc says what
they are.
"""

import json
import os
import pathlib
import select
import shlex
import subprocess
import sys

import building
import results

ROOT = pathlib.Path(building.ROOT)
PEERS = ROOT / ".build/peers"
WORKLOADS = ROOT / ".build/workloads"

OURS = "allowmatch"
LOAD_SECONDS = 300  # and what a peer may take to build
RUN_SECONDS = 300


class Refused(Exception):
    """A contender that cannot take part in a workload, and why."""


class Broken(Exception):
    """A contender that did not answer as it must."""


def note(text):
    print(text, file=sys.stderr, flush=True)


class Entry:
    """A contender that could be started: its name, the kinds of workload it knows, its command."""

    def __init__(self, name, kinds, command):
        self.name = name
        self.kinds = kinds
        self.command = command

    def knows(self, kind):
        return not self.kinds or kind in self.kinds


class Process:
    """A running contender, pinned to one core."""

    def __init__(self, entry, folder, core):
        self.name = entry.name
        pin = [] if core is None else ["taskset", "-c", str(core)]
        self.process = subprocess.Popen(pin + entry.command + [str(folder)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def load(self, workload):
        building = float(os.environ.get("PEER_BUILD_SECONDS", 60))
        answer = self._ask(f"load {workload}", LOAD_SECONDS + building)
        if "unsupported" in answer:
            raise Refused(answer["unsupported"])
        if not answer.get("ready"):
            raise Broken(answer.get("error", f"answered {answer}"))
        return answer

    def run(self):
        answer = self._ask("run", RUN_SECONDS)
        if not {"ns", "queries"} <= answer.keys() or not {"sum", "listed"} & answer.keys():
            raise Broken(answer.get("error", f"answered {answer}"))
        return answer

    def stop(self):
        try:
            self.process.stdin.write("quit\n")
            self.process.stdin.close()
            self.process.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def _ask(self, command, seconds):
        try:
            self.process.stdin.write(command + "\n")
            self.process.stdin.flush()
        except OSError:
            raise Broken(self._end()) from None
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        if not ready:
            self.process.kill()
            raise Broken(f"no answer to {command} in {seconds} s")
        line = self.process.stdout.readline()
        if not line:
            raise Broken(self._end())
        try:
            return json.loads(line)
        except ValueError:
            raise Broken(f"answered {line.strip()!r}") from None

    def _end(self):
        return f"it ended with code {self.process.wait()}"


class Workloads:
    """What make_workloads knows, and the folder that holds what it has made."""

    def __init__(self, tool, folder):
        self.tool = tool
        self.folder = folder
        listing = subprocess.run([tool, "--list"], check=True, capture_output=True, text=True)
        self.known = [line.split("\t") for line in listing.stdout.splitlines()]

    def names(self, wanted):
        found = [name for name, _, _ in self.known if wanted.search(name)]
        if not found:
            raise results.Unusable(f"no workload matches {wanted.pattern}; duel --list shows them")
        return found

    def make(self, name):
        """Returns what `about` says of the workload; None if its data is missing."""
        about = self.folder / name / "about"
        if not about.exists() or about.stat().st_mtime < pathlib.Path(self.tool).stat().st_mtime:
            note(f"making {name}")
            environment = dict(os.environ)
            environment.setdefault("ALLOWMATCH_SHARED", str(ROOT.parent / "shared"))
            code = subprocess.run([self.tool, self.folder, name], env=environment).returncode
            if code == 3:
                return None
            if code != 0:
                raise results.Unusable(f"make_workloads ended with code {code}")
        facts = dict(line.split() for line in about.read_text().splitlines())
        facts["what"] = next(what for known, _, what in self.known if known == name)
        return facts


def build_ours():
    """Builds make_workloads and our contender; returns their folder."""
    note("building allowmatch")
    building.build(building.ROOT, ["make_workloads", "contender"])
    return building.FOLDER


def build_peers(wanted):
    """Builds what can be built here; returns entries, and others with why they are absent."""
    entries, absent = [], []
    for listing in sorted(ROOT.glob("bench/peers/*/contenders")):
        folder = listing.parent
        chosen = [entry for entry in read_contenders(listing) if wanted.search(entry.name)]
        if not chosen:
            continue
        note(f"building {folder.name}")
        made = subprocess.run([folder / "build", PEERS / folder.name],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if made.returncode == 0:
            entries += chosen
            continue
        why = (made.stdout.strip().splitlines() or ["not here"])[-1]
        absent += [(entry, why) for entry in chosen]
        if made.returncode != 3:
            note(made.stdout)
    return entries, absent


def read_contenders(listing):
    """NAME KIND,KIND PROGRAM WORDS...: a line for each contender of a peer."""
    output = PEERS / listing.parent.name
    for line in listing.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            name, kinds, program, *words = line.split()
            yield Entry(name, kinds.split(","), [str(output / program)] + words)


def ours(tools):
    return Entry(OURS, [], [str(pathlib.Path(tools) / "contender")])


def extra(text):
    """NAME=COMMAND of --contender."""
    name, _, command = text.partition("=")
    if not name or not command:
        raise ValueError("expected NAME=COMMAND")
    return Entry(name, [], shlex.split(command))
