"""One person's revealed outcomes, newest last, and how much each says about a task at hand."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable

import numpy as np

from focus_core.prediction.outcomes import (
    NOMINAL_MINUTES,
    Outcome,
    Task,
)
from focus_core.prediction.weighted import Flags, Floats

HALF_LIFE = 150
"""Sessions after which an outcome counts for half."""

RECENT_WEIGHT = 3.0
RECENT_HALF_LIFE = 15
"""The latest outcomes count extra: how far off people are comes in spells."""

OTHER_TYPE_WEIGHT = 0.3
DISTANCE = 0.5

KEPT = 1000
"""Outcomes that are looked at; those before count for less than a hundredth."""

SURPRISE_FADES = 0.9
SURPRISE_LIMIT = 2.0
"""How recent surprises are averaged: each counts 10 % less than the next, e² at most."""

SIMILAR_OVERLAP = 0.5
SIMILAR_DISTANCE = math.log(2)
"""Tasks are called similar when neither estimate is more than twice the other."""


class History:
    """Grows by one outcome at a time. `known` counts all, also those no longer looked at."""

    def __init__(self, outcomes: Iterable[Outcome] = ()) -> None:
        self.known = 0
        self.outcomes: deque[Outcome] = deque(maxlen=KEPT)
        self._columns = np.zeros((3, 2 * KEPT))  # log estimate (nan: none), log actual, at least
        self._types = np.zeros(2 * KEPT, dtype=np.int64)
        self._type_numbers: dict[str, int] = {}
        self._surprises: dict[str | None, tuple[float, float]] = {}
        self._end = 0
        for outcome in outcomes:
            self.add(outcome)

    def add(self, outcome: Outcome) -> None:
        if self._end == 2 * KEPT:
            self._columns[:, :KEPT] = self._columns[:, KEPT:]
            self._types[:KEPT] = self._types[KEPT:]
            self._end = KEPT
        estimate = outcome.task.estimate_minutes
        self._columns[:, self._end] = (
            math.nan if estimate is None else math.log(estimate),
            outcome.log_minutes,
            outcome.at_least,
        )
        kind = outcome.task.task_type
        self._types[self._end] = self._type_numbers.setdefault(kind, len(self._type_numbers))
        self._end += 1
        self.known += 1
        self.outcomes.append(outcome)
        surprise = min(max(outcome.surprise, -SURPRISE_LIMIT), SURPRISE_LIMIT)
        for key in (None, kind):
            total, weight = self._surprises.get(key, (0.0, 0.0))
            self._surprises[key] = (
                total * SURPRISE_FADES + surprise,
                weight * SURPRISE_FADES + 1.0,
            )

    def surprise(self, task_type: str | None = None) -> float:
        """How far recent tasks (of that type) ran past their forecasts, in log units."""
        total, weight = self._surprises.get(task_type, (0.0, 0.0))
        return total / (weight + 2.0)

    def sample(self, task: Task) -> tuple[Floats, Floats, Flags]:
        """Log ratios to the task's estimate's like, their weights, and which are "at least".

        With an estimate, only outcomes that had one say something about the ratio; without, all
        of them say how long things take, against the nominal estimate.
        """
        window = slice(max(self._end - KEPT, 0), self._end)
        log_estimates, log_actuals, at_least = self._columns[:, window]
        ages = np.arange(len(log_actuals), 0, -1) - 1
        weights = 0.5 ** (ages / HALF_LIFE) + RECENT_WEIGHT * 0.5 ** (ages / RECENT_HALF_LIFE)
        number = self._type_numbers.get(task.task_type, -1)
        weights = weights * np.where(self._types[window] == number, 1.0, OTHER_TYPE_WEIGHT)
        if task.estimate_minutes is None:
            return log_actuals - math.log(NOMINAL_MINUTES), weights, at_least > 0
        distances = np.abs(log_estimates - math.log(task.estimate_minutes))
        with_estimate = ~np.isnan(log_estimates)
        weights = weights * np.exp(-distances / DISTANCE)
        return (
            (log_actuals - log_estimates)[with_estimate],
            weights[with_estimate],
            at_least[with_estimate] > 0,
        )

    def similar(self, task: Task, text: str = "") -> list[Outcome]:
        """Outcomes to show beside a forecast, the most similar first.

        They are of the same type and, given an estimate, of about its size; or they share at
        least half of their words with `text`. More words in common come first, then the closer
        estimate, then the same type, then the newer.
        """
        words = _words(text)
        found = []
        for outcome in reversed(self.outcomes):
            shared = _overlap(words, _words(outcome.text)) if words else 0.0
            if shared >= SIMILAR_OVERLAP or _alike(task, outcome.task):
                other_type = outcome.task.task_type != task.task_type
                rank = (-shared, _distance(task, outcome.task), other_type)
                found.append((rank, outcome))
        return [outcome for _, outcome in sorted(found, key=lambda each: each[0])]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.lower().split())


def _overlap(words: frozenset[str], others: frozenset[str]) -> float:
    """Words in both ÷ words in either (Jaccard's coefficient)."""
    return len(words & others) / len(words | others)


def _alike(task: Task, other: Task) -> bool:
    if task.task_type != other.task_type:
        return False
    return _distance(task, other) <= SIMILAR_DISTANCE + 1e-9


def _distance(task: Task, other: Task) -> float:
    """|log(estimate ÷ estimate)|; 0 for all when the task at hand has none to be close to."""
    if task.estimate_minutes is None:
        return 0.0
    if other.estimate_minutes is None:
        return math.inf
    return abs(math.log(other.estimate_minutes / task.estimate_minutes))
