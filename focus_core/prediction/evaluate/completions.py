"""Sessions files: was the session completed, and how likely did that look at its start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from focus_core.prediction import scores
from focus_core.prediction.completion import (
    CompletionForecast,
    CompletionHistory,
    CompletionModel,
    SessionStart,
)
from focus_core.prediction.evaluate.records import Record
from focus_core.prediction.evaluate.report import Evaluation, Line, figure
from focus_core.prediction.walk import walk_forward

HEADER = ("session_id", "p_completed", "was_completed", "baseline", "user_id", "n_known")


@dataclass(frozen=True)
class _Issued:
    forecast: CompletionForecast
    baseline: float
    """The person's plain running rate, half a session of each outcome mixed in."""


class Walker:
    """The product's model, fed from records."""

    def __init__(self) -> None:
        self.model = CompletionModel()
        self._histories: dict[str, CompletionHistory] = defaultdict(CompletionHistory)
        self._completed: dict[str, int] = defaultdict(int)

    def predict(self, record: Record) -> _Issued:
        history = self._histories[record.user_id]
        running_rate = (self._completed[record.user_id] + 0.5) / (history.known + 1.0)
        return _Issued(self.model.forecast(start_of(record), history), running_rate)

    def learn(self, record: Record, issued: _Issued) -> None:
        completed = record.flag("was_completed")
        if completed is None:
            return
        self._completed[record.user_id] += completed
        self.model.reveal(
            record.user_id,
            self._histories[record.user_id],
            issued.forecast,
            start_of(record),
            completed,
            record.number("actual_minutes"),
        )


def start_of(record: Record) -> SessionStart:
    left, plan = record.number("expected_minutes"), record.number("plan_minutes")
    return SessionStart(
        left_minutes=left,
        plan_minutes=left if plan is None else plan,
        spent_minutes=record.number("spent_before") or 0.0,
        session_index=int(min(max(record.number("session_index") or 0.0, 0.0), 1e6)),
        task_type=record.text("task_type"),
        course=record.text("project"),
        text=record.text("context_text"),
        task=record.text("task_id"),
    )


def evaluate(records: Sequence[Record]) -> Evaluation:
    walker = Walker()
    issued = walk_forward(records, walker.predict, walker.learn)
    rows = [
        (
            record.session_id, entry.forecast.probability, int(completed), entry.baseline,
            record.user_id, entry.forecast.n_known,
        )
        for record, entry in zip(records, issued, strict=True)
        if (completed := record.flag("was_completed")) is not None
    ]  # fmt: skip
    return Evaluation("sessions", HEADER, rows, _lines(rows), len(records) - len(rows))


def _lines(rows: Sequence[Sequence[object]]) -> list[Line]:
    if not rows:
        return []
    said, happened, plain = np.array([row[1:4] for row in rows], dtype=np.float64).T
    ours, running = scores.brier(happened, said), scores.brier(happened, plain)
    ratio = ours / running if running else float("nan")
    calibration = [scores.expected_calibration_error(happened, each) for each in (said, plain)]
    bins = [
        Line(f"said {entry.said:.2f} (n = {entry.n})", entry.happened)
        for entry in scores.reliability(happened, said)
    ]
    return [
        Line("Brier ÷ running rate's", ratio, figure(1.0), "≤ 0.80"),
        Line("Brier", ours, figure(running)),
        Line("expected calibration error", calibration[0], figure(calibration[1]), "≤ 0.02"),
        *bins,
    ]
