"""When today's plan will be done, what to leave out, and which task the best hours are for.

What is forecast is stored as it was made. Brings numpy, so `plan` loads it only when there is
something to forecast.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from focus_core.domain import plan_order
from focus_core.prediction.plan import PlanForecast, simulate
from focus_core.services import best_hours, forecasts, issued_plans
from focus_core.services.forecasts import Planned

CHANCE = 0.8
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9


@dataclass(frozen=True)
class Frame:
    """Who plans, and between which moments (UTC)."""

    owner: UUID
    settings: Mapping[Any, Any]
    day: date
    """The person's own."""
    now: datetime
    day_ends: datetime
    starts: datetime
    """When the person is free for the plan: now, unless a break or another session is under way."""
    done_by: datetime
    pomodoros: int
    """How many were completed today."""
    guessing: bool
    """Whether fewer than three sessions of theirs are known."""


def look_ahead(frame: Frame, planned: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """`forecast` and `suggestion` for the tasks that are not done, at least one. The forecast is
    kept.

    `forecast`: `finish_time`, the middle of the simulated sums with breaks; `low80_time` and
    `high80_time` around it; `day_ends`; `done_by` (all UTC); `chance`, the probability that all is
    done by then; `leave_out`, ids of the tasks to drop so that the rest is done by then with 80 %;
    `guessing`; `focus_minutes` and `break_minutes`, of which the middle consists.
    `suggestion`: see `_suggestion`.
    """
    # What runs comes first, wherever it stands in the list.
    waiting = [task for task in planned if task["done_at"] is None]
    waiting.sort(key=lambda task: task["running_minutes"] is None)
    known = forecasts.planned(frame.owner, [task["task_id"] for task in waiting])
    simulated = _simulate(frame, waiting, known)
    until = (frame.done_by - frame.starts) / timedelta(minutes=1)
    kept = simulated.fitting(until, CHANCE)
    leave_out = [task["task_id"] for n, task in enumerate(waiting) if n not in kept]
    chance = simulated.chances_by(until)[-1]
    row = _row(frame, waiting, known, simulated)
    issued_plans.keep({**row, "probability": chance, "leave_out": [UUID(key) for key in leave_out]})

    def at(level: float) -> datetime:
        return frame.starts + timedelta(minutes=simulated.quantile(level))

    forecast = {
        "finish_time": at(MIDDLE),
        "low80_time": at(LOW),
        "high80_time": at(HIGH),
        "day_ends": frame.day_ends,
        "done_by": frame.done_by,
        "chance": chance,
        "leave_out": leave_out,
        "guessing": frame.guessing,
        "focus_minutes": simulated.focus(MIDDLE),
        "break_minutes": simulated.quantile(MIDDLE) - simulated.focus(MIDDLE),
    }
    return {"forecast": forecast, "suggestion": _suggestion(frame, waiting, simulated)}


def _simulate(frame: Frame, waiting: Sequence[Mapping[str, Any]], known: Planned) -> PlanForecast:
    under_way = waiting[0]["running_minutes"] or 0.0
    return simulate(
        [
            replace(each, spent_minutes=task["spent_minutes"])
            for each, task in zip(known.tasks, waiting, strict=True)
        ],
        issued_plans.breaks_of(frame.settings, frame.pomodoros, under_way),
    )


def _row(
    frame: Frame, waiting: Sequence[Mapping[str, Any]], known: Planned, simulated: PlanForecast
) -> dict[str, Any]:
    """The forecast as it is stored, but for what depends on when all is to be done by."""
    return {
        "user_id": frame.owner,
        "day": frame.day,
        "issued_at": frame.now,
        "task_ids": [UUID(task["task_id"]) for task in waiting],
        "estimates_minutes": [task["estimate_minutes"] for task in waiting],
        "spent_minutes": [task["spent_minutes"] for task in waiting],
        "under_way": waiting[0]["running_minutes"] is not None,
        "models_id": known.models_id,
        "known_count": known.known_count,
        "done_by": frame.done_by,
        **issued_plans.described(
            simulated, waiting, (frame.starts - frame.now) / timedelta(minutes=1)
        ),
    }


def _suggestion(
    frame: Frame, waiting: Sequence[Mapping[str, Any]], simulated: PlanForecast
) -> dict[str, Any] | None:
    """`task_id` of the task to move, the whole `order`, the best hours it would fall into
    (`from_time`, `to_time`, UTC), what is left of the task (`low80_minutes`, `high80_minutes`),
    and the person's success in those hours against their overall mean; None where there is
    nothing to say or the best hours are not sure."""
    fixed = [task for task in waiting if task["running_minutes"] is not None]
    movable = range(len(fixed), len(waiting))
    if len(movable) < 2:
        return None
    zone = ZoneInfo(frame.settings["timezone"])
    sure, overall = best_hours.find(frame.owner, zone.key, frame.settings["day_start"])
    windows = plan_order.windows_of(sure, frame.now, frame.day_ends, zone)
    ranges = {n: (simulated.rest(n, LOW), simulated.rest(n, HIGH)) for n in movable}
    ends = [0.0, *(float(minutes) for minutes in simulated.finishes.mean(axis=0))]
    found = plan_order.suggest(
        [
            plan_order.Placed(
                task_id=waiting[n]["task_id"],
                minutes=ends[n + 1] - ends[n],
                width_minutes=ranges[n][1] - ranges[n][0]
                if waiting[n]["estimate_minutes"] is not None
                else None,
            )
            for n in movable
        ],
        frame.starts + timedelta(minutes=ends[len(fixed)]),
        windows,
    )
    if found is None:
        return None
    moved = next(n for n in movable if waiting[n]["task_id"] == found.task_id)
    within = [sure[hour] for hour in sure if plan_order.windows_of([hour], *found.window, zone)]
    return {
        "task_id": found.task_id,
        "order": [*(task["task_id"] for task in fixed), *found.order],
        "from_time": found.window[0],
        "to_time": found.window[1],
        "low80_minutes": ranges[moved][0],
        "high80_minutes": ranges[moved][1],
        "success": sum(each.mean * each.n for each in within) / sum(each.n for each in within),
        "sessions": sum(each.n for each in within),
        "overall_success": overall,
    }
