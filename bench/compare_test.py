"""compare from the outside: exit codes, messages, files."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as tree

import results

HERE = os.path.dirname(os.path.abspath(__file__))
SVG = "http://www.w3.org/2000/svg"
STEADY = [10.0, 10.1, 9.9, 10.05, 9.95, 10.0, 10.1, 9.9]


def times(factor):
    return [factor * sample for sample in STEADY]


class Compare(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def save(self, name, workloads, **context):
        samples = {key: {"item": "tuple", "ns": value} for key, value in workloads.items()}
        results.write(self.path(name), {"cpu": "x", **context}, samples)
        return self.path(name)

    def compare(self, *arguments):
        return subprocess.run([os.path.join(HERE, "bench"), "compare", *arguments], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)

    def refused(self, content):
        with open(self.path("bad.json"), "w", encoding="utf-8") as out:
            out.write(content)
        done = self.compare(self.path("bad.json"), self.save("good.json", {"w": STEADY}))
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stdout, "")
        return done.stderr

    def test_the_same_ends_with_0(self):
        done = self.compare(self.save("a", {"w": STEADY}), self.save("b", {"w": times(1.001)}))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"(?m)^w .* 10\.0 ns .* 10\.0 ns +\+0\.1% .* same$")
        self.assertIn("1 workloads: 0 slower by more than 5 %, 0 faster, 1 the same\n", done.stdout)

    def test_slower_ends_with_1_and_is_named(self):
        before = self.save("a", {"v": STEADY, "w": STEADY})
        done = self.compare(before, self.save("b", {"v": times(1.1), "w": STEADY}))
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"(?m)^v .*\+10\.0% .* slower$")
        self.assertRegex(done.stdout, r"(?m)^w .* same$")

    def test_faster_ends_with_0(self):
        done = self.compare(self.save("a", {"w": STEADY}), self.save("b", {"w": times(0.8)}))
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"(?m)^w .* faster$")

    def test_noise_is_no_regression(self):
        wild = [8.0, 14, 9, 13, 10, 12, 20, 9.5]
        wilder = [1.1 * time for time in wild]
        done = self.compare(self.save("a", {"w": wild}), self.save("b", {"w": wilder}))
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"(?m)^w .* unclear$")
        self.assertIn("more repetitions", done.stdout)

    def test_the_threshold_is_the_users(self):
        files = self.save("a", {"w": STEADY}), self.save("b", {"w": times(1.1)})
        self.assertEqual(self.compare(*files, "--threshold", "20%").returncode, 0)
        self.assertEqual(self.compare(*files, "--threshold", "0.02").returncode, 1)
        done = self.compare(*files, "--threshold", "much")
        self.assertEqual(done.returncode, 2)
        self.assertIn("much is not a threshold such as 5% or 0.05", done.stderr)

    def test_other_machines_and_rests_are_said(self):
        before = self.save("a", {"v": STEADY, "w": STEADY}, kernel="avx2")
        done = self.compare(before, self.save("b", {"w": STEADY}, kernel="scalar"))
        self.assertEqual(done.returncode, 0)
        self.assertIn("warning: kernel differs: avx2 and scalar\n", done.stderr)
        self.assertIn(f"warning: in {before} only: v\n", done.stderr)

    def test_unusable_files_end_with_2_and_a_reason(self):
        self.assertIn("bad.json:1:2: not JSON", self.refused("{"))
        self.assertIn("its format is not allowmatch-bench-1", self.refused("[]"))
        self.assertIn("its format is not", self.refused('{"benchmarks": []}'))
        head = {"format": results.FORMAT, "context": {}}
        self.assertIn("has no workloads", self.refused(json.dumps({**head, "workloads": {}})))
        for samples, reason in (([], "no samples"), ([1, "2"], "'2' is not a time"),
                                ([1, -2], "-2 ns is not a time"), ([1, True], "True is not a time"),
                                ([float("nan")], "nan ns is not a time"),
                                ([1, 2, 3], "3 samples; at least 5 are needed")):
            text = json.dumps({**head, "workloads": {"w": {"item": "tuple", "ns": samples}}})
            self.assertIn(f"bad.json: workload w: {reason}", self.refused(text))

    def test_missing_files_and_nothing_in_common(self):
        good = self.save("a", {"w": STEADY})
        done = self.compare(good, self.path("missing"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("missing: No such file or directory", done.stderr)
        done = self.compare(good, self.save("b", {"v": STEADY}))
        self.assertEqual(done.returncode, 2)
        self.assertIn("have no workload in common", done.stderr)

    def test_pictures_stand_alone(self):
        before = self.save("a", {"v<&": STEADY, "w": STEADY})
        after = self.save("b", {"v<&": times(2), "w": STEADY})
        self.compare(before, after, "--svg", self.path("p.svg"), "--html", self.path("p.html"))
        with open(self.path("p.svg"), encoding="utf-8") as file:
            svg = file.read()
        with open(self.path("p.html"), encoding="utf-8") as file:
            page = file.read()
        texts = [element.text for element in tree.fromstring(svg).iter(f"{{{SVG}}}text")]
        for text in ("v<&", "w", "+100.0% slower", "+0.0% same"):
            self.assertIn(text, texts)
        self.assertIn(svg, page)
        self.assertIn("prefers-color-scheme: dark", svg)
        for link in ("href", "url(", "@import", "<script", "<img"):
            self.assertNotIn(link, page)

    def test_a_picture_that_cannot_be_written(self):
        good = self.save("a", {"w": STEADY})
        done = self.compare(good, good, "--svg", self.path("no/p.svg"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("p.svg: No such file or directory", done.stderr)


class Dispatcher(unittest.TestCase):
    def bench(self, *arguments):
        return subprocess.run([os.path.join(HERE, "bench"), *arguments], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)

    def test_help_begins_with_examples(self):
        for arguments in (["--help"], ["run", "--help"], ["compare", "--help"],
                          ["regress", "--help"], ["instructions", "--help"]):
            done = self.bench(*arguments)
            self.assertEqual(done.returncode, 0, arguments)
            self.assertTrue(done.stdout.startswith("  allowmatch bench "), arguments)

    def test_what_is_not_known_ends_with_2(self):
        done = self.bench("walk")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no subcommand is called 'walk'", done.stderr)
        self.assertEqual(self.bench().returncode, 2)
        self.assertEqual(self.bench("compare", "--wat").returncode, 2)
        self.assertEqual(self.bench("run").returncode, 2)


if __name__ == "__main__":
    sys.exit(unittest.main())
