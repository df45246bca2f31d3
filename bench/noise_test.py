"""The statistics, exactly where that is possible and on simulated noisy timings."""
import itertools
import math
import random
import statistics
import unittest

import noise
from noisy_machine import Machine

THRESHOLD = 0.05


class Distributions(unittest.TestCase):
    def test_rank_sums_are_those_of_all_orders(self):
        for n, m in ((1, 1), (2, 3), (4, 3), (5, 5)):
            ways = [0] * (n * m + 1)
            for first in itertools.combinations(range(n + m), n):
                ways[sum(first) - n * (n - 1) // 2] += 1
            self.assertEqual(noise._rank_sum_ways(n, m), tuple(ways))

    def test_signed_ranks_are_those_of_all_signs(self):
        for n in (1, 3, 8):
            ways = [0] * (n * (n + 1) // 2 + 1)
            for signs in itertools.product((0, 1), repeat=n):
                ways[sum(rank * sign for rank, sign in enumerate(signs, 1))] += 1
            self.assertEqual(noise._signed_rank_ways(n), tuple(ways))

    def test_fewest_samples_are_those_that_have_an_interval(self):
        allowed = (1 - noise.CONFIDENCE) / 2
        enough = noise.FEWEST_UNPAIRED
        self.assertLessEqual(1 / math.comb(2 * enough, enough), allowed)
        few = enough - 1
        self.assertGreater(1 / math.comb(2 * few, few), allowed)
        self.assertLessEqual(0.5 ** noise.FEWEST_PAIRS, allowed)
        self.assertGreater(0.5 ** (noise.FEWEST_PAIRS - 1), allowed)


class Intervals(unittest.TestCase):
    def test_too_few_samples_are_refused(self):
        with self.assertRaises(ValueError):
            noise.unpaired([1.0] * 4, [1.0] * 9)
        with self.assertRaises(ValueError):
            noise.paired([1.0] * 7, [1.0] * 7)
        with self.assertRaises(ValueError):
            noise.paired([1.0] * 9, [1.0] * 8)

    def test_without_noise_the_ratio_is_exact(self):
        for compare in (noise.unpaired, noise.paired):
            change = compare([10.0] * 8, [11.0] * 8)
            for value in (change.ratio, change.low, change.high):
                self.assertAlmostEqual(value, 1.1)
            self.assertEqual((change.before, change.after), (10, 11))

    def test_five_pairs_reach_to_the_extreme_ratios(self):
        before, after = [10.0, 11, 12, 13, 14], [20.0, 21, 22, 23, 24]
        change = noise.unpaired(before, after)
        self.assertAlmostEqual(change.low, 20 / 14)
        self.assertAlmostEqual(change.high, 24 / 10)

    def test_intervals_hold_the_truth_as_often_as_they_say(self):
        for compare in (noise.unpaired, noise.paired):
            missed = 0
            for seed in range(1000):
                draw = random.Random(seed)
                a = [draw.lognormvariate(0, 0.1) for _ in range(10)]
                b = [1.07 * draw.lognormvariate(0, 0.1) for _ in range(10)]
                change = compare(a, b)
                missed += not change.low <= 1.07 <= change.high
            self.assertLessEqual(missed, 20, compare.__name__)
            self.assertGreaterEqual(missed, 1, compare.__name__)

    def test_spread_is_half_of_the_middle_half(self):
        self.assertAlmostEqual(noise.spread([8.0, 9, 10, 11, 12]), 0.1)
        self.assertEqual(noise.spread([5.0] * 6), 0)


class Verdicts(unittest.TestCase):
    def verdict(self, ratio, low, high):
        return noise.Change(1, ratio, ratio, low, high).verdict(THRESHOLD)

    def test_slower_needs_the_threshold_and_the_noise(self):
        self.assertEqual(self.verdict(1.10, 1.06, 1.14), noise.REGRESSION)
        self.assertEqual(self.verdict(1.10, 1.01, 1.20), noise.REGRESSION)
        self.assertEqual(self.verdict(1.10, 0.99, 1.20), noise.UNCLEAR)
        self.assertEqual(self.verdict(1.04, 1.03, 1.05), noise.SAME)
        self.assertEqual(self.verdict(1.04, 1.01, 1.08), noise.UNCLEAR)

    def test_faster_likewise(self):
        self.assertEqual(self.verdict(0.90, 0.85, 0.94), noise.IMPROVEMENT)
        self.assertEqual(self.verdict(0.90, 0.80, 1.01), noise.UNCLEAR)
        self.assertEqual(self.verdict(0.96, 0.955, 0.99), noise.SAME)


class NoisyMachine(unittest.TestCase):
    def test_ten_pairs_of_files_of_one_commit_raise_no_alarm(self):
        for seed in range(10):
            for workload in range(25):
                machine = Machine(1000 * seed + workload, drift=0.005)
                change = noise.unpaired(machine.run(20, 10), machine.run(20, 10))
                self.assertNotEqual(change.verdict(THRESHOLD), noise.REGRESSION, change)

    def test_ten_percent_are_caught_in_files_of_a_quiet_machine(self):
        for seed in range(10):
            machine = Machine(seed, drift=0.005)
            change = noise.unpaired(machine.run(20, 10), machine.run(22, 10))
            self.assertEqual(change.verdict(THRESHOLD), noise.REGRESSION, change)

    def test_turns_hold_where_the_machine_slows_down_meanwhile(self):
        """A fifth slower from one half of the time to the other: two files are fooled."""
        before, after = Machine(1).turns(20, 20, 12)
        slower = [t * (1 if i < 6 else 1.2) for i, t in enumerate(before)]
        after = [t * (1 if i < 6 else 1.2) for i, t in enumerate(after)]
        self.assertNotEqual(noise.paired(slower, after).verdict(THRESHOLD), noise.REGRESSION)
        machine = Machine(1, drift=0)
        early, late = machine.run(20, 12), [1.2 * t for t in machine.run(20, 12)]
        self.assertEqual(noise.unpaired(early, late).verdict(THRESHOLD), noise.REGRESSION)

    def test_noise_alone_is_unclear_and_not_slower(self):
        machine = Machine(5, noise_share=0.3)
        change = noise.unpaired(machine.run(20, 6), machine.run(20, 6))
        self.assertEqual(change.verdict(THRESHOLD), noise.UNCLEAR)
        self.assertGreater(statistics.fmean((change.high, 1 / change.low)), 1.1)


if __name__ == "__main__":
    unittest.main()
