"""When a list of tasks will be done: simulated sums, breaks included.

Medians don't add up: a sum of them comes out 10 to 20 % short, because tasks run over further than
they finish early. So each task's duration is drawn many times, and the sums are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from focus_core.prediction.weighted import Distribution, Floats

DRAWS = 2000
SEED = 5
"""Fixed, so that a plan's finish time moves when the plan does and not on a reload."""


@dataclass(frozen=True)
class Breaks:
    """A break after each `every` minutes of focus, a long one each `long_after` times. Minutes."""

    every: float = 25.0
    short: float = 5.0
    long: float = 15.0
    long_after: int = 4

    def during(self, focused: Floats) -> Floats:
        """Break minutes until that much focus is done; none follows the last minute of it."""
        taken = np.maximum(np.ceil(focused / self.every - 1e-9) - 1.0, 0.0)
        return taken * self.short + np.floor(taken / self.long_after) * (self.long - self.short)


@dataclass(frozen=True)
class PlannedTask:
    """`minutes`: how long the whole task takes; `spent_minutes`: how much of that is behind it."""

    minutes: Distribution
    spent_minutes: float = 0.0


@dataclass(frozen=True)
class PlanForecast:
    """Minutes from now until the tasks are done, in the order given.

    `rests[draw, task]`: what is left of each, without breaks.
    """

    rests: Floats
    breaks: Breaks | None = None

    @cached_property
    def finishes(self) -> Floats:
        """`finishes[draw, task]`: until this task and all before it are done."""
        return self._with_breaks(np.cumsum(self.rests, axis=1))

    @property
    def mean(self) -> float:
        return float(self._ends().mean())

    def quantile(self, level: float) -> float:
        return float(np.quantile(self._ends(), level))

    def rest(self, task: int, level: float) -> float:
        """A quantile of what is left of one task, without breaks."""
        return float(np.quantile(self.rests[:, task], level))

    def chances_by(self, minutes: float) -> list[float]:
        """For each task, the probability that it and all before it are done in that time."""
        return [float(share) for share in (self.finishes <= minutes).mean(axis=0)]

    def fitting(self, minutes: float, chance: float = 0.8) -> list[int]:
        """Which tasks to keep, by place, to be done in that time with this probability: each in
        its turn, unless it is too much together with those kept before it."""
        kept: list[int] = []
        focused = np.zeros(len(self.rests))
        for task in range(self.rests.shape[1]):
            longer = focused + self.rests[:, task]
            if (self._with_breaks(longer) <= minutes).mean() >= chance:
                kept.append(task)
                focused = longer
        return kept

    def _with_breaks(self, focused: Floats) -> Floats:
        return focused if self.breaks is None else focused + self.breaks.during(focused)

    def _ends(self) -> Floats:
        return self.finishes[:, -1] if self.finishes.shape[1] else np.zeros(len(self.finishes))


def simulate(tasks: Sequence[PlannedTask], breaks: Breaks | None = None) -> PlanForecast:
    """Draw every task's rest, independently, to be added up with the breaks in between."""
    random = np.random.default_rng(SEED)
    rests = [_rest(task, random.random(DRAWS)) for task in tasks]
    return PlanForecast(np.array(rests).T if rests else np.zeros((DRAWS, 0)), breaks)


def _rest(task: PlannedTask, chances: Floats) -> Floats:
    """What is left of the task, given that it was not done after the time already spent."""
    longer = task.minutes.values > task.spent_minutes
    masses = np.where(longer, task.minutes.masses, 0.0)
    if not masses.sum() > 1e-9:
        # Past everything seen so far: it may take as long again as half of what it took.
        return task.spent_minutes * 0.5 * chances
    cumulated = np.cumsum(masses) / masses.sum()
    places = np.minimum(np.searchsorted(cumulated, chances), len(cumulated) - 1)
    return task.minutes.values[places] - task.spent_minutes
