"""Whether one set of timings is slower than another, or only noisier.

Timings have no known distribution (neighbours, interrupts, memory layout), so nothing here assumes
one, and nothing is random. The ratio after/before comes with a confidence interval:

    unpaired(before, after)   the median of all ratios after[j] / before[i] (Hodges and Lehmann),
                              its interval from the distribution of Mann and Whitney's U
    paired(before, after)     for samples taken in turn, pair by pair: the median of the means of
                              any two ratios, its interval from Wilcoxon's signed ranks

Both are exact for small numbers of samples. `verdict` calls a regression only if the ratio is
beyond the threshold and the interval is beyond 1.
"""
import dataclasses
import functools
import math
import statistics

CONFIDENCE = 0.99
FEWEST_UNPAIRED = 5  # on each side; below, no interval of this confidence exists
FEWEST_PAIRS = 8

REGRESSION, IMPROVEMENT, SAME, UNCLEAR = "slower", "faster", "same", "unclear"


@dataclasses.dataclass(frozen=True)
class Change:
    """after / before: above 1 is slower."""
    before: float  # medians
    after: float
    ratio: float
    low: float  # the ends of the confidence interval of the ratio
    high: float

    def verdict(self, threshold):
        """One of the words above. `unclear`: the noise hides whether the threshold is crossed."""
        limit = 1 + threshold
        if self.ratio > limit and self.low > 1:
            return REGRESSION
        if self.ratio < 1 / limit and self.high < 1:
            return IMPROVEMENT
        if 1 / limit <= self.low and self.high <= limit:
            return SAME
        return UNCLEAR


def spread(samples):
    """The relative half width of the middle half of the samples."""
    quarters = statistics.quantiles(samples, n=4, method="inclusive")
    return (quarters[2] - quarters[0]) / 2 / statistics.median(samples)


def unpaired(before, after):
    if min(len(before), len(after)) < FEWEST_UNPAIRED:
        raise ValueError(f"at least {FEWEST_UNPAIRED} samples are needed on each side")
    logs = sorted(math.log(b / a) for a in before for b in after)
    return _change(before, after, logs, _cut(_rank_sum_ways(len(before), len(after))))


def paired(before, after):
    if len(before) != len(after) or len(before) < FEWEST_PAIRS:
        raise ValueError(f"at least {FEWEST_PAIRS} pairs are needed")
    ratios = [math.log(b / a) for a, b in zip(before, after)]
    means = sorted((ratios[i] + ratios[j]) / 2 for i in range(len(ratios)) for j in range(i + 1))
    return _change(before, after, means, _cut(_signed_rank_ways(len(ratios))))


def _change(before, after, logs, cut):
    """`logs` are sorted; `cut` of them lie outside of the interval at either end."""
    return Change(statistics.median(before), statistics.median(after),
                  math.exp(statistics.median(logs)), math.exp(logs[cut]), math.exp(logs[-1 - cut]))


def _cut(ways):
    """The largest k with P(statistic <= k) <= (1 - CONFIDENCE) / 2, where ways[s] counts the
    equally likely outcomes in which the statistic is s."""
    allowed = (1 - CONFIDENCE) / 2 * sum(ways)
    below = 0
    for value, count in enumerate(ways):
        below += count
        if below > allowed:
            return value - 1
    raise AssertionError("a distribution adds up to more than its tail")


@functools.lru_cache(maxsize=None)
def _rank_sum_ways(n, m):
    """ways[u]: how many of the orders of n and m samples have Mann and Whitney's U = u, which is
    the coefficient of x^u in the Gaussian binomial: the product of (1 - x^(m+i)) / (1 - x^i)."""
    ways = [1] + [0] * (n * m)
    for i in range(1, n + 1):
        for u in range(n * m, m + i - 1, -1):
            ways[u] -= ways[u - m - i]
        for u in range(i, n * m + 1):
            ways[u] += ways[u - i]
    return tuple(ways)


@functools.lru_cache(maxsize=None)
def _signed_rank_ways(n):
    """ways[t]: how many of the 2^n choices of signs give a sum t of positive ranks."""
    ways = [1] + [0] * (n * (n + 1) // 2)
    for rank in range(1, n + 1):
        for total in range(len(ways) - 1, rank - 1, -1):
            ways[total] += ways[total - rank]
    return tuple(ways)
