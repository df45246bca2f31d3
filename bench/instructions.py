"""allowmatch bench instructions: how many instructions a lookup takes.

Unlike times, counts do not depend on what else the machine does. Callgrind runs //bench:kernel_work
with two numbers of items; the difference is the kernel alone. What it cannot run, AVX-512, is
counted in the binary: the instructions of the innermost loops of its functions.
"""
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile

import building
import command_line
import disassembly
import origin
import results

EXAMPLES = """
  allowmatch bench instructions                 against the recorded counts; 1 if they differ
  allowmatch bench instructions --update        record the counts, after a change that is meant
  allowmatch bench instructions --functions 'Listing.*Avx512' [--binary FILE]
"""
BINARY = os.path.join(building.FOLDER, "kernel_work")
RECORD = os.path.join(building.ROOT, "bench/record/instructions.json")
WORK = ("tuples", "listing4", "listing6")
KERNELS = ("scalar", "avx2")
ITEMS = (8192, 57344)  # multiples of any block, so that no rest is counted
STATIC = "Avx512|Vbmi"  # functions that are counted in the binary
TOLERANCE = 0.03


def callgrind(binary, work, kernel, items):
    """(instructions of the whole program, what it printed)."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "callgrind.out")
        try:
            done = subprocess.run(
                ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", binary, work,
                 str(items)], env={**os.environ, "ALLOWMATCH_KERNEL": kernel}, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        except FileNotFoundError as error:
            raise results.Unusable("valgrind is missing: third_party/install test") from error
        if done.returncode != 0:
            raise results.Unusable(f"kernel_work {work}: {done.stderr.strip()[-500:]}")
        with open(out, encoding="utf-8") as lines:
            total = re.search(r"^(?:summary|totals): (\d+)", lines.read(), re.MULTILINE)
    if total is None:
        raise results.Unusable("callgrind wrote no total")
    return int(total[1]), done.stdout


def count_items(binary, kernels=KERNELS):
    """{work: {kernel: instructions for one item}}."""
    asked = [(work, kernel, items) for work in WORK for kernel in kernels for items in ITEMS]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = dict(zip(asked, pool.map(lambda one: callgrind(binary, *one), asked)))
    counts = {}
    for work in WORK:
        answers = {found[work, kernel, ITEMS[1]][1].split()[1] for kernel in kernels}
        if len(answers) != 1:
            raise results.Unusable(f"{work}: the kernels do not agree")
        counts[work] = {kernel: round((found[work, kernel, ITEMS[1]][0] -
                                       found[work, kernel, ITEMS[0]][0]) / (ITEMS[1] - ITEMS[0]), 2)
                        for kernel in kernels}
    return counts


def count_functions(binary, pattern=STATIC):
    """{function: {"instructions": all, "loops": [innermost ...]}}."""
    return {one.name: {"instructions": one.instructions, "loops": list(one.loops)}
            for one in disassembly.functions(binary, pattern)}


def measure(binary):
    """What is recorded."""
    compiler, flags = origin.compiler_of(binary)
    return {"compiler": compiler, "flags": flags, "items": count_items(binary),
            "functions": count_functions(binary)}


def read_record(path=RECORD):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def is_comparable(record, binary):
    """Another compiler, or other flags, count otherwise."""
    return (record["compiler"], record["flags"]) == origin.compiler_of(binary)


def difference(recorded, counted):
    """What is wrong with a count, or None. Fewer are wrong too: the record must follow, or the
    next change could take as many again unseen."""
    if abs(counted - recorded) <= TOLERANCE * recorded:
        return None
    return (f"{counted:g} instructions, {recorded:g} recorded ({counted / recorded - 1:+.1%}, "
            f"allowed is {TOLERANCE:.0%}); if it is meant: "
            "./allowmatch bench instructions --update")


def differences_of_functions(recorded, counted):
    """One line for each function that is not as recorded."""
    lines = []
    for name in sorted(recorded.keys() | counted.keys()):
        if name not in counted:
            lines.append(f"{name}: recorded, and not in the binary")
        elif name not in recorded:
            lines.append(f"{name}: not recorded")
        else:
            lines += _differences_of_function(name, recorded[name], counted[name])
    return lines


def _differences_of_function(name, recorded, counted):
    whole = difference(recorded["instructions"], counted["instructions"])
    if len(recorded["loops"]) != len(counted["loops"]):
        return [f"{name}: {len(counted['loops'])} innermost loops, "
                f"{len(recorded['loops'])} recorded"]
    parts = [difference(*pair) for pair in zip(recorded["loops"], counted["loops"])]
    return ([f"{name}: {whole}"] if whole else []) + [
        f"{name}, loop {at}: {what}" for at, what in enumerate(parts, 1) if what]


def print_functions(counted):
    for name, function in counted.items():
        loops = ", ".join(map(str, function["loops"])) or "none"
        print(f"{function['instructions']:6} instructions; innermost loops: {loops:<12} {name}")


def compare_with_record(binary, measured):
    """Prints the counts beside the record. Returns the exit code."""
    record = read_record()
    if not is_comparable(record, binary):
        raise results.Unusable(f"recorded with {record['compiler']} {record['flags']}: "
                               "another compiler or other flags count otherwise")
    wrong = differences_of_functions(record["functions"], measured["functions"])
    print("work      kernel  recorded   counted  a lookup")
    for work, counts in measured["items"].items():
        for kernel, counted in counts.items():
            recorded = record["items"][work][kernel]
            print(f"{work:<9} {kernel:<7} {recorded:>8.2f}  {counted:>8.2f}")
            what = difference(recorded, counted)
            wrong += [f"{work}, {kernel}: {what}"] if what else []
    print_functions(measured["functions"])
    for line in wrong:
        print(f"differs: {line}", file=sys.stderr)
    return 1 if wrong else 0


def parse(arguments):
    parser = command_line.Parser("instructions", EXAMPLES, __doc__.partition("\n\n")[2])
    parser.add_argument("--update", action="store_true",
                        help="rewrite bench/record/instructions.json")
    parser.add_argument("--functions", metavar="REGEX",
                        help="only count these functions and their innermost loops")
    parser.add_argument("--binary", metavar="FILE", help="in this binary")
    options = parser.parse_args(arguments)
    if options.binary and options.functions is None:
        parser.error("--binary goes with --functions")
    return options


def main(arguments):
    options = parse(arguments)
    binary = options.binary or BINARY
    if not options.binary:
        building.build(building.ROOT, ["kernel_work"])
    if options.functions is not None:
        print_functions(count_functions(binary, options.functions))
        return 0
    measured = measure(binary)
    if not options.update:
        return compare_with_record(binary, measured)
    with open(RECORD, "w", encoding="utf-8") as out:
        json.dump(measured, out, indent=1)
        out.write("\n")
    print(f"recorded in {os.path.relpath(RECORD)}")
    return 0


if __name__ == "__main__":
    command_line.run(lambda: main(sys.argv[1:]))
