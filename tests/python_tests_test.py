"""The runner of Python tests reports what happened."""
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import count_results

CASES = """
import unittest

class Cases(unittest.TestCase):
    def test_right(self):
        self.assertTrue(True)

    def test_also_right(self):
        with self.subTest(1):
            self.assertTrue(True)

    def test_skipped(self):
        self.skipTest("no reason")
"""
WRONG = """
    def test_wrong(self):
        self.assertEqual(1, 2)

    def test_raises(self):
        raise OSError("gone")

    def test_parts(self):
        for part in range(3):
            with self.subTest(part):
                self.assertNotEqual(part, 1)
"""


class Runner(unittest.TestCase):
    def run_file(self, text):
        """(exit code, (passed, failed, skipped))."""
        with tempfile.TemporaryDirectory() as folder:
            path, xml = os.path.join(folder, "some_test.py"), os.path.join(folder, "test.xml")
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)
            done = subprocess.run([sys.executable, os.path.join(HERE, "python_tests.py"), path],
                                  env={**os.environ, "XML_OUTPUT_FILE": xml}, check=False,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            return done.returncode, count_results.cases_of(xml)

    def test_passed_and_skipped_cases_are_counted(self):
        code, (passed, failed, skipped) = self.run_file(CASES)
        self.assertEqual((code, passed, failed), (0, 2, []))
        self.assertEqual(skipped, ["some_test.Cases.test_skipped"])

    def test_failures_are_named_and_fail_the_target(self):
        code, (passed, failed, _) = self.run_file(CASES + WRONG)
        self.assertEqual((code, passed), (1, 2))
        self.assertEqual(len(failed), 3)
        for name in ("test_wrong", "test_raises", "test_parts"):
            self.assertTrue(any(name in case for case in failed), failed)

    def test_a_file_without_tests_fails(self):
        self.assertEqual(self.run_file("")[0], 1)


if __name__ == "__main__":
    unittest.main()
