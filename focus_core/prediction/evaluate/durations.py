"""Duration files: estimate and actual of tasks or sessions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from focus_core.prediction import scores
from focus_core.prediction.duration import DurationForecast, DurationModel
from focus_core.prediction.evaluate.records import Record
from focus_core.prediction.evaluate.report import Evaluation, Line, figure
from focus_core.prediction.history import History
from focus_core.prediction.outcomes import NOMINAL_MINUTES, Outcome, Task
from focus_core.prediction.walk import walk_forward

HEADER = (
    "session_id", "actual", "predicted", "lo80", "hi80", "lo90", "hi90", "mean", "baseline",
    "user_id", "n_known",
)  # fmt: skip

DIGITS = 6
"""Decimals of a minute: enough for a millisecond, few enough that 50 stays 50 after a logarithm."""


@dataclass(frozen=True)
class _Issued:
    forecast: DurationForecast
    baseline: float
    """The person's own estimate; without one, the running median of their durations."""


class Walker:
    """The product's model, fed from records."""

    def __init__(self) -> None:
        self.model = DurationModel()
        self._histories: dict[str, History] = defaultdict(History)
        self._durations: dict[str, list[float]] = defaultdict(list)

    def predict(self, record: Record) -> _Issued:
        task = task_of(record)
        forecast = self.model.forecast(task, self._histories[record.user_id])
        if task.estimate_minutes is not None:
            return _Issued(forecast, task.estimate_minutes)
        durations = self._durations[record.user_id]
        return _Issued(forecast, float(np.median(durations)) if durations else NOMINAL_MINUTES)

    def learn(self, record: Record, issued: _Issued) -> None:
        actual = actual_minutes(record)
        if actual is None:
            return
        self._durations[record.user_id].append(actual)
        outcome = Outcome(task_of(record), actual, record.text("ended_by") == "timer")
        history = self._histories[record.user_id]
        self.model.reveal(record.user_id, history, issued.forecast, outcome)
        if self.model.forest_is_due():
            self.model.grow_forest()


def task_of(record: Record) -> Task:
    return Task.of(record.text("task_type"), record.number("expected_minutes"))


def actual_minutes(record: Record) -> float | None:
    actual = record.number("actual_minutes")
    return actual if actual is not None and actual > 0 else None


def evaluate(records: Sequence[Record]) -> Evaluation:
    walker = Walker()
    issued = walk_forward(records, walker.predict, walker.learn)
    rows = [
        _row(record, entry, actual)
        for record, entry in zip(records, issued, strict=True)
        if (actual := actual_minutes(record)) is not None
    ]
    return Evaluation("duration", HEADER, rows, _lines(rows), len(records) - len(rows))


def _row(record: Record, issued: _Issued, actual: float) -> tuple[object, ...]:
    forecast = issued.forecast
    minutes = (
        actual, forecast.p50, forecast.low80, forecast.high80, forecast.low90, forecast.high90,
        forecast.mean, issued.baseline,
    )  # fmt: skip
    rounded = (max(round(value, DIGITS), 10**-DIGITS) for value in minutes)
    return (record.session_id, *rounded, record.user_id, forecast.n_known)


def _lines(rows: Sequence[Sequence[object]]) -> list[Line]:
    if not rows:
        return []
    minutes = np.array([row[1:9] for row in rows], dtype=np.float64)
    actual, p50, low, high, low90, high90, mean, raw = minutes.T
    known = np.array([row[10] for row in rows])
    new = known <= 10
    # The raw estimate with one range for all: the quantiles of all its errors, seen afterwards.
    below, above = np.exp(np.quantile(np.log(actual / raw), [0.1, 0.9]))
    plain = scores.log_interval_score(actual, raw * below, raw * above, 0.8)
    ours = scores.log_interval_score(actual, low, high, 0.8)
    mae, raw_mae = (scores.mean_absolute_error(actual, each) for each in (p50, raw))
    log_mae, raw_log_mae = (scores.log_mean_absolute_error(actual, each) for each in (p50, raw))
    return [
        Line("log MAE ÷ raw estimate's", _ratio(log_mae, raw_log_mae), figure(1.0), "≤ 0.91"),
        Line("MAE ÷ raw estimate's", _ratio(mae, raw_mae), figure(1.0), "≤ 0.93"),
        Line("log MAE", log_mae, figure(raw_log_mae)),
        Line("MAE, minutes", mae, figure(raw_mae)),
        Line("80 % coverage", scores.coverage(actual, low, high), "", "0.78–0.86"),
        Line(
            f"80 % coverage, ≤ 10 known (n = {new.sum()})",
            scores.coverage(actual[new], low[new], high[new]), "", "≥ 0.76",
        ),
        Line("90 % coverage", scores.coverage(actual, low90, high90)),
        Line("80 % log interval score ÷ raw with pooled quantiles",
             _ratio(ours, plain), figure(1.0), "≤ 0.87"),
        Line("80 % width, log", scores.log_width(low, high), figure(float(np.log(above / below)))),
        Line("80 % width, minutes", scores.width(low, high)),
        Line("sum of means ÷ actual", _ratio(mean.sum(), actual.sum()),
             figure(_ratio(raw.sum(), actual.sum())), "0.90–1.10"),
        Line("sum of medians ÷ actual", _ratio(p50.sum(), actual.sum())),
    ]  # fmt: skip


def _ratio(value: float, reference: float) -> float:
    return float(value / reference) if reference else float("nan")
