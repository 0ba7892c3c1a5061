"""Quality files: how a session was rated, and how likely each rating looked at its start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from focus_core.prediction import scores
from focus_core.prediction.evaluate.records import Record
from focus_core.prediction.evaluate.report import Evaluation, Line, figure
from focus_core.prediction.quality import RATINGS, QualityForecast, QualityHistory, QualityModel
from focus_core.prediction.walk import walk_forward
from focus_core.prediction.weighted import Floats

HEADER = (
    "session_id", "focus_score", "p1", "p2", "p3", "p4", "p5",
    "baseline1", "baseline2", "baseline3", "baseline4", "baseline5", "user_id", "n_known",
)  # fmt: skip


@dataclass(frozen=True)
class _Issued:
    forecast: QualityForecast
    baseline: Floats
    """All ratings known so far, whoever gave them, with one pseudo-rating of each."""


class Walker:
    """The product's model, fed from records."""

    def __init__(self) -> None:
        self.model = QualityModel()
        self._histories: dict[str, QualityHistory] = defaultdict(QualityHistory)
        self._counts = np.ones(RATINGS)

    def predict(self, record: Record) -> _Issued:
        forecast = self.model.forecast(self._histories[record.user_id])
        return _Issued(forecast, self._counts / self._counts.sum())

    def learn(self, record: Record, _: _Issued) -> None:
        given = rating_of(record)
        if given is None:
            return
        self._counts[given - 1] += 1.0
        self.model.reveal(record.user_id, self._histories[record.user_id], given)


def rating_of(record: Record) -> int | None:
    """1 to 5, rounded when it lies between; None when there is none or it is off the scale."""
    score = record.number("focus_score")
    if score is None or not 0.5 <= score < RATINGS + 0.5:
        return None
    return min(max(int(score + 0.5), 1), RATINGS)


def evaluate(records: Sequence[Record]) -> Evaluation:
    walker = Walker()
    issued = walk_forward(records, walker.predict, walker.learn)
    rows = [
        (
            record.session_id, given, *entry.forecast.probabilities, *entry.baseline.tolist(),
            record.user_id, entry.forecast.n_known,
        )
        for record, entry in zip(records, issued, strict=True)
        if (given := rating_of(record)) is not None
    ]  # fmt: skip
    return Evaluation("quality", HEADER, rows, _lines(rows), len(records) - len(rows))


def _lines(rows: Sequence[Sequence[object]]) -> list[Line]:
    if not rows:
        return []
    table = np.array([row[1:12] for row in rows], dtype=np.float64)
    ratings, said, running = table[:, 0].astype(int), table[:, 1:6], table[:, 6:]
    # All ratings of the file, those to come included: harder to beat than what was known.
    shares = np.bincount(ratings, minlength=RATINGS + 1)[1:] / len(ratings)
    afterwards = np.tile(shares, (len(ratings), 1))
    ours, so_far, whole = (
        scores.ranked_probability_score(ratings, each) for each in (said, running, afterwards)
    )
    return [
        Line("RPS ÷ global histogram's, as known", ours / so_far, figure(1.0), "≤ 1.0"),
        Line("RPS ÷ global histogram's, seen afterwards", ours / whole if whole else float("nan"),
             figure(1.0)),
        Line("ranked probability score", ours, figure(so_far)),
        Line("mean absolute error of the expected rating",
             scores.mean_absolute_error(ratings, said @ np.arange(1, 6)),
             figure(scores.mean_absolute_error(ratings, running @ np.arange(1, 6)))),
    ]  # fmt: skip
