"""Instructions of the functions and innermost loops of a binary, by nm and objdump.

For kernels that cannot be run where they are counted: Valgrind knows no AVX-512. What a loop's
body costs can be read from the binary.
"""
import bisect
import dataclasses
import re
import subprocess

_INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\t(.*)$")
_JUMP = re.compile(r"^(?:bnd |notrack )?j\w+ +([0-9a-f]+)\b")
_PADDING = re.compile(r"^(?:(?:data16|cs|ds|rex\.\w+) +)*(?:nop|xchg +%ax,%ax|int3)")
_SYMBOL = re.compile(r"^([0-9a-f]+) ([0-9a-f]+) [tTwW] (.*)$")


@dataclasses.dataclass(frozen=True)
class Function:
    name: str
    instructions: int
    loops: tuple  # instructions of each innermost loop, in the order of the code


def functions(binary, pattern):
    """The functions whose demangled name the regular expression finds, by name."""
    found = []
    for line in _output("nm", "-C", "-S", "--defined-only", binary).splitlines():
        match = _SYMBOL.match(line)
        if match and re.search(pattern, match[3]) and ".cold" not in match[3]:
            start, size = int(match[1], 16), int(match[2], 16)
            listing = _output("objdump", "-d", "--no-show-raw-insn", f"--start-address={start}",
                              f"--stop-address={start + size}", binary)
            found.append(count(match[3], listing))
    return sorted(found, key=lambda function: function.name)


def count(name, listing):
    """The function that objdump prints as `listing`."""
    instructions = [(int(match[1], 16), match[2])
                    for match in map(_INSTRUCTION.match, listing.splitlines()) if match]
    places = [at for at, text in instructions if not _PADDING.match(text)]
    return Function(name, len(places), tuple(
        bisect.bisect_right(places, last) - bisect.bisect_left(places, first)
        for first, last in _innermost(_loops(instructions))))


def _loops(instructions):
    """(first, last) address of each loop: from the target of a jump back to the last such jump."""
    loops = {}
    addresses = {at for at, _ in instructions}
    for at, text in instructions:
        match = _JUMP.match(text)
        target = int(match[1], 16) if match else at + 1
        if target <= at and target in addresses:
            loops[target] = max(at, loops.get(target, at))
    return sorted(loops.items())


def _innermost(loops):
    return [(first, last) for first, last in loops
            if not any((first, last) != (f, l) and first <= f and l <= last for f, l in loops)]


def _output(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
