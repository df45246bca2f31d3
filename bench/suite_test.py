"""Every workload of the suite runs and gives right answers; times are not looked at."""
import os
import tempfile
import unittest

import building
import origin
import results
import run
import suite

BINARY = os.path.join(building.ROOT, "bench/suite")


class Suite(unittest.TestCase):
    def test_each_workload_runs_and_agrees_with_the_oracle(self):
        names = suite.list_workloads(BINARY)
        self.assertGreaterEqual(len(names), 20)
        kernel, samples = suite.sample(BINARY, names, passes=1, seconds=0.001)
        self.assertEqual(list(samples), names)
        self.assertNotEqual(kernel, "?")
        for name, (item, nanoseconds) in samples.items():
            self.assertGreater(nanoseconds, 0, name)
            self.assertRegex(item, "^[a-z]+$", name)

    def test_a_workload_is_chosen_by_its_whole_name(self):
        _, samples = suite.sample(BINARY, ["listing4/default"], passes=1, seconds=0.001)
        self.assertEqual(list(samples), ["listing4/default"])

    def test_what_is_not_there_is_said(self):
        with self.assertRaisesRegex(results.Unusable, "no workload matches nothing"):
            suite.list_workloads(BINARY, "nothing")
        with self.assertRaisesRegex(results.Unusable, r"--workload \(: "):
            suite.list_workloads(BINARY, "(")
        with self.assertRaisesRegex(results.Unusable, "the suite did not run listing4"):
            suite.sample(BINARY, ["listing4"], passes=1, seconds=0.001)

    def test_an_unknown_kernel_ends_the_run(self):
        os.environ["ALLOWMATCH_KERNEL"] = "abacus"
        self.addCleanup(os.environ.pop, "ALLOWMATCH_KERNEL")
        with self.assertRaisesRegex(results.Unusable, "no kernel is called 'abacus'"):
            suite.list_workloads(BINARY)

    def test_wrong_answers_are_no_times(self):
        with tempfile.TemporaryDirectory() as folder:
            liar = os.path.join(folder, "suite")
            with open(liar, "w", encoding="utf-8") as out:
                out.write("""#!/bin/sh
echo '{"context": {}, "benchmarks": [{"run_name": "w", "run_type": "iteration",
      "error_occurred": true, "error_message": "wrong verdicts"}]}'
""")
            os.chmod(liar, 0o755)
            with self.assertRaisesRegex(results.Unusable, "workload w: wrong verdicts"):
                suite.sample(liar, ["w"])


class Run(unittest.TestCase):
    def test_a_run_is_kept_and_can_be_read(self):
        kernel, workloads = run.measure(BINARY, ["open/default", "listing4/default"], 5)
        self.assertIn("listing4/default", run.table(workloads))
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a.json")
            described = origin.describe(BINARY, building.ROOT)
            results.write(path, {**described, "kernel": kernel}, workloads)
            context, read = results.read(path)
        self.assertEqual(read, workloads)
        self.assertEqual({len(workload["ns"]) for workload in read.values()}, {5})
        self.assertIn("-O2", context["flags"])
        self.assertIn("march=x86-64-v2", context["flags"])
        for key in ("cpu", "commit", "date", "compiler", "kernel"):
            self.assertIn(context[key][:12], origin.lines(context))


if __name__ == "__main__":
    unittest.main()
