"""How well a session will go: probabilities of the ratings 1 to 5.

A histogram of the person's ratings in which old ones fade, with a few pseudo-ratings of everybody's
mixed in. Little more can be promised: most of the spread is within the person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import numpy as np

from focus_core.prediction.weighted import Floats

MODEL_VERSION = "quality-1"

RATINGS = 5
MINIMUM_PEOPLE = 5
"""People who must have rated before others' ratings are mixed in."""

HALF_LIFE = 30
RECENT_WEIGHT = 2.0
RECENT_HALF_LIFE = 8
"""The latest ratings count extra."""

POOL_RATINGS = 5.0
PRIOR: Floats = np.array([0.08, 0.17, 0.30, 0.30, 0.15])
PRIOR_RATINGS = 2.0


@dataclass
class QualityHistory:
    """One person's ratings, faded. `known` counts them all."""

    known: int = 0
    lasting: Floats = field(default_factory=lambda: np.zeros(RATINGS))
    recent: Floats = field(default_factory=lambda: np.zeros(RATINGS))

    def add(self, rating: int) -> None:
        """Raises ValueError unless the rating is 1 to 5."""
        if not 1 <= rating <= RATINGS:
            raise ValueError("a rating is 1 to 5")
        self.known += 1
        self.lasting = self.lasting * 0.5 ** (1.0 / HALF_LIFE)
        self.recent = self.recent * 0.5 ** (1.0 / RECENT_HALF_LIFE)
        self.lasting[rating - 1] += 1.0
        self.recent[rating - 1] += 1.0


@dataclass(frozen=True)
class QualityForecast:
    """`probabilities` of the ratings 1, 2, 3, 4, 5."""

    probabilities: tuple[float, ...]
    n_known: int
    version: str = MODEL_VERSION

    @property
    def expected(self) -> float:
        return sum(rating * p for rating, p in enumerate(self.probabilities, start=1))


class QualityModel:
    """What all people share: how often each rating was given, over enough people."""

    def __init__(self) -> None:
        self._given: dict[str, Counter[int]] = defaultdict(Counter)
        self._totals = np.zeros(RATINGS)
        self._published = False

    def published(self) -> Floats:
        """How often each rating was given; zeros over too few people."""
        return self._totals if self._is_shared() else np.zeros(RATINGS)

    @classmethod
    def of(cls, published: Floats) -> QualityModel:
        """From published counts. Whom they are from is not in them: nobody can leave them."""
        model = cls()
        model._totals = published.copy()
        model._published = bool(published.any())
        return model

    def _is_shared(self) -> bool:
        return self._published or len(self._given) >= MINIMUM_PEOPLE

    def forecast(self, history: QualityHistory) -> QualityForecast:
        shared = PRIOR
        if self._is_shared():
            shared = self._totals + PRIOR * PRIOR_RATINGS
            shared = shared / shared.sum()
        weights = history.lasting + RECENT_WEIGHT * history.recent + POOL_RATINGS * shared
        return QualityForecast(tuple((weights / weights.sum()).tolist()), history.known)

    def reveal(self, person: str, history: QualityHistory, rating: int) -> None:
        history.add(rating)
        self._given[person][rating] += 1
        self._totals[rating - 1] += 1.0

    def forget(self, person: str) -> None:
        """Take out everything that this person put in. Unknown people are fine."""
        for rating, times in self._given.pop(person, Counter()).items():
            self._totals[rating - 1] -= times
