"""The comparison with peers from end to end, on workloads too small to time."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
from xml.etree import ElementTree

import building
import command_line
import contest

BENCH = os.path.join(building.ROOT, "bench")
FAKE = os.path.join(BENCH, "fake_contender.py")


def run(script, *arguments):
    """(exit code, what it printed)."""
    done = subprocess.run([sys.executable, os.path.join(BENCH, script), *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return json.load(file)


class Duel(InFolder):
    def duel(self, workload, *arguments):
        return run("duel.py", "--tools", BENCH, "--data", self.path("workloads"), "--peer", "^$",
                   "--rounds", "2", "--workload", workload, *arguments)

    def duel_with_fake(self, how, *arguments, workload="^tiny-tuples$"):
        return self.duel(workload, "--contender", f"fake={sys.executable} {FAKE} {how}",
                         *arguments)

    def test_our_answers_are_right_on_every_kind_of_query(self):
        code, printed = self.duel("^tiny-", "-o", self.path("duel.json"))
        self.assertEqual(code, 0, printed)
        written = self.read("duel.json")
        self.assertEqual({(w["kind"], w["calls"]) for w in written["workloads"]},
                         {("addresses4", "batch"), ("addresses6", "batch"), ("tuples", "batch"),
                          ("tuples", "single"), ("names", "batch"), ("names", "single")})
        for workload in written["workloads"]:
            ours, = workload["results"]
            self.assertEqual((ours["contender"], ours["state"]), ("allowmatch", "ok"))
            self.assertEqual(len(ours["mlps"]), 2)
            self.assertGreater(ours["table_bytes"], 0)
        for key in ("cpu", "caches", "linux", "commit", "date", "compiler"):
            self.assertTrue(written["context"][key], key)

    def test_a_ratio_is_ours_over_the_peers(self):
        code, printed = self.duel_with_fake("slow", "-o", self.path("duel.json"))
        self.assertEqual(code, 0, printed)
        ours, fake = self.read("duel.json")["workloads"][0]["results"]
        # The fake answers a thousand queries a second; we are a little quicker.
        self.assertEqual(fake["mlps"], [0.001, 0.001])
        ratio = fake["ratio_spread"]
        self.assertLess(10, ratio["min"])
        self.assertLessEqual(ratio["min"], ratio["median"])
        self.assertAlmostEqual(ratio["max"] / (max(ours["mlps"]) * 1000), 1)

    def test_a_wrong_sum_fails(self):
        code, printed = self.duel_with_fake("wrong")
        self.assertEqual(code, 1, printed)
        self.assertIn("failed: wrong answers: sum ", printed)

    def test_a_contender_that_tells_no_rule_is_held_to_which_names_are_listed(self):
        code, printed = self.duel_with_fake("yes_no", workload="^tiny-names$")
        self.assertEqual(code, 0, printed)
        code, printed = self.duel_with_fake("wrong_yes_no", workload="^tiny-names$")
        self.assertEqual(code, 1, printed)
        self.assertIn("failed: wrong answers: listed ", printed)

    def test_a_workload_whose_data_is_missing_is_skipped(self):
        with unittest.mock.patch.dict(os.environ, ALLOWMATCH_SHARED=self.folder):
            code, printed = self.duel("^(names-list-hits|names-logs|tiny-names)$")
        self.assertEqual(code, 0, printed)
        for name in ("names-list-hits", "names-logs"):
            self.assertIn(f"make_workloads: {name}: ALLOWMATCH_SHARED names no folder", printed)
        self.assertIn("tiny-names  allowmatch", printed)

    def test_a_contender_that_dies_fails(self):
        code, printed = self.duel_with_fake("dead")
        self.assertEqual(code, 1, printed)
        self.assertIn("failed: it ended with code 0", printed)

    def test_a_contender_that_cannot_hold_the_workload_is_reported(self):
        code, printed = self.duel_with_fake("unsupported")
        self.assertEqual(code, 0, printed)
        self.assertIn("unsupported: it is a fake", printed)

    def test_an_unknown_workload_cannot_be_measured(self):
        code, printed = self.duel("^no-such$")
        self.assertEqual(code, 2, printed)
        self.assertIn("no workload matches ^no-such$", printed)

    def test_help_has_examples(self):
        for script, example in (("duel.py", "allowmatch bench duel --workload bgp4"),
                                ("growth.py", "allowmatch bench growth -o growth.json")):
            code, printed = run(script, "-h")
            self.assertEqual(code, 0, printed)
            self.assertIn(example, printed)


class Peers(InFolder):
    """A peer that is here, one that lacks something, one that does not build."""

    def setUp(self):
        super().setUp()
        self.addCleanup(setattr, contest, "ROOT", contest.ROOT)
        contest.ROOT = type(contest.ROOT)(self.folder)
        self.add("here", "exit 0")
        self.add("lacking", "echo go is missing; exit 3")
        self.add("broken", "echo no semicolon >&2; exit 1")

    def add(self, name, build):
        folder = self.path(f"bench/peers/{name}")
        os.makedirs(folder)
        with open(os.path.join(folder, "contenders"), "w", encoding="utf-8") as out:
            out.write(f"{name} addresses4,tuples program word\n")
        with open(os.path.join(folder, "build"), "w", encoding="utf-8") as out:
            out.write(f"#!/bin/sh\n{build}\n")
        os.chmod(os.path.join(folder, "build"), 0o755)

    def test_what_cannot_be_built_is_absent_with_the_reason(self):
        entries, absent = contest.build_peers(command_line.pattern(""))
        self.assertEqual([entry.name for entry in entries], ["here"])
        self.assertEqual({entry.name: why for entry, why in absent},
                         {"lacking": "go is missing", "broken": "no semicolon"})

    def test_what_is_not_wanted_is_not_built(self):
        entries, absent = contest.build_peers(command_line.pattern("^here$"))
        self.assertEqual((len(entries), absent), (1, []))
        self.assertTrue(entries[0].knows("tuples"))
        self.assertFalse(entries[0].knows("addresses6"))
        self.assertEqual(os.path.basename(entries[0].command[0]), "program")


class Growth(InFolder):
    def drawn(self, points):
        """What is printed of an earlier run, and the root of its picture."""
        with open(self.path("growth.json"), "w", encoding="utf-8") as out:
            json.dump({"points": points}, out)
        svg = self.path("growth.svg")
        code, printed = run("growth.py", "--from", self.path("growth.json"), "--svg", svg)
        self.assertEqual(code, 0, printed)
        return printed, ElementTree.parse(svg).getroot()

    def count(self, root, kind):
        return len(root.findall("{http://www.w3.org/2000/svg}" + kind))

    def point(self, family, noun, count, size, build_ms, speed):
        return {"family": family, noun: count, "table_bytes": size, "build_ms": build_ms,
                "mlps": {"min": speed - 10, "median": speed, "max": speed + 10}}

    def test_its_points_are_drawn(self):
        printed, root = self.drawn([self.point("IPv4", "prefixes", 100, 2000, 0, 60),
                                    self.point("IPv4", "prefixes", 1000, 30000, 2, 50)])
        self.assertIn("50.0 / 60.0 / 70.0", printed)
        self.assertEqual(self.count(root, "polyline"), 3)
        # Two speeds, two sizes, one time above zero, and a dot a legend.
        self.assertEqual(self.count(root, "circle"), 5 + 3)

    def test_names_have_a_curve_for_hits_and_one_for_misses(self):
        printed, root = self.drawn([self.point("hits", "names", 1000, 15000, 1, 20),
                                    self.point("misses", "names", 1000, 15000, 1, 30)])
        self.assertIn("hits        1000  10.0 / 20.0 / 30.0", printed)
        self.assertIn(" 15.0  1 ms", printed)
        self.assertEqual(self.count(root, "polyline"), 6)
        self.assertIn("names in the policy", "".join(root.itertext()))

    def test_names_are_measured(self):
        if not os.path.exists(os.path.join(os.environ.get("ALLOWMATCH_SHARED", ""), "data/names")):
            self.skipTest("ALLOWMATCH_SHARED names no folder with data/names")
        code, printed = run("growth.py", "--of", "names", "--workload", "^growth-name_.*-100$",
                            "--tools", BENCH, "--data", self.path("workloads"), "--rounds", "1",
                            "-o", self.path("growth.json"))
        self.assertEqual(code, 0, printed)
        points = self.read("growth.json")["points"]
        self.assertEqual([(p["family"], p["names"]) for p in points],
                         [("hits", 100), ("misses", 100)])
        self.assertLess(points[0]["table_bytes"], 100 * 1000)

    def test_another_file_is_no_growth(self):
        with open(self.path("a.json"), "w", encoding="utf-8") as out:
            out.write("[]")
        code, printed = run("growth.py", "--from", self.path("a.json"))
        self.assertEqual(code, 2, printed)
        self.assertIn("not a file of `allowmatch bench growth`", printed)


if __name__ == "__main__":
    unittest.main()
