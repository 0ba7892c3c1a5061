"""How often something succeeded, and how sure a number of trials makes us of that."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959963984540054
"""Quantile of the normal distribution for a two-sided interval of 95 %."""


@dataclass(frozen=True)
class Rate:
    """`n` trials with this mean (0 to 1), and the 95 % interval from `low` to `high`."""

    n: int
    mean: float
    low: float
    high: float

    def differs_from(self, other: float) -> bool:
        """Whether the interval leaves `other` out. Until it does, the difference may be chance."""
        return not self.low <= other <= self.high


def rate(successes: float, n: int) -> Rate | None:
    """The rate with Wilson's score interval; None without trials.

    Successes may be fractions between 0 and 1 a trial: these vary less than yes or no do, so the
    interval is then wider than need be, never too narrow.

    Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
    Journal of the American Statistical Association 22 (1927), 209-212.
    """
    if n == 0:
        return None
    mean = successes / n
    shrink = 1 + Z_95**2 / n
    centre = (mean + Z_95**2 / (2 * n)) / shrink
    half = Z_95 / shrink * sqrt(mean * (1 - mean) / n + Z_95**2 / (4 * n**2))
    return Rate(n, mean, max(0.0, centre - half), min(1.0, centre + half))
