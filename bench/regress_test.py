"""What a regression run concludes on a noisy machine, and what it says of wrong arguments."""
import contextlib
import io
import os
import subprocess
import tempfile
import unittest

import building
import comparison
import noise
import origin
import regress
import results
from noisy_machine import Machine

THRESHOLD = 0.05


def settle(names, rounds, turns):
    with contextlib.redirect_stderr(io.StringIO()):
        return regress.settle(names, rounds, THRESHOLD, turns)


def verdicts(seed, before, after, workloads=25):
    """Of a run on the machine of this seed."""
    machine = Machine(seed)
    old, new = settle([str(at) for at in range(workloads)], 12,
                      lambda _, rounds: ("tuple", *machine.turns(before, after, rounds)))
    return [row.verdict for row in comparison.rows(old, new, THRESHOLD, noise.paired)]


class NoisyMachine(unittest.TestCase):
    def test_ten_runs_of_one_commit_in_turns_raise_no_alarm(self):
        for seed in range(10):
            self.assertNotIn(noise.REGRESSION, verdicts(seed, 20, 20))

    def test_ten_percent_are_caught_in_turns(self):
        for seed in range(10):
            self.assertEqual(set(verdicts(seed, 20, 22)), {noise.REGRESSION})

    def test_what_is_clear_is_not_measured_again(self):
        asked = []

        def turns(name, rounds):
            asked.append(name)
            return "tuple", [20.0] * rounds, [20.0 if name == "even" else 30.0] * rounds

        old, new = settle(["even", "slow"], 8, turns)
        self.assertEqual(asked, ["even"] + ["slow"] * regress.BATCHES)
        self.assertEqual(len(new["even"]["ns"]), 8)
        self.assertEqual(len(old["slow"]["ns"]), 8 * regress.BATCHES)


class Base(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(setattr, building, "ROOT", building.ROOT)
        building.ROOT = folder.name
        self.git("init", "--quiet")

    def git(self, *arguments):
        who = ("-c", "user.name=a", "-c", "user.email=a@example.net")
        subprocess.run(["git", "-C", building.ROOT, *who, *arguments], check=True)

    def commit(self, path):
        os.makedirs(os.path.join(building.ROOT, os.path.dirname(path)), exist_ok=True)
        with open(os.path.join(building.ROOT, path), "w", encoding="utf-8"):
            pass
        self.git("add", ".")
        self.git("commit", "--quiet", "--message", path)
        return origin.git(building.ROOT, "rev-parse", "HEAD")

    def test_a_commit_is_resolved_to_its_full_name(self):
        commit = self.commit("bench/suite.cc")
        self.assertEqual(regress.resolve("HEAD"), commit)
        self.assertEqual(regress.resolve(commit[:8]), commit)

    def test_a_commit_that_git_does_not_know(self):
        self.commit("bench/suite.cc")
        with self.assertRaisesRegex(results.Unusable, "git knows no commit no-such-branch"):
            regress.resolve("no-such-branch")

    def test_a_commit_without_the_suite_says_since_when_there_is_one(self):
        self.commit("README.md")
        since = self.commit("bench/suite.cc")
        with self.assertRaisesRegex(results.Unusable,
                                    r"HEAD~1 \(\w{12}\) has no benchmark suite, bench/suite.cc; "
                                    f"the suite is there since {since[:7]}"):
            regress.resolve("HEAD~1")


if __name__ == "__main__":
    unittest.main()
