"""Lookups take as many instructions as bench/record/instructions.json says."""
import os
import unittest

import building
import instructions

BINARY = os.path.join(building.ROOT, "bench/kernel_work")


def has_avx2():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return " avx2 " in file.read().replace("\n", " \n")


class Instructions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.record = instructions.read_record()
        if not instructions.is_comparable(cls.record, BINARY):
            raise unittest.SkipTest("recorded with another compiler or other flags: "
                                    f"{cls.record['compiler']} {cls.record['flags']}")
        kernels = [kernel for kernel in instructions.KERNELS if kernel != "avx2" or has_avx2()]
        cls.counted = instructions.count_items(BINARY, kernels)

    def check(self, work, kernel):
        if kernel not in self.counted[work]:
            self.skipTest(f"this CPU does not have the kernel {kernel}")
        recorded, counted = self.record["items"][work][kernel], self.counted[work][kernel]
        self.assertGreater(counted, 1)
        self.assertIsNone(instructions.difference(recorded, counted))

    def test_functions_that_cannot_be_run_here(self):
        counted = instructions.count_functions(BINARY)
        recorded = self.record["functions"]
        self.assertEqual(instructions.differences_of_functions(recorded, counted), [])


for work_ in instructions.WORK:
    for kernel_ in instructions.KERNELS:
        setattr(Instructions, f"test_{work_}_{kernel_}",
                lambda self, work=work_, kernel=kernel_: self.check(work, kernel))


if __name__ == "__main__":
    unittest.main()
