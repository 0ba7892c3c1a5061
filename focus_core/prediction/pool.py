"""What people have in common: histograms of outcomes, and none over too few people.

A cell is a task type and a size of estimate. It holds how often each ratio of actual to estimated
time came up, and it is silent until enough different people stand behind it. Persons are kept only
as far as needed to count them and to let them leave.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from focus_core.prediction.outcomes import Outcome, Task, estimate_or_nominal, log_ratio
from focus_core.prediction.weighted import Flags, Floats

MINIMUM_PEOPLE = 5
"""Different people that a cell needs before it is used or leaves this process."""

OTHER_TYPE_WEIGHT = 0.1
DISTANCE = 0.35
"""Log units between estimates that cost an outcome 63 % of its say; also a bucket's width."""

BIN_WIDTH = 0.05
REACH = 5.0
"""Log ratios beyond this (a factor of 148) count as this."""

_SIDE = round(REACH / BIN_WIDTH)
CENTRES: Floats = BIN_WIDTH * np.arange(-_SIDE, _SIDE + 1, dtype=np.float64)
"""Bin centres. The middle one holds the ratios of exactly 1 and no other."""

_Cell = tuple[str | None, int, int]
"""Task type (None: all of them), bucket, place in VALUES."""

BUCKETS = 24
NO_ESTIMATE = BUCKETS
_BUCKET_LOGS: Floats = DISTANCE * np.arange(BUCKETS, dtype=np.float64)

# Values and censoring marks as one flat sample: first the exact outcomes, then those cut off.
VALUES: Floats = np.concatenate((CENTRES, CENTRES))
AT_LEAST: Flags = np.repeat([False, True], len(CENTRES))


def bin_of(ratio: float) -> int:
    """Index into CENTRES. Near misses of the estimate go to the neighbours of the middle."""
    if ratio == 0.0:
        return _SIDE
    steps = round(min(max(ratio, -REACH), REACH) / BIN_WIDTH)
    return _SIDE + (steps or (1 if ratio > 0 else -1))


def bucket_of(estimate_minutes: float | None) -> int:
    if estimate_minutes is None:
        return NO_ESTIMATE
    return min(max(round(math.log(estimate_minutes) / DISTANCE), 0), BUCKETS - 1)


@dataclass
class _Type:
    """The cells of one task type: counts[bucket, flat bin] and who stands behind each bucket."""

    counts: Floats = field(default_factory=lambda: np.zeros((BUCKETS + 1, len(VALUES))))
    people: Floats = field(default_factory=lambda: np.zeros(BUCKETS + 1))


class Pool:
    """Counts of outcomes by cell, over people who can leave again."""

    def __init__(self, minimum_people: int = MINIMUM_PEOPLE) -> None:
        self.minimum_people = minimum_people
        self._types: dict[str | None, _Type] = {}
        self._given: dict[str, Counter[_Cell]] = defaultdict(Counter)
        self._seen: dict[str, Counter[tuple[str | None, int]]] = defaultdict(Counter)

    def add(self, person: str, outcome: Outcome) -> None:
        for cell in _cells(outcome):
            self._count(person, cell, 1)

    def forget(self, person: str) -> None:
        """Take out everything that this person put in. Unknown people are fine."""
        for cell, times in list(self._given.get(person, {}).items()):
            self._count(person, cell, -times)
        self._given.pop(person, None)
        self._seen.pop(person, None)
        self._types = {name: cells for name, cells in self._types.items() if cells.counts.any()}

    def _count(self, person: str, cell: _Cell, times: int) -> None:
        task_type, bucket, place = cell
        cells = self._types.setdefault(task_type, _Type())
        seen = self._seen[person]
        before = seen[task_type, bucket]
        seen[task_type, bucket] += times
        self._given[person][cell] += times
        cells.counts[bucket, place] += times
        cells.people[bucket] += (before + times > 0) - (before > 0)

    def published(self) -> dict[str | None, Floats]:
        """Counts by type, cells over too few people emptied: what may leave this process."""
        found = {}
        for name, cells in self._types.items():
            counts = cells.counts * (cells.people >= self.minimum_people)[:, None]
            if counts.any():
                found[name] = counts
        return found

    @classmethod
    def of(cls, published: Mapping[str | None, Floats]) -> Pool:
        """A pool of published counts. Whom they are from is not in them: nobody can leave it."""
        pool = cls()
        for name, counts in published.items():
            enough = np.where(counts.any(axis=1), float(pool.minimum_people), 0.0)
            pool._types[name] = _Type(counts.copy(), enough)
        return pool

    def people(self) -> int:
        return len(self._given)

    def weights(self, task: Task) -> Floats:
        """How much the pool has seen of each of VALUES for tasks like this one."""
        near = _nearness(task.estimate_minutes)
        total = np.zeros(len(VALUES))
        for name, share in (
            (task.task_type, 1.0 - OTHER_TYPE_WEIGHT),
            (None, OTHER_TYPE_WEIGHT),
        ):
            cells = self._types.get(name)
            if cells is not None:
                total += share * (near * (cells.people >= self.minimum_people)) @ cells.counts
        return total


def _cells(outcome: Outcome) -> list[_Cell]:
    """Where an outcome counts: in its type and in all, by its estimate and for those without."""
    found: list[_Cell] = []
    for estimate in {outcome.task.estimate_minutes, None}:
        ratio = log_ratio(outcome, estimate_or_nominal(estimate))
        place = bin_of(ratio) + (len(CENTRES) if outcome.at_least else 0)
        for name in (outcome.task.task_type, None):
            found.append((name, bucket_of(estimate), place))
    return found


def _nearness(estimate_minutes: float | None) -> Floats:
    """Weight of each bucket for this estimate; the last one is for tasks without."""
    near = np.zeros(BUCKETS + 1)
    if estimate_minutes is None:
        near[NO_ESTIMATE] = 1.0
    else:
        near[:BUCKETS] = np.exp(-np.abs(_BUCKET_LOGS - math.log(estimate_minutes)) / DISTANCE)
    return near
