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
    """Of a's mean less b's, with the spread taken between days; needs two days.

    The cluster-robust (sandwich) variance with days as clusters and Student's quantile with one
    degree of freedom less than days (Cameron and Miller, J. Hum. Resour. 2015). A day that has
    values of both groups counts once.
    """
    all_a, all_b = joined(a.values()), joined(b.values())
    days = a.keys() | b.keys()
    influences = (_influence(a.get(day), all_a) - _influence(b.get(day), all_b) for day in days)
    variance = sum(part * part for part in influences) * len(days) / (len(days) - 1)
    half = student_quantile(len(days) - 1, level) * sqrt(variance)
    difference = all_a.mean - all_b.mean
    return Interval(difference - half, difference + half)


def mean_by_days(values: Days, level: float = 0.95) -> Interval:
    """A mean's interval with the spread taken between days; needs two days. Source as above."""
    whole = joined(values.values())
    variance = sum(_influence(day, whole) ** 2 for day in values.values())
    variance *= len(values) / (len(values) - 1)
    half = student_quantile(len(values) - 1, level) * sqrt(variance)
    return Interval(whole.mean - half, whole.mean + half)


def shared_level(looks: int, level: float = 0.95) -> float:
    """The coverage each of `looks` intervals needs so that all hold together with `level`
    (Bonferroni; Dunn, J. Am. Stat. Assoc. 1961)."""
    return 1 - (1 - level) / max(looks, 1)


def student_quantile(freedom: float, level: float) -> float:
    """The two-sided quantile of Student's t, by its expansion around the normal one.

    Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5; good to 1 % from five
    degrees of freedom up.
    """
    z = _normal_quantile(level)
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )


def _influence(day: Tally | None, whole: Tally) -> float:
    """What one day adds to the mean's error."""
    return 0.0 if day is None else (day.total - day.n * whole.mean) / whole.n


def _normal_quantile(level: float) -> float:
    return NormalDist().inv_cdf(0.5 + level / 2)
