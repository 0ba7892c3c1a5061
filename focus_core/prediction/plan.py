"""When a list of tasks will be done: simulated sums, breaks included.

Medians don't add up: a sum of them comes out 10 to 20 % short, because tasks run over further than
they finish early. So each task's duration is drawn many times, and the sums are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    """Minutes from now until the tasks are done, in the order given. `finishes[draw, task]`."""

    finishes: Floats
    focused: Floats

    @property
    def mean(self) -> float:
        return float(self._ends().mean())

    def quantile(self, level: float) -> float:
        return float(np.quantile(self._ends(), level))

    def chances_by(self, minutes: float) -> list[float]:
        """For each task, the probability that it and all before it are done in that time."""
        return [float(share) for share in (self.finishes <= minutes).mean(axis=0)]

    def fitting(self, minutes: float, chance: float = 0.5) -> int:
        """How many tasks from the first on are done in that time with at least this probability.

        Those after them are what to drop.
        """
        return sum(1 for reached in self.chances_by(minutes) if reached >= chance)

    def _ends(self) -> Floats:
        return self.finishes[:, -1] if self.finishes.shape[1] else np.zeros(len(self.finishes))


def simulate(tasks: Sequence[PlannedTask], breaks: Breaks | None = None) -> PlanForecast:
    """Draw every task's rest, independently, and add them up with the breaks in between."""
    random = np.random.default_rng(SEED)
    rests = [_rest(task, random.random(DRAWS)) for task in tasks]
    focused = np.cumsum(np.array(rests), axis=0).T if rests else np.zeros((DRAWS, 0))
    pauses = np.zeros_like(focused) if breaks is None else breaks.during(focused)
    return PlanForecast(focused + pauses, focused)


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
