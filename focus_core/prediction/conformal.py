"""Ranges that hold as often as they say: rolling corrections learnt from recent misses.

Split conformal prediction for quantiles (Romano, Patterson & Candès, NeurIPS 2019), each side on
its own, over a rolling window, and apart for people with little and with much history.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Sequence

WINDOW = 1000
"""Revealed outcomes that a correction looks back on, in each bin."""

FEWEST = 50
"""Revealed outcomes below which nothing is corrected."""

KNOWN_LIMITS = (5, 20, 100)
"""Bins by how many sessions of the person were known: up to 5, 20, 100, and more."""


class Rolling:
    """The last WINDOW numbers, kept sorted."""

    def __init__(self, numbers: list[float] | None = None) -> None:
        self.recent: deque[float] = deque(numbers or [])
        self._sorted = sorted(self.recent)

    def add(self, number: float) -> None:
        if len(self.recent) >= WINDOW:
            del self._sorted[bisect_left(self._sorted, self.recent.popleft())]
        self.recent.append(number)
        insort(self._sorted, number)

    def upper(self, level: float) -> float:
        """A bound that the next number stays at or below with probability `level`; 0 if unsure."""
        n = len(self._sorted)
        rank = math.ceil(level * (n + 1))
        return self._sorted[rank - 1] if n >= FEWEST and rank <= n else 0.0


class Offsets:
    """Corrections of the quantiles at `levels`, in log units, by how much was known."""

    def __init__(self, levels: tuple[float, ...]) -> None:
        self.levels = levels
        self._windows = [[Rolling() for _ in levels] for _ in range(len(KNOWN_LIMITS) + 1)]

    def windows(self) -> list[list[list[float]]]:
        """The misses looked back on, by bin and level, oldest first."""
        return [[list(window.recent) for window in row] for row in self._windows]

    @classmethod
    def of(cls, levels: tuple[float, ...], windows: list[list[list[float]]]) -> Offsets:
        offsets = cls(levels)
        offsets._windows = [[Rolling(numbers) for numbers in row] for row in windows]
        return offsets

    def reveal(self, n_known: int, quantiles: Sequence[float], actual: float) -> None:
        """Learn from an outcome: the uncorrected quantiles of its forecast, and what it was."""
        for window, level, quantile in zip(
            self._windows[_bin(n_known)], self.levels, quantiles, strict=True
        ):
            window.add(quantile - actual if level < 0.5 else actual - quantile)

    def corrected(self, n_known: int, quantiles: Sequence[float], middle: float) -> list[float]:
        """The quantiles moved outward or inward, never past the median and never across 0."""
        return [
            _moved(quantile, level, window.upper(max(level, 1 - level)), middle)
            for window, level, quantile in zip(
                self._windows[_bin(n_known)], self.levels, quantiles, strict=True
            )
        ]


def _bin(n_known: int) -> int:
    return bisect_left(KNOWN_LIMITS, n_known)


def _moved(quantile: float, level: float, offset: float, middle: float) -> float:
    lower = level < 0.5
    moved = quantile - offset if lower else quantile + offset
    # Exactly the estimate is a common outcome. A range that holds it does not lose it to a
    # correction, however small: moving inward, it stops there.
    if (lower and quantile <= 0.0 < moved) or (not lower and moved < 0.0 <= quantile):
        moved = 0.0
    return min(moved, middle) if lower else max(moved, middle)
