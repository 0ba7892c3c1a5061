"""When a list of tasks will be done: simulated sums, breaks included.

Medians don't add up: a sum of them comes out 10 to 20 % short, because tasks run over further than
they finish early. So each task's duration is drawn many times, and the sums are looked at. Nor are
tasks of one day independent: when one drags, the others tend to. They share part of their luck.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np

from focus_core.prediction.weighted import Distribution, Floats

MODEL_VERSION = "plan-1"
"""Of what is done with the tasks' own forecasts, which have a version of their own."""

DRAWS = 2000
SEED = 5
"""Fixed, so that a plan's finish time moves when the plan does and not on a reload."""

TOGETHER = 0.25
"""Correlation of how far two tasks of one day are off: on records of 165 people 0.23, between 0.01
and 0.30 for four fifths of those with much of a record."""

TOGETHER_OUTCOMES = 200.0
"""So many outcomes the figure above is worth against the person's own."""

MOST_TOGETHER = 0.8


@dataclass(frozen=True)
class Breaks:
    """A break after each `every` minutes of focus, a long one each `long_after` times. Minutes.

    `behind` of these stretches are over already, and `under_way` minutes of the next one.
    """

    every: float = 25.0
    short: float = 5.0
    long: float = 15.0
    long_after: int = 4
    behind: int = 0
    under_way: float = 0.0

    def during(self, focused: Floats) -> Floats:
        """Break minutes until that much focus is done; none follows the last minute of it."""
        since_break = min(self.under_way, self.every) + focused
        taken = np.maximum(np.ceil(since_break / self.every - 1e-9) - 1.0, 0.0)
        long = (self.behind + taken) // self.long_after - self.behind // self.long_after
        return taken * self.short + long * (self.long - self.short)


@dataclass(frozen=True)
class PlannedTask:
    """`minutes`: how long the whole task takes; `spent_minutes`: how much of that is behind it;
    `together`: the correlation of its luck with that of the day's other tasks."""

    minutes: Distribution
    spent_minutes: float = 0.0
    together: float = TOGETHER


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

    def focus(self, level: float) -> float:
        """A quantile of what is left of all tasks, without breaks."""
        return float(np.quantile(self.rests.sum(axis=1), level))

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

    def plainly(self, minutes: float) -> float:
        """So much focus with its breaks, if it took exactly that."""
        return float(self._with_breaks(np.array([minutes]))[0])

    def _with_breaks(self, focused: Floats) -> Floats:
        return focused if self.breaks is None else focused + self.breaks.during(focused)

    def _ends(self) -> Floats:
        return self.finishes[:, -1] if self.finishes.shape[1] else np.zeros(len(self.finishes))


def simulate(tasks: Sequence[PlannedTask], breaks: Breaks | None = None) -> PlanForecast:
    """Draw every task's rest, with what is common to the day, to be added up with the breaks."""
    random = np.random.default_rng(SEED)
    day = random.standard_normal(DRAWS)
    rests = []
    for task in tasks:
        own = random.standard_normal(DRAWS)
        luck = math.sqrt(task.together) * day + math.sqrt(1.0 - task.together) * own
        # Its place among all draws: evenly spread from 0 to 1, whatever is shared.
        places = np.argsort(np.argsort(luck))
        rests.append(_rest(task, (places + 0.5) / DRAWS))
    return PlanForecast(np.array(rests).T if rests else np.zeros((DRAWS, 0)), breaks)


def together(days: Iterable[Sequence[float]]) -> float:
    """How strongly tasks of one day are off together, from the person's days: on each, by how much
    every outcome missed its forecast (log actual ÷ p50).

    The correlation within days of the misses' normal scores (so that one absurd miss counts little;
    intraclass, Fisher 1925), shrunk toward TOGETHER.
    """
    kept = [day for day in days if len(day) > 1]
    n = sum(len(day) for day in kept)
    if not n:
        return TOGETHER
    scores = _normal_scores(np.concatenate(kept))
    shared, place = 0.0, 0
    for day in kept:
        here = scores[place : place + len(day)]
        place += len(day)
        shared += (here.sum() ** 2 - (here**2).sum()) / (len(day) - 1)
    found = shared / max((scores**2).sum(), 1e-9)
    shrunk = (found * n + TOGETHER * TOGETHER_OUTCOMES) / (n + TOGETHER_OUTCOMES)
    return float(min(max(shrunk, 0.0), MOST_TOGETHER))


def _normal_scores(values: Floats) -> Floats:
    """Each value replaced by what its rank would be in a normal sample; equal ones alike."""
    _, ranks, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    chances = (ends - counts / 2.0) / len(values)
    return np.array([NormalDist().inv_cdf(chance) for chance in chances])[ranks]


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
