"""Running rates of success: shrunk toward what is known more broadly, old outcomes fading."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass

MINIMUM_PEOPLE = 5
"""Different people that a shared rate needs before it is used or leaves this process."""


@dataclass
class Rate:
    """Successes among trials, each trial fading by half over `half_life` later ones."""

    half_life: float
    trials: float = 0.0
    successes: float = 0.0

    def add(self, success: bool) -> None:
        keep = 0.5 ** (1.0 / self.half_life)
        self.trials = self.trials * keep + 1.0
        self.successes = self.successes * keep + success

    def shrunk(self, toward: float, pseudo_trials: float) -> float:
        """The rate with that many trials of a broader rate mixed in."""
        return (self.successes + toward * pseudo_trials) / (self.trials + pseudo_trials)


class SharedRates:
    """Rates over people by cell; a cell over too few people is silent."""

    def __init__(self) -> None:
        self._totals: dict[Hashable, list[float]] = {}
        self._given: dict[Hashable, dict[str, list[float]]] = defaultdict(dict)

    def add(self, person: str, cell: Hashable, success: bool) -> None:
        own = self._given[cell].setdefault(person, [0.0, 0.0])
        for counts in (own, self._totals.setdefault(cell, [0.0, 0.0])):
            counts[0] += 1.0
            counts[1] += success

    def shrunk(self, cell: Hashable, toward: float, pseudo_trials: float) -> float:
        if len(self._given.get(cell, ())) < MINIMUM_PEOPLE:
            return toward
        trials, successes = self._totals[cell]
        return (successes + toward * pseudo_trials) / (trials + pseudo_trials)

    def forget(self, person: str) -> None:
        """Take out everything that this person put in. Unknown people are fine."""
        for cell, people in self._given.items():
            trials, successes = people.pop(person, (0.0, 0.0))
            self._totals[cell][0] -= trials
            self._totals[cell][1] -= successes


def logit(probability: float) -> float:
    return math.log(probability / (1.0 - probability))
