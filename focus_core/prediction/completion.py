"""Will this session be finished: running rates of many kinds, weighed by a logistic regression.

The rates carry what differs between people and changes over time; the regression only learns,
outcome by outcome, how much each of them is worth. It begins with the mean of three of them.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

import numpy as np

from focus_core.prediction.online import OnlineLogistic
from focus_core.prediction.rates import Cell, Rate, SharedRates, logit
from focus_core.prediction.weighted import Floats

MODEL_VERSION = "completion-2"

LENGTHS = 50
"""The person's last sessions whose lengths are compared with what is left of the task."""

CERTAIN = 0.005
"""No forecast is closer to 0 or 1 than this."""

FEATURES = (
    "shared_type", "shared_size", "shared_type_and_size", "shared_index_and_size",
    "own", "own_recent", "own_latest", "own_type", "own_type_latest", "own_size", "own_index",
    "own_course", "words_mean", "words_lowest", "words_highest",
    "same_text", "same_text_times", "same_task", "same_task_times",
    "usual_length", "reaches_the_rest", "plan", "left", "overrun", "share_spent",
    "session_index", "known",
)  # fmt: skip

BEGIN_WITH = ("own_recent", "own_type", "own_size")
"""The rates whose mean answers before the first outcome."""


@dataclass(frozen=True)
class SessionStart:
    """What is known when a session starts; whatever is not known stays at its default.

    `left_minutes` is what remains of the plan, below zero when that is overrun; `session_index`
    counts the sessions that the task has had before.
    """

    left_minutes: float | None = None
    plan_minutes: float | None = None
    spent_minutes: float = 0.0
    session_index: int = 0
    task_type: str = ""
    course: str = ""
    text: str = ""
    task: str = ""

    @property
    def size(self) -> int:
        """Doublings of what is left: 0 for nothing, 6 for half an hour, −1 when unknown."""
        if self.left_minutes is None:
            return -1
        return 0 if self.left_minutes <= 0 else round(math.log2(max(self.left_minutes, 1.0))) + 1

    @property
    def words(self) -> list[str]:
        return sorted(set((self.text or self.task_type).lower().split()))


@dataclass
class CompletionHistory:
    """One person's running rates. `known` counts the sessions whose outcome is known."""

    known: int = 0
    rates: dict[tuple[str, ...], Rate] = field(default_factory=dict)
    lengths: deque[float] = field(default_factory=lambda: deque(maxlen=LENGTHS))

    def add(self, start: SessionStart, completed: bool, minutes: float | None = None) -> None:
        """Learn how a session ended and, where it is known, how long it was."""
        self.known += 1
        for key, half_life in _own_cells(start):
            self.rates.setdefault(key, Rate(half_life)).add(completed)
        if minutes is not None:
            self.lengths.append(minutes)

    def rate(self, *key: str) -> Rate:
        return self.rates.get(key) or Rate(1.0)


@dataclass(frozen=True)
class CompletionForecast:
    probability: float
    n_known: int
    features: Floats
    version: str = MODEL_VERSION


class CompletionModel:
    """What all people share: rates by type and size, and the weights of the regression."""

    def __init__(self) -> None:
        self.shared = SharedRates()
        share = 1.0 / len(BEGIN_WITH)
        self.regression = OnlineLogistic(np.array([share * (n in BEGIN_WITH) for n in FEATURES]))

    def forecast(self, start: SessionStart, history: CompletionHistory) -> CompletionForecast:
        features = self.features(start, history)
        probability = self.regression.probability(features)
        return CompletionForecast(
            min(max(probability, CERTAIN), 1.0 - CERTAIN), history.known, features
        )

    def reveal(
        self,
        person: str,
        history: CompletionHistory,
        forecast: CompletionForecast,
        start: SessionStart,
        completed: bool,
        minutes: float | None = None,
    ) -> None:
        """Learn from a finished session, for which that forecast was made."""
        history.add(start, completed, minutes)
        for cell in _shared_cells(start):
            self.shared.add(person, cell, completed)
        self.regression.learn(forecast.features, completed)

    def features(self, start: SessionStart, history: CompletionHistory) -> Floats:
        """The columns of FEATURES as of this start: log-odds, and logarithms about zero."""
        shared, rate = self.shared, history.rate
        everybody = shared.shrunk(("all",), 0.5, 2)
        shared_type = shared.shrunk(("type", start.task_type), everybody, 20)
        shared_size = shared.shrunk(("size", start.size), everybody, 20)
        type_size = shared.shrunk(("type, size", start.task_type, start.size), shared_size, 20)
        index_size = shared.shrunk(("index, size", _index(start), start.size), shared_size, 20)
        own = rate("all").shrunk(everybody, 4)
        own_type = rate("type", start.task_type).shrunk(own, 4)
        words = [logit(rate("word", word).shrunk(own, 3)) for word in start.words] or [logit(own)]
        text, task = rate("text", start.text), rate("task", start.task)
        rates = (
            shared_type, shared_size, type_size, index_size,
            own,
            rate("recent").shrunk(own, 4),
            rate("latest").shrunk(own, 2),
            own_type,
            rate("type, latest", start.task_type).shrunk(own_type, 2),
            rate("size", str(start.size)).shrunk(shared_size, 4),
            rate("index", _index(start)).shrunk(own, 4),
            rate("course", start.course).shrunk(own, 4),
        )  # fmt: skip
        left, plan = start.left_minutes or 0.0, start.plan_minutes or 0.0
        lengths = np.array(history.lengths)
        reaching = (float((lengths >= left).sum()) + 1.0) / (len(lengths) + 2.0)
        others = (
            sum(words) / len(words), min(words), max(words),
            logit(text.shrunk(own, 0.5)) - logit(own), math.log1p(text.trials),
            logit(task.shrunk(own, 0.5)) - logit(own), math.log1p(task.trials),
            math.log1p(max(float(np.median(lengths)), 0.0)) - 3.0 if len(lengths) else 0.0,
            logit(reaching),
            math.log1p(max(plan, 0.0)) - 4.0, math.log1p(max(left, 0.0)) - 3.0,
            math.log1p(max(-left, 0.0)),
            min(max(start.spent_minutes, 0.0) / max(plan, 1.0), 4.0),
            math.log1p(max(start.session_index, 0)), math.log1p(history.known) - 5.0,
        )  # fmt: skip
        return np.array([*(logit(each) for each in rates), *others])


def _index(start: SessionStart) -> str:
    return str(min(max(start.session_index, 0), 6))


def _own_cells(start: SessionStart) -> list[tuple[tuple[str, ...], float]]:
    """The rates that an outcome counts for, with the half-life of each in outcomes."""
    cells: list[tuple[tuple[str, ...], float]] = [
        (("all",), 200), (("recent",), 20), (("latest",), 5),
        (("type", start.task_type), 50), (("type, latest", start.task_type), 8),
        (("size", str(start.size)), 100), (("index", _index(start)), 50),
        (("course", start.course), 30),
    ]  # fmt: skip
    cells += [(("word", word), 50.0) for word in start.words]
    if start.text:
        cells.append((("text", start.text), 10))
    if start.task:
        cells.append((("task", start.task), 5))
    return cells


def _shared_cells(start: SessionStart) -> list[Cell]:
    return [
        ("all",), ("type", start.task_type), ("size", start.size),
        ("type, size", start.task_type, start.size), ("index, size", _index(start), start.size),
    ]  # fmt: skip
