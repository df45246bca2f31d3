"""Loops found in listings, and in a binary."""
import os
import subprocess
import tempfile
import unittest

import disassembly
import instructions

# An outer loop (104-124) around two inner ones (108-110, with a second jump back, and 114-11c).
NESTED = """
nested:     file format elf64-x86-64

0000000000000100 <Nested>:
 100:\txor    %eax,%eax
 102:\tnopw   0x0(%rax,%rax,1)
 104:\tmov    %rdi,%rcx
 108:\tvpaddd %zmm0,%zmm1,%zmm1
 10a:\tjne    108 <Nested+0x8>
 10c:\tdec    %rcx
 110:\tjmp    108 <Nested+0x8>
 112:\tnop
 114:\tadd    $0x1,%rax
 118:\tcs nopw 0x0(%rax,%rax,1)
 11a:\tcmp    %rax,%rdx
 11c:\tjb     114 <Nested+0x14>
 120:\ttest   %rdi,%rdi
 124:\tjg     104 <Nested+0x4>
 128:\tjmp    200 <Other>
 12c:\tjmp    80 <Earlier>
"""


class Listing(unittest.TestCase):
    def test_innermost_loops_without_padding(self):
        function = disassembly.count("Nested", NESTED)
        self.assertEqual(function.loops, (4, 3))
        self.assertEqual(function.instructions, 13)

    def test_no_loops(self):
        function = disassembly.count("Flat", " 10:\tret\n 11:\tint3\n")
        self.assertEqual((function.instructions, function.loops), (1, ()))


class Binary(unittest.TestCase):
    def test_functions_are_found_by_their_demangled_names(self):
        with tempfile.TemporaryDirectory() as folder:
            source, binary = os.path.join(folder, "s.cc"), os.path.join(folder, "s.o")
            with open(source, "w", encoding="utf-8") as out:
                out.write("namespace n { unsigned SumAvx512(const unsigned* a, unsigned n) {\n"
                          "  unsigned s = 0; while (n--) s = s * 3 + *a++; return s; }\n"
                          "int Other(int a) { return a; } }\n")
            subprocess.run(["g++", "-O1", "-c", source, "-o", binary], check=True)
            [function] = disassembly.functions(binary, "Avx512|Vbmi")
            self.assertEqual(function.name, "n::SumAvx512(unsigned int const*, unsigned int)")
            self.assertEqual(len(function.loops), 1)
            self.assertGreaterEqual(function.loops[0], 4)
            self.assertLess(function.loops[0], function.instructions)
            self.assertEqual(disassembly.functions(binary, "Missing"), [])


class Record(unittest.TestCase):
    def test_counts_within_the_tolerance_agree(self):
        self.assertIsNone(instructions.difference(100, 103))
        self.assertIsNone(instructions.difference(100, 97))
        self.assertIn("+3.1%", instructions.difference(100, 103.1))
        self.assertIn("-4.0%", instructions.difference(100, 96))

    def test_functions_are_compared_one_by_one(self):
        recorded = {"a": {"instructions": 50, "loops": [20, 10]},
                    "b": {"instructions": 5, "loops": []}}
        same = {**recorded, "a": {"instructions": 51, "loops": [20, 10]}}
        self.assertEqual(instructions.differences_of_functions(recorded, same), [])
        grown = {"a": {"instructions": 51, "loops": [20, 11]},
                 "c": {"instructions": 1, "loops": []}}
        lines = instructions.differences_of_functions(recorded, grown)
        self.assertEqual(len(lines), 3)
        self.assertIn("a, loop 2: 11 instructions, 10 recorded (+10.0%", lines[0])
        self.assertEqual(lines[1:], ["b: recorded, and not in the binary", "c: not recorded"])
        fewer = {**recorded, "a": {"instructions": 50, "loops": [20]}}
        self.assertEqual(instructions.differences_of_functions(recorded, fewer),
                         ["a: 1 innermost loops, 2 recorded"])


if __name__ == "__main__":
    unittest.main()
