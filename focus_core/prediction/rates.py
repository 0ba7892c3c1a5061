"""Running rates of success: shrunk toward what is known more broadly, old outcomes fading."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

MINIMUM_PEOPLE = 5
"""Different people that a shared rate needs before it is used or leaves this process."""

Cell = tuple[str | int, ...]
"""What a shared rate is about: a name and the values it is for."""


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
        self._totals: dict[Cell, list[float]] = {}
        self._given: dict[Cell, dict[str, list[float]]] = defaultdict(dict)
        self._published: frozenset[Cell] = frozenset()

    def add(self, person: str, cell: Cell, success: bool) -> None:
        own = self._given[cell].setdefault(person, [0.0, 0.0])
        for counts in (own, self._totals.setdefault(cell, [0.0, 0.0])):
            counts[0] += 1.0
            counts[1] += success

    def shrunk(self, cell: Cell, toward: float, pseudo_trials: float) -> float:
        if not self._is_shared(cell):
            return toward
        trials, successes = self._totals[cell]
        return (successes + toward * pseudo_trials) / (trials + pseudo_trials)

    def published(self) -> dict[Cell, list[float]]:
        """Trials and successes of the cells over enough people: what may leave this process."""
        return {cell: counts for cell, counts in self._totals.items() if self._is_shared(cell)}

    @classmethod
    def of(cls, published: Mapping[Cell, list[float]]) -> SharedRates:
        """Published rates. Whom they are from is not in them: nobody can leave them."""
        rates = cls()
        rates._totals = {cell: list(counts) for cell, counts in published.items()}
        rates._published = frozenset(published)
        return rates

    def _is_shared(self, cell: Cell) -> bool:
        return cell in self._published or len(self._given.get(cell, ())) >= MINIMUM_PEOPLE

    def forget(self, person: str) -> None:
        """Take out everything that this person put in. Unknown people are fine."""
        for cell, people in self._given.items():
            trials, successes = people.pop(person, (0.0, 0.0))
            self._totals[cell][0] -= trials
            self._totals[cell][1] -= successes


def logit(probability: float) -> float:
    return math.log(probability / (1.0 - probability))
