"""How long a task will take: quantiles of actual ÷ estimate, from little to much history.

Three sources are weighed together: a fixed prior that says "about the estimate, often exactly",
the pool of what others needed for tasks of that type and size, and the person's own history, which
soon outweighs both. Where many people's outcomes are at hand, the result is averaged with a
quantile forest's. Rolling corrections then make the ranges hold as often as they say.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from focus_core.prediction import forest
from focus_core.prediction import pool as pooled
from focus_core.prediction.conformal import Offsets
from focus_core.prediction.history import History
from focus_core.prediction.outcomes import (
    Outcome,
    Task,
    estimate_or_nominal,
    log_ratio,
)
from focus_core.prediction.pool import Pool
from focus_core.prediction.weighted import Distribution, Floats, distribution

MODEL_VERSION = "duration-1"

PRIOR_SESSIONS = 2.0
POOL_SESSIONS = 4.0

FEW = 3.0
"""With this many sessions known, tails are looked for at about half their levels."""

FOREST_FEWEST = 1000
FOREST_STEP = 4000
FOREST_KEPT = 30_000
"""Revealed outcomes for the first forest; a new one when they double, or 4,000 later."""

LEVELS = (0.05, 0.10, 0.50, 0.90, 0.95)
OUTER = (0.05, 0.10, 0.90, 0.95)
"""The levels that bound the 90 % and the 80 % range."""

# The prior: exactly the estimate in a quarter of cases, otherwise spread around it by a factor
# of two and a half. Without an estimate, spread wider around the nominal one.
_POINTS = 40
_SPREAD: Floats = np.array(
    [NormalDist().inv_cdf((point + 0.5) / _POINTS) for point in range(_POINTS)]
)
_PRIOR_VALUES: Floats = np.concatenate(([0.0], 0.9 * _SPREAD))
_PRIOR_WEIGHTS: Floats = PRIOR_SESSIONS * np.concatenate(([0.25], np.full(_POINTS, 0.75 / _POINTS)))
_WIDE_VALUES: Floats = 1.2 * _SPREAD
_WIDE_WEIGHTS: Floats = np.full(_POINTS, PRIOR_SESSIONS / _POINTS)


@dataclass(frozen=True)
class DurationForecast:
    """Minutes. `p50` for one task; `mean` for adding up a plan.

    `uncorrected` holds the log ratios at OUTER before the correction: kept with the forecast so
    that its outcome can teach the next corrections. `features` are the forest's, for the same.
    """

    p50: float
    low80: float
    high80: float
    low90: float
    high90: float
    mean: float
    n_known: int
    estimate_minutes: float | None
    uncorrected: tuple[float, ...]
    features: Floats
    version: str = MODEL_VERSION


class DurationModel:
    """What all people share: the pool and the corrections. A person's history comes in per call."""

    def __init__(self) -> None:
        self.pool = Pool()
        self.offsets = Offsets(OUTER)
        self.forest: forest.Forest | None = None
        self._seen: deque[tuple[Floats, float, str]] = deque(maxlen=FOREST_KEPT)
        self._count = 0
        self._next_forest = FOREST_FEWEST

    def forecast(self, task: Task, history: History) -> DurationForecast:
        expected = self.distribution(task, history)
        columns = forest.features(task, history, expected)
        low90, low80, middle, high80, high90 = self._quantiles(expected, columns, history.known)
        uncorrected = (low90, low80, high80, high90)
        low90, low80, high80, high90 = self.offsets.corrected(history.known, uncorrected, middle)
        scale = estimate_or_nominal(task.estimate_minutes)
        return DurationForecast(
            p50=scale * math.exp(middle),
            low80=scale * math.exp(low80),
            high80=scale * math.exp(high80),
            low90=scale * math.exp(min(low90, low80)),
            high90=scale * math.exp(max(high90, high80)),
            mean=_in_minutes(expected, scale).mean,
            n_known=history.known,
            estimate_minutes=task.estimate_minutes,
            uncorrected=uncorrected,
            features=columns,
        )

    def _quantiles(self, expected: Distribution, columns: Floats, known: int) -> list[float]:
        # A handful of outcomes hardly reaches into the tails: the next one falls outside the
        # range of n with probability 2 ÷ (n + 1), so that ranges of newcomers would be too short.
        outward = (known + 1.0) / (known + 1.0 + FEW)
        tails = [level * outward if level < 0.5 else 1 - (1 - level) * outward for level in OUTER]
        plain = expected.quantiles((*tails[:2], 0.5, *tails[2:]))
        if self.forest is None:
            return plain
        grown = self.forest.quantiles(columns, LEVELS)
        # A quantile that rests on "exactly the estimate" stays there.
        return [(own + other) / 2 if own else own for own, other in zip(plain, grown, strict=True)]

    def distribution(self, task: Task, history: History) -> Distribution:
        """Log ratios to the estimate (or the nominal one), before any correction."""
        own, own_weights, own_at_least = history.sample(task)
        shared = self.pool.weights(task)
        # A pool that has seen less than it may say says no more than it has seen.
        shared *= min(POOL_SESSIONS / max(shared.sum(), 1e-9), 1.0)
        told = shared > 0
        prior, prior_weights = (
            (_WIDE_VALUES, _WIDE_WEIGHTS)
            if task.estimate_minutes is None
            else (_PRIOR_VALUES, _PRIOR_WEIGHTS)
        )
        return distribution(
            np.concatenate((own, pooled.VALUES[told], prior)),
            np.concatenate((own_weights, shared[told], prior_weights)),
            np.concatenate((own_at_least, pooled.AT_LEAST[told], np.zeros(len(prior), dtype=bool))),
        )

    def minutes(self, task: Task, history: History) -> Distribution:
        """How long the task takes, for simulating a plan; its mean is the forecast's `mean`."""
        scale = estimate_or_nominal(task.estimate_minutes)
        return _in_minutes(self.distribution(task, history), scale)

    def reveal(
        self, person: str, history: History, forecast: DurationForecast | None, outcome: Outcome
    ) -> None:
        """Learn from a finished session: the person's history, the pool and the corrections."""
        self.pool.add(person, outcome)
        if forecast is None:
            history.add(outcome)
            return
        ratio = log_ratio(outcome, estimate_or_nominal(forecast.estimate_minutes))
        history.add(replace(outcome, surprise=log_ratio(outcome, forecast.p50)))
        if not outcome.at_least:
            self.offsets.reveal(forecast.n_known, forecast.uncorrected, ratio)
            self._seen.append((forecast.features, ratio, person))
            self._count += 1

    def forest_is_due(self) -> bool:
        """Whether enough people's outcomes have come in for a new forest."""
        return self._count >= self._next_forest and self.pool.people() >= pooled.MINIMUM_PEOPLE

    def grow_forest(self) -> None:
        """Takes seconds; the old forest answers until the new one is there."""
        columns, ratios, people = zip(*self._seen, strict=True)
        self.forest = forest.grow(np.array(columns), np.array(ratios), people)
        self._next_forest = self._count + min(self._count, FOREST_STEP)


def _in_minutes(expected: Distribution, scale: float) -> Distribution:
    """With the outermost 5 % on each side pulled in: a ratio of a million would own the mean."""
    low, high = expected.quantiles((0.05, 0.95))
    minutes = scale * np.exp(np.clip(expected.values, low, high))
    return Distribution(minutes, expected.masses, expected.cumulated)
