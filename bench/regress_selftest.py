"""bench/regress_selftest: shows that regression runs find what they are for.

1. Ten percent more work, planted in a kernel of a copy of the last commit, are called slower; the
   workloads beside it are not.
2. Runs of the last commit against itself call nothing slower.
"""
import os
import sys

import command_line
import comparison
import noise
import regress
import results

EXAMPLES = """
  bench/regress_selftest              the plant, then ten runs of one commit; some 20 minutes
  bench/regress_selftest --runs 2
"""
THRESHOLD = 0.05
PLANTED = ("listing4/default",)
UNTOUCHED = ("classify/default/addresses", "listing6/vendor_like", "classify_one/default")
SOURCE = "matcher/matcher.cc"

# At the beginning of a function over many items: a tenth of them is looked up once more before. It
# speaks of the function's arguments only, so that it fits whatever the lookups are made of.
FUNCTION = (
    "void Matcher::ListingRules4(const uint32_t* addresses, size_t count, uint32_t* rules) const {")
PLANT = """
  static thread_local bool again = false;
  if (!again) {
    again = true;
    ListingRules4(addresses, count / 10, rules);
    again = false;
  }
"""


def plant(tree):
    """Changes SOURCE of the checkout `tree`."""
    path = os.path.join(tree, SOURCE)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if text.count(FUNCTION) != 1:
        raise results.Unusable(f"{SOURCE} has no function, or more than one, that begins with\n"
                               f"  {FUNCTION}\nso nothing can be planted in it")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(FUNCTION, FUNCTION + PLANT))


def measure(names, rounds):
    before, after = regress.settle(names, rounds, THRESHOLD, regress.take_turns)
    made = comparison.rows(before, after, THRESHOLD, noise.paired)
    print(comparison.table(made), flush=True)
    return {row.name: row.verdict for row in made}


def plant_is_caught(commit, rounds):
    """Whether the planted workloads, and no others, are called slower."""
    print("a tenth more work in listing4/:")
    regress.build_commit(commit, regress.AFTER, plant)
    verdicts = measure([*PLANTED, *UNTOUCHED], rounds)
    return (all(verdicts[name] == noise.REGRESSION for name in PLANTED) and
            all(verdicts[name] != noise.REGRESSION for name in UNTOUCHED))


def alarms(commit, runs, rounds):
    """How many of the runs of one commit against itself raise an alarm."""
    regress.build_commit(commit, regress.AFTER)
    count = 0
    for run in range(1, runs + 1):
        print(f"one commit, run {run} of {runs}:")
        count += noise.REGRESSION in measure([*PLANTED, *UNTOUCHED], rounds).values()
    return count


def main(arguments):
    parser = command_line.Parser("regress_selftest", EXAMPLES, __doc__)
    parser.add_argument("--runs", metavar="N", default=10, type=command_line.at_least(0),
                        help="runs of one commit against itself (10)")
    parser.add_argument("--rounds", metavar="N", default=12,
                        type=command_line.at_least(noise.FEWEST_PAIRS), help="as of regress (12)")
    options = parser.parse_args(arguments)
    commit = regress.resolve("HEAD")
    held = regress.lock()
    regress.build_commit(commit, regress.BEFORE)
    caught = plant_is_caught(commit, options.rounds)
    false_alarms = alarms(commit, options.runs, options.rounds)
    held.close()
    print(f"the planted slowdown is {'caught' if caught else 'MISSED'}; "
          f"{false_alarms} of {options.runs} runs of one commit raise an alarm")
    return 0 if caught and false_alarms == 0 else 1


if __name__ == "__main__":
    command_line.run(lambda: main(sys.argv[1:]))
