"""Forecasts of when a day's plan will be done, stored as they were issued and never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from db.queries import plan_forecasts as queries
from db.session import open_for
from focus_core.domain import limits
from focus_core.prediction.plan import MODEL_VERSION, Breaks, PlanForecast
from focus_core.prediction.storage import VERSIONS
from focus_core.services.rows import as_dict

KEPT_AGAIN_AFTER = timedelta(minutes=15)
"""A page makes the forecast anew each minute. What it says of the same list is kept this often."""

MOST_A_DAY = 500
"""Of one person: some five times a long day. Else a program that only reads could fill the disk."""

_LEVELS = {"p50": 0.5, "low80": 0.1, "high80": 0.9, "low90": 0.05, "high90": 0.95}


def keep(row: Mapping[str, Any]) -> None:
    """Store a forecast, unless the same one was kept just before, or too many that day."""
    with open_for(row["user_id"]) as transaction:
        queries.store(transaction, row, KEPT_AGAIN_AFTER, MOST_A_DAY)


def of_day(user_id: UUID | str, day: date) -> list[dict[str, Any]]:
    """What was forecast for that day of the person's, oldest first, as it was issued: a row of
    `plan_predictions` each. Minutes count from `issued_at` (UTC)."""
    owner = limits.identifier(user_id)
    with open_for(owner) as transaction:
        return [_issued(as_dict(row)) for row in queries.of_day(transaction, owner, day)]


def _issued(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, **{name: [str(key) for key in row[name]] for name in ("task_ids", "leave_out")}}


def breaks_of(settings: Mapping[Any, Any], behind: int = 0, under_way: float = 0.0) -> Breaks:
    """As the person's settings say, after so many pomodoros and minutes of the next one."""
    return Breaks(
        every=settings["work_minutes"],
        short=settings["short_break_minutes"],
        long=settings["long_break_minutes"],
        long_after=settings["long_break_every"],
        behind=behind,
        under_way=under_way,
    )


def described(
    simulated: PlanForecast, tasks: Sequence[Mapping[str, Any]], wait_minutes: float
) -> dict[str, Any]:
    """What was simulated, from `wait_minutes` earlier on, and the plain answer beside it."""
    return {
        "model_version": f"{MODEL_VERSION}, {VERSIONS['duration']}",
        **{
            f"{name}_minutes": wait_minutes + simulated.quantile(level)
            for name, level in _LEVELS.items()
        },
        "mean_minutes": wait_minutes + simulated.mean,
        "estimate_minutes": _plain_answer(simulated, tasks, wait_minutes),
        "inputs": {"wait_minutes": wait_minutes},
    }


def _plain_answer(
    simulated: PlanForecast, tasks: Sequence[Mapping[str, Any]], wait_minutes: float
) -> float | None:
    """What the estimates leave, added up, with breaks; None when there is nothing to add."""
    if any(task["estimate_minutes"] is None for task in tasks):
        return None
    left = sum(max(task["estimate_minutes"] - task["spent_minutes"], 0.0) for task in tasks)
    return wait_minutes + simulated.plainly(left) if left > 0 else None
