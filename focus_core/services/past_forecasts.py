"""Forecasts for sessions of the past, each as it would have been issued at that session's start."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from db.queries import forecasts as queries
from db.session import Transaction
from focus_core.domain.sessions import SessionType
from focus_core.prediction.training import Models
from focus_core.services.issued_forecasts import Beginning, Forecasts, make
from focus_core.services.known_past import KnownPast

MOST = 10_000

_Coming = tuple[datetime, int, Callable[[Any], None], dict[str, Any]]


def store_for_the_past(transaction: Transaction, user_id: UUID) -> None:
    """Forecasts for all of a person's sessions, by models that know nobody: for demonstrations,
    whose whole past is made up at once."""
    sessions = queries.finished_sessions(transaction, user_id, transaction.now, MOST)
    tasks = queries.done_tasks(transaction, user_id, transaction.now, MOST)
    walk = _Walk([dict(row) for row in sessions], [dict(row) for row in tasks])
    stored = [
        {"user_id": user_id, "session_id": row["id"], "issued_at": row["start_time"], **each}
        for row, forecasts in walk.forward()
        for each in forecasts.rows()
    ]
    queries.store(transaction, stored)


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
