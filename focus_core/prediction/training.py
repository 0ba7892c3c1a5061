"""Training: everybody's past, replayed as it came to be known. Makes the models that pages use.

What comes out holds nothing about single people: histograms and rates over enough of them,
weights, splits, and the misses of recent forecasts. Whoever is not in the past that is replayed is
not in the models, which is how an erased person leaves them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from focus_core.prediction.completion import (
    CompletionForecast,
    CompletionHistory,
    CompletionModel,
    SessionStart,
)
from focus_core.prediction.duration import DurationForecast, DurationModel
from focus_core.prediction.history import History
from focus_core.prediction.outcomes import Outcome
from focus_core.prediction.quality import QualityHistory, QualityModel
from focus_core.prediction.walk import walk_forward


@dataclass
class Models:
    duration: DurationModel = field(default_factory=DurationModel)
    completion: CompletionModel = field(default_factory=CompletionModel)
    quality: QualityModel = field(default_factory=QualityModel)


@dataclass(frozen=True)
class Past:
    """One thing that happened to a person: a task's total, a session, a rating, or several.

    `outcome` teaches durations; `session` with `completed` teaches completion, `minutes` being the
    session's own length; `rating` teaches focus scores.
    """

    person: str
    start: datetime
    known: datetime
    outcome: Outcome | None = None
    session: SessionStart | None = None
    completed: bool | None = None
    minutes: float | None = None
    rating: int | None = None


@dataclass(frozen=True)
class _Issued:
    duration: DurationForecast | None
    completion: CompletionForecast | None


class _Replay:
    def __init__(self, total: int, progress: Callable[[int, int], None] | None) -> None:
        self.models = Models()
        self._total, self._progress, self._done = total, progress, 0
        self._durations: dict[str, History] = defaultdict(History)
        self._completions: dict[str, CompletionHistory] = defaultdict(CompletionHistory)
        self._qualities: dict[str, QualityHistory] = defaultdict(QualityHistory)

    def predict(self, past: Past) -> _Issued:
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, self._total)
        models = self.models
        return _Issued(
            models.duration.forecast(past.outcome.task, self._durations[past.person])
            if past.outcome
            else None,
            models.completion.forecast(past.session, self._completions[past.person])
            if past.session
            else None,
        )

    def learn(self, past: Past, issued: _Issued) -> None:
        models = self.models
        if past.outcome and issued.duration:
            history = self._durations[past.person]
            models.duration.reveal(past.person, history, issued.duration, past.outcome)
            if models.duration.forest_is_due():
                models.duration.grow_forest()
        if past.session and issued.completion and past.completed is not None:
            models.completion.reveal(
                past.person,
                self._completions[past.person],
                issued.completion,
                past.session,
                past.completed,
                past.minutes,
            )
        if past.rating is not None:
            models.quality.reveal(past.person, self._qualities[past.person], past.rating)


def train(past: Iterable[Past], progress: Callable[[int, int], None] | None = None) -> Models:
    """Models that know all of `past`; `progress` is told how many of how many are done."""
    in_order = sorted(past, key=lambda each: (each.start, each.known, each.person))
    replay = _Replay(len(in_order), progress)
    walk_forward(in_order, replay.predict, replay.learn, to_the_end=True)
    return replay.models
