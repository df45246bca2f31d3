"""Workloads before and after, as a table and as a verdict."""
import dataclasses

import noise


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    item: str
    change: noise.Change
    verdict: str


def rows(before, after, threshold, compare):
    """One row for each workload that both have. `before` and `after` are as results.py has them,
    `compare` is noise.unpaired or noise.paired."""
    made = []
    for name in before:
        if name in after:
            change = compare(before[name]["ns"], after[name]["ns"])
            made.append(Row(name, before[name]["item"], change, change.verdict(threshold)))
    return made


def duration(nanoseconds):
    """Five characters and a unit."""
    for unit in ("ns", "us", "ms"):
        if nanoseconds < 9999.5:
            return f"{nanoseconds:.{max(0, 3 - len(str(int(nanoseconds))))}f} {unit}".rjust(8)
        nanoseconds /= 1000
    return f"{nanoseconds:.2f} s".rjust(8)


def percent(ratio):
    return f"{round(ratio - 1, 3) + 0.0:+.1%}"


def table(made):
    """Aligned lines; times are medians."""
    width = max(len(row.name) for row in made)
    lines = [f"{'workload':<{width}}  {'before':>8}  {'after':>8}  {'change':>7}  "
             f"{f'{noise.CONFIDENCE:.0%} interval':>18}  verdict"]
    for row in made:
        c = row.change
        interval = f"{percent(c.low)} .. {percent(c.high)}"
        lines.append(f"{row.name:<{width}}  {duration(c.before)}  {duration(c.after)}  "
                     f"{percent(c.ratio):>7}  {interval:>18}  {row.verdict}")
    return "\n".join(lines)


def summary(made, threshold):
    """One line that says what the table comes to."""
    count = {word: sum(row.verdict == word for row in made)
             for word in (noise.REGRESSION, noise.IMPROVEMENT, noise.SAME, noise.UNCLEAR)}
    line = (f"{len(made)} workloads: {count[noise.REGRESSION]} slower by more than "
            f"{threshold * 100:.3g} %, {count[noise.IMPROVEMENT]} faster, "
            f"{count[noise.SAME]} the same")
    if count[noise.UNCLEAR]:
        line += f", {count[noise.UNCLEAR]} unclear (too noisy to tell: more repetitions)"
    return line


def exit_code(made):
    return 1 if any(row.verdict == noise.REGRESSION for row in made) else 0
