"""Forecasts for sessions and plans of the past, each as it would have been issued at that session's
start, or at the start of that day's first."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from db.queries import forecasts as queries
from db.queries import plan_forecasts
from db.session import Transaction
from focus_core.domain.calendar import day_bounds, local_day
from focus_core.domain.sessions import SessionType
from focus_core.prediction.outcomes import Task
from focus_core.prediction.plan import PlannedTask, simulate
from focus_core.prediction.training import Models
from focus_core.services import issued_plans
from focus_core.services.issued_forecasts import Beginning, Forecasts, make
from focus_core.services.known_past import KnownPast

MOST = 10_000

_Coming = tuple[datetime, int, Callable[[Any], None], dict[str, Any]]


def store_for_the_past(
    transaction: Transaction, user_id: UUID, settings: Mapping[Any, Any]
) -> None:
    """Forecasts for all of a person's sessions, and for each day as if what was worked on had been
    planned, by models that know nobody: for demonstrations, whose whole past is made up at once.
    `settings`: their row of `users`."""
    sessions = queries.finished_sessions(transaction, user_id, transaction.now, MOST)
    tasks = queries.done_tasks(transaction, user_id, transaction.now, MOST)
    walk = _Walk([dict(row) for row in sessions], [dict(row) for row in tasks])
    stored: list[dict[str, Any]] = []
    plans: list[dict[str, Any]] = []
    planned = walk.planned(settings)
    for row, forecasts in walk.forward():
        shared = {"user_id": user_id, "session_id": row["id"], "issued_at": row["start_time"]}
        stored += [{**shared, **each} for each in forecasts.rows()]
        if day := planned.get(row["id"]):
            plans.append({"user_id": user_id, **walk.plan(day, settings)})
    queries.store(transaction, stored)
    plan_forecasts.store_all(transaction, plans)


class _Walk:
    def __init__(self, sessions: list[dict[str, Any]], tasks: list[dict[str, Any]]) -> None:
        self._sessions = sorted(sessions, key=lambda row: row["start_time"])
        self._tasks = {row["task_id"]: row for row in tasks}
        self._past = KnownPast()
        self._models = Models()

    def forward(self) -> Iterator[tuple[dict[str, Any], Forecasts]]:
        coming = self._coming()
        for row in self._sessions:
            while coming and coming[0][0] < row["start_time"]:
                _, _, learn, known = heapq.heappop(coming)
                learn(known)
            forecasts = make(_beginning(row), self._past, self._models, None)
            self._remember(row, forecasts)
            yield row, forecasts

    def planned(self, settings: Mapping[Any, Any]) -> dict[UUID, list[dict[str, Any]]]:
        """By each day's first session what is taken for that day's plan, as first sessions of its
        tasks: those that were done that day, else all that were worked on."""
        zone, begins = ZoneInfo(settings["timezone"]), settings["day_start"]
        days: dict[date, dict[UUID, dict[str, Any]]] = {}
        for row in self._sessions:
            if row["estimate_minutes"] is not None:
                tasks = days.setdefault(local_day(row["start_time"], zone, begins), {})
                tasks.setdefault(row["task_id"], row)
        found = {}
        for day, tasks in days.items():
            firsts = list(tasks.values())
            done = [row for key, row in tasks.items() if self._done_on(key, zone, begins) == day]
            found[firsts[0]["id"]] = done or firsts
        return found

    def _done_on(self, task_id: UUID, zone: ZoneInfo, begins: time) -> date | None:
        task = self._tasks.get(task_id)
        return local_day(task["done_at"], zone, begins) if task else None

    def plan(
        self, firsts: Sequence[Mapping[str, Any]], settings: Mapping[Any, Any]
    ) -> dict[str, Any]:
        """What would have been forecast for those tasks, from what is known by now."""
        tasks = [
            {
                "estimate_minutes": row["estimate_minutes"],
                "spent_minutes": float(row["spent_seconds"]) / 60,
            }
            for row in firsts
        ]
        durations = [
            PlannedTask(
                self._models.duration.minutes(
                    Task.of(row["task_type"], row["estimate_minutes"]), self._past.durations
                ),
                task["spent_minutes"],
            )
            for row, task in zip(firsts, tasks, strict=True)
        ]
        simulated = simulate(durations, issued_plans.breaks_of(settings))
        issued = min(row["start_time"] for row in firsts)
        zone, begins = ZoneInfo(settings["timezone"]), settings["day_start"]
        day = local_day(issued, zone, begins)
        done_by = day_bounds(day, zone, begins)[1]
        until = (done_by - issued).total_seconds() / 60
        return {
            "day": day,
            "issued_at": issued,
            "task_ids": [row["task_id"] for row in firsts],
            "estimates_minutes": [row["estimate_minutes"] for row in firsts],
            "spent_minutes": [task["spent_minutes"] for task in tasks],
            "under_way": True,
            "known_count": self._past.durations.known,
            "done_by": done_by,
            "probability": simulated.chances_by(until)[-1],
            "leave_out": [],
            **issued_plans.described(simulated, tasks, 0.0),
        }

    def _coming(self) -> list[_Coming]:
        """Everything to learn, by when it was known."""
        learnt = [(row, self._past.learn_session) for row in self._sessions]
        learnt += [(row, self._past.learn_task) for row in self._tasks.values()]
        found: list[_Coming] = [
            (row["end_time"], place, learn, row) for place, (row, learn) in enumerate(learnt)
        ]
        heapq.heapify(found)
        return found

    def _remember(self, row: dict[str, Any], forecasts: Forecasts) -> None:
        """What was forecast, for when the outcome is known; of a task's forecasts the first."""
        if forecasts.session:
            row["p50_minutes"] = forecasts.session.forecast.p50
        task = self._tasks.get(row["task_id"])
        if task is not None and forecasts.task and task["p50_minutes"] is None:
            task["p50_minutes"] = forecasts.task.forecast.p50


def _beginning(row: dict[str, Any]) -> Beginning:
    return Beginning(
        moment=row["start_time"],
        session_type=SessionType(row["session_type"]),
        expected_duration=row["expected_duration"],
        overtime=row["overtime"],
        course_id=row["course_id"],
        context=row["context"],
        task=row if row["task_id"] else None,
    )
