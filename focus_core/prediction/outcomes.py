"""What is known before a session and after it, in the form that the predictors learn from."""

from __future__ import annotations

import math
from dataclasses import dataclass

NOMINAL_MINUTES = 30.0
"""Stands in for the estimate where there is none, so that ratios keep one scale."""

SHORTEST_MINUTES = 1 / 60
LONGEST_MINUTES = 60.0 * 24 * 365


@dataclass(frozen=True)
class Task:
    """What is known at the start. `estimate_minutes` is None when the person gave none."""

    task_type: str
    estimate_minutes: float | None

    @classmethod
    def of(cls, task_type: str | None, estimate_minutes: float | None) -> Task:
        """The same from unchecked input: an estimate that is no positive number is no estimate."""
        return cls(" ".join((task_type or "").lower().split()), _plausible(estimate_minutes))


@dataclass(frozen=True)
class Outcome:
    """How long a task took.

    `at_least`: a timer ended it, so that it might have taken longer. `surprise`: the log of actual
    ÷ the p50 that was forecast, 0 when none was. `text`: what the person wrote about it.
    """

    task: Task
    actual_minutes: float
    at_least: bool = False
    surprise: float = 0.0
    text: str = ""

    def __post_init__(self) -> None:
        if not self.actual_minutes > 0:
            raise ValueError("an outcome needs a positive duration")

    @property
    def log_minutes(self) -> float:
        """Within a second and a year, so that nothing absurd overflows."""
        return math.log(min(max(self.actual_minutes, SHORTEST_MINUTES), LONGEST_MINUTES))


def log_ratio(outcome: Outcome, estimate_minutes: float) -> float:
    """log(actual ÷ estimate); exactly 0 when the two are the same."""
    return outcome.log_minutes - math.log(estimate_minutes)


def estimate_or_nominal(estimate_minutes: float | None) -> float:
    return NOMINAL_MINUTES if estimate_minutes is None else estimate_minutes


def _plausible(minutes: float | None) -> float | None:
    if minutes is None or not minutes > 0 or not math.isfinite(minutes):
        return None
    return min(max(minutes, SHORTEST_MINUTES), LONGEST_MINUTES)
