"""How sure a number is. Intervals are two-sided; `level` is their coverage.

Sessions of one day resemble each other more than those of two days, so that treating each as
independent makes intervals too narrow. Where days are known, the spread is taken between days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Any


@dataclass(frozen=True)
class Interval:
    low: float
    high: float

    def excludes(self, value: float) -> bool:
        return value < self.low or value > self.high

    def spanning(self, other: Interval) -> Interval:
        """The smallest interval that holds both."""
        return Interval(min(self.low, other.low), max(self.high, other.high))


@dataclass(frozen=True)
class Tally:
    """A group's `n` values by their sum and sum of squares; adding two joins the groups."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.n + other.n, self.total + other.total, self.squares + other.squares)

    @property
    def mean(self) -> float:
        return self.total / self.n

    @property
    def variance(self) -> float:
        """Of the values, unbiased; needs two."""
        return max(self.squares - self.n * self.mean**2, 0.0) / (self.n - 1)


Days = Mapping[Any, Tally]
"""One group's values, day by day."""


def joined(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally())


def wilson(successes: int, n: int, level: float = 0.95) -> Interval:
    """Score interval of a proportion; never leaves 0 to 1 (Wilson, J. Am. Stat. Assoc. 1927)."""
    if n == 0:
        return Interval(0.0, 1.0)
    z = _normal_quantile(level)
    share = successes / n
    centre = share + z * z / (2 * n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return Interval(max((centre - half) / scale, 0.0), min((centre + half) / scale, 1.0))


def mean_interval(values: Tally, level: float = 0.95) -> Interval:
    """Student's interval of a mean; needs two values."""
    half = student_quantile(values.n - 1, level) * sqrt(values.variance / values.n)
    return Interval(values.mean - half, values.mean + half)


def difference_of_proportions(a: Tally, b: Tally, level: float = 0.95) -> Interval:
    """Of a's share less b's, by the hybrid score method (Newcombe, Stat. Med. 1998, method 10)."""
    share_a, share_b = a.mean, b.mean
    range_a, range_b = (wilson(round(group.total), group.n, level) for group in (a, b))
    difference = share_a - share_b
    return Interval(
        difference - sqrt((share_a - range_a.low) ** 2 + (range_b.high - share_b) ** 2),
        difference + sqrt((range_a.high - share_a) ** 2 + (share_b - range_b.low) ** 2),
    )


def difference_of_means(a: Tally, b: Tally, level: float = 0.95) -> Interval:
    """Of a's mean less b's, without equal variances (Welch, Biometrika 1947)."""
    part_a, part_b = a.variance / a.n, b.variance / b.n
    error = part_a + part_b
    difference = a.mean - b.mean
    if error == 0:
        return Interval(difference, difference)
    freedom = error**2 / (part_a**2 / (a.n - 1) + part_b**2 / (b.n - 1))
    half = student_quantile(freedom, level) * sqrt(error)
    return Interval(difference - half, difference + half)


def difference_by_days(a: Days, b: Days, level: float = 0.95) -> Interval:
    """Of a's mean less b's, with the spread taken between days; needs two days of each.

    The jackknife (CR3) variance with days as clusters (Cameron and Miller, J. Hum. Resour. 2015),
    with Welch's degrees of freedom from either group's days: a group of few or uneven days stays as
    unsure as these are, however many the other has. A day that has values of both counts in both,
    so that its mood cancels out.
    """
    whole_a, whole_b = joined(a.values()), joined(b.values())
    shifts_a, shifts_b = _shifts(a, whole_a), _shifts(b, whole_b)
    days = a.keys() | b.keys()
    variance = sum((shifts_a.get(day, 0.0) - shifts_b.get(day, 0.0)) ** 2 for day in days)
    spread_a, spread_b = (_squares(shifts) for shifts in (shifts_a, shifts_b))
    freedom = len(days) - 1.0
    if spread_a + spread_b > 0:
        shares = spread_a**2 / (len(a) - 1) + spread_b**2 / (len(b) - 1)
        freedom = min(freedom, (spread_a + spread_b) ** 2 / shares)
    half = student_quantile(freedom, level) * sqrt(variance)
    difference = whole_a.mean - whole_b.mean
    return Interval(difference - half, difference + half)


def mean_by_days(values: Days, level: float = 0.95) -> Interval:
    """A mean's interval with the spread taken between days; needs two days. Source as above."""
    whole = joined(values.values())
    error = sqrt(_squares(_shifts(values, whole)))
    half = student_quantile(len(values) - 1, level) * error
    return Interval(whole.mean - half, whole.mean + half)


def shared_level(looks: int, level: float = 0.95) -> float:
    """The coverage each of `looks` intervals needs so that all hold together with `level`
    (Bonferroni; Dunn, J. Am. Stat. Assoc. 1961)."""
    return 1 - (1 - level) / max(looks, 1)


def student_quantile(freedom: float, level: float) -> float:
    """The two-sided quantile of Student's t, by its expansion around the normal one.

    Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5; good to 1 % from five
    degrees of freedom up, at every level that twenty comparisons ask for.
    """
    z = _normal_quantile(level)
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * freedom**4)
    )


def _shifts(days: Days, whole: Tally) -> dict[Any, float]:
    """How far the mean moves without each day, scaled so that squares add up to its variance."""
    scale = sqrt((len(days) - 1) / len(days))
    return {
        day: scale * (values.total - values.n * whole.mean) / (whole.n - values.n)
        for day, values in days.items()
    }


def _squares(shifts: Mapping[Any, float]) -> float:
    return sum(shift * shift for shift in shifts.values())


def _normal_quantile(level: float) -> float:
    return NormalDist().inv_cdf(0.5 + level / 2)
