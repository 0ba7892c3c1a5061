"""When today's plan will be done, what to leave out, and which task the best hours are for.

Brings numpy, so `plan` loads it only when there is something to forecast.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from focus_core.domain import plan_order
from focus_core.prediction.plan import Breaks, PlanForecast, simulate
from focus_core.services import best_hours, forecasts

CHANCE = 0.8
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9


@dataclass(frozen=True)
class Frame:
    """Who plans, and between which moments (UTC)."""

    owner: UUID
    settings: Mapping[Any, Any]
    now: datetime
    day_ends: datetime
    starts: datetime
    """When the person is free for the plan: now, unless a break or another session is under way."""
    done_by: datetime
    guessing: bool
    """Whether fewer than three sessions of theirs are known."""


def look_ahead(frame: Frame, planned: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """`forecast` and `suggestion` for the tasks that are not done, at least one.

    `forecast`: `finish_time`, the middle of the simulated sums with breaks; `low80_time` and
    `high80_time` around it; `day_ends`; `done_by` (all UTC); `chance`, the probability that all is
    done by then; `leave_out`, ids of the tasks to drop so that the rest is done by then with 80 %;
    `guessing`; `focus_minutes` and `break_minutes`, of which the middle consists.
    `suggestion`: see `_suggestion`.
    """
    # What runs comes first, wherever it stands in the list.
    waiting = [task for task in planned if task["done_at"] is None]
    waiting.sort(key=lambda task: task["running_minutes"] is None)
    simulated = _simulate(frame, waiting)
    until = (frame.done_by - frame.starts) / timedelta(minutes=1)
    kept = simulated.fitting(until, CHANCE)

    def at(level: float) -> datetime:
        return frame.starts + timedelta(minutes=simulated.quantile(level))

    forecast = {
        "finish_time": at(MIDDLE),
        "low80_time": at(LOW),
        "high80_time": at(HIGH),
        "day_ends": frame.day_ends,
        "done_by": frame.done_by,
        "chance": simulated.chances_by(until)[-1],
        "leave_out": [task["task_id"] for n, task in enumerate(waiting) if n not in kept],
        "guessing": frame.guessing,
        "focus_minutes": simulated.focus(MIDDLE),
        "break_minutes": simulated.quantile(MIDDLE) - simulated.focus(MIDDLE),
    }
    return {"forecast": forecast, "suggestion": _suggestion(frame, waiting, simulated)}


def _simulate(frame: Frame, waiting: Sequence[Mapping[str, Any]]) -> PlanForecast:
    durations = forecasts.planned(frame.owner, [task["task_id"] for task in waiting])
    settings = frame.settings
    return simulate(
        [
            replace(each, spent_minutes=task["spent_minutes"])
            for each, task in zip(durations, waiting, strict=True)
        ],
        Breaks(
            every=settings["work_minutes"],
            short=settings["short_break_minutes"],
            long=settings["long_break_minutes"],
            long_after=settings["long_break_every"],
        ),
    )


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
