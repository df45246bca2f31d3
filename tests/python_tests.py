#!/usr/bin/env python3
"""Runs unittest modules and reports each case as bazel expects: python_tests.py FILE_test.py ...

The XML goes where bazel wants it, so that tests/count_results.py counts cases and not targets.
"""
import importlib.util
import os
import sys
import time
import unittest
import xml.etree.ElementTree as tree


class Recorder(unittest.TextTestResult):
    """Keeps an element for each case."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.cases = []
        self.started = 0.0

    def startTest(self, test):
        super().startTest(test)
        self.started = time.monotonic()

    def addSuccess(self, test):
        super().addSuccess(test)
        self._add(test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._add(test, "failure", self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self._add(test, "error", self.errors[-1][1])

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._add(subtest, "failure", self._exc_info_to_string(err, test))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._add(test, "skipped", reason)

    def _add(self, test, kind=None, text=""):
        owner, _, name = test.id().rpartition(".")
        case = tree.Element("testcase", classname=owner, name=name,
                            time=f"{time.monotonic() - self.started:.3f}")
        if kind is not None:
            tree.SubElement(case, kind, message=text.strip().rpartition("\n")[2]).text = text
        self.cases.append(case)


def load(path):
    """The tests of a file, which may import what lies beside it."""
    folder, name = os.path.split(os.path.abspath(path))
    if folder not in sys.path:
        sys.path.insert(0, folder)
    spec = importlib.util.spec_from_file_location(name.removesuffix(".py"), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return unittest.defaultTestLoader.loadTestsFromModule(module)


def write(path, result):
    suite = tree.Element("testsuite", name="python", tests=str(len(result.cases)))
    suite.extend(result.cases)
    root = tree.Element("testsuites")
    root.append(suite)
    tree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def main(paths):
    suite = unittest.TestSuite(load(path) for path in paths)
    runner = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=Recorder)
    result = runner.run(suite)
    if "XML_OUTPUT_FILE" in os.environ:
        write(os.environ["XML_OUTPUT_FILE"], result)
    if result.testsRun == 0:
        print("no tests")
    return 0 if result.wasSuccessful() and result.testsRun > 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
