"""Forecasts for a session: shown before it starts, stored as issued, never changed.

Each is made strictly as of the session's start. Minutes are numbers; ids in what goes out are text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import DBAPIError

from db.queries import forecasts as queries
from db.queries import sessions
from db.queries import tasks as task_queries
from db.session import Transaction, open_for, open_for_scheduler
from focus_core.domain import limits
from focus_core.domain.errors import NotFound, NotSignedIn
from focus_core.domain.sessions import SessionType
from focus_core.prediction.outcomes import Outcome, Task
from focus_core.prediction.plan import PlannedTask, together
from focus_core.services import known_past, prediction_models
from focus_core.services.issued_forecasts import Beginning, Forecasts, make
from focus_core.services.known_past import KnownPast
from focus_core.services.rows import as_dict
from focus_core.services.session_values import as_session

MOST_SIMILAR = 20
MOST_A_TURN = 20
"""Sessions that the scheduler makes forecasts for at once, so that its other jobs don't wait."""

log = structlog.get_logger()


def preview(user_id: UUID | str, **planned: Any) -> dict[str, Any]:
    """What would be forecast for a session started now; nothing is stored.

    `planned` is what `start_session` takes: session_type, expected_duration, task_id or task,
    course_id or course, overtime, context; names that don't exist yet are not made. `session` and
    `task` (durations), `completion` and `focus_score` are None where there is nothing to say:
    `session` where the clock decides, `task` without an estimate, `completion` without a plan.

    Raises InvalidInput, NotFound, NotSignedIn.
    """
    return preview_with_similar(user_id, **planned)[0]


def preview_with_similar(
    user_id: UUID | str, **planned: Any
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """`preview` and `similar_sessions`, over one reading of the person's past."""
    owner = limits.identifier(user_id)
    with open_for(owner) as transaction:
        beginning = _planned(transaction, owner, planned)
        past = known_past.read(transaction, owner, beginning.moment)
        models_id, models = prediction_models.latest(transaction, beginning.moment)
    found = make(beginning, past, models, models_id).described()
    return found, _similar_to(beginning, past)


def similar_sessions(user_id: UUID | str, **planned: Any) -> list[dict[str, Any]]:
    """The person's own sessions and done tasks that resemble this one, best first, at most 20.

    Takes what `preview` takes. `session_id` is None for a task's total; `at_least` says that a
    timer ended it.
    """
    owner = limits.identifier(user_id)
    with open_for(owner) as transaction:
        beginning = _planned(transaction, owner, planned)
        past = known_past.read(transaction, owner, beginning.moment)
    return _similar_to(beginning, past)


def issue(user_id: UUID | str, session_id: UUID | str) -> list[dict[str, Any]]:
    """Store the forecasts for a running session, as of its start; returns those that are stored.

    Asking again changes nothing, and nothing is forecast for a session that has ended. Raises
    NotFound.
    """
    owner, key = limits.identifier(user_id), limits.identifier(session_id)
    with open_for(owner) as transaction:
        stored = queries.of_session(transaction, owner, key)
        if stored:
            return [as_dict(row) for row in stored]
        row = queries.session(transaction, owner, key)
        if row is None:
            raise NotFound
        if as_session(row).settle(transaction.now).running:
            forecasts = _forecasts(transaction, owner, _begun(transaction, owner, row))
            shared = {"user_id": owner, "session_id": key, "issued_at": transaction.now}
            queries.store(transaction, [{**shared, **each} for each in forecasts.rows()])
        return [as_dict(each) for each in queries.of_session(transaction, owner, key)]


def issue_missing() -> int:
    """Forecasts for running sessions that have none, as of their start; for how many.

    For the scheduler; each is made as its owner, whose rows are all it sees. One that fails is
    logged and holds up no other.
    """
    with open_for_scheduler() as transaction:
        missing = queries.without_forecasts(transaction, MOST_A_TURN)
    issued = 0
    for user_id, session_id in missing:
        try:
            issued += bool(issue(user_id, session_id))
        except (NotFound, ValueError, ArithmeticError, DBAPIError) as error:
            log.warning("forecast_failed", session_id=str(session_id), error=type(error).__name__)
    return issued


def of_session(user_id: UUID | str, session_id: UUID | str) -> list[dict[str, Any]]:
    """The forecasts stored for a session, by target; none for an unknown one."""
    owner, key = limits.identifier(user_id), limits.identifier(session_id)
    with open_for(owner) as transaction:
        return [as_dict(row) for row in queries.of_session(transaction, owner, key)]


@dataclass(frozen=True)
class Planned:
    """Tasks as `prediction.plan.simulate` takes them, and what their forecasts rest on."""

    tasks: list[PlannedTask]
    models_id: int | None
    known_count: int


def planned(user_id: UUID | str, task_ids: Sequence[UUID | str]) -> Planned:
    """How long these tasks take, for simulating a plan, in that order.

    What a running session has put into its task so far counts as spent. Raises NotFound,
    NotSignedIn.
    """
    owner = limits.identifier(user_id)
    keys = [limits.identifier(task_id) for task_id in task_ids]
    with open_for(owner) as transaction:
        preferences = _preferences(transaction, owner)
        found = queries.tasks_so_far(transaction, owner, keys, transaction.now)
        if not found.keys() >= set(keys):
            raise NotFound
        spent = {key: float(row["spent_seconds"]) / 60 for key, row in found.items()}
        running = sessions.find_running(transaction, owner)
        if running is not None and running["task_id"] in spent:
            under_way = as_session(running).focused(transaction.now)
            spent[running["task_id"]] += under_way.total_seconds() / 60
        past = known_past.read(transaction, owner, transaction.now)
        models_id, models = prediction_models.latest(transaction)
    zone = ZoneInfo(preferences["timezone"])
    shared = together(past.misses_by_day(zone, preferences["day_start"]))
    tasks = [
        PlannedTask(
            models.duration.minutes(
                Task.of(found[key]["task_type"], found[key]["estimate_minutes"]), past.durations
            ),
            spent[key],
            shared,
        )
        for key in keys
    ]
    return Planned(tasks, models_id, past.durations.known)


def _preferences(transaction: Transaction, owner: UUID) -> Mapping[Any, Any]:
    preferences = sessions.preferences(transaction, owner)
    if preferences is None:
        raise NotSignedIn
    return preferences


def _forecasts(transaction: Transaction, owner: UUID, beginning: Beginning) -> Forecasts:
    past = known_past.read(transaction, owner, beginning.moment)
    models_id, models = prediction_models.latest(transaction, beginning.moment)
    return make(beginning, past, models, models_id)


def _planned(transaction: Transaction, owner: UUID, planned: Mapping[str, Any]) -> Beginning:
    """What is about to be started, as `start_session` would start it."""
    preferences = _preferences(transaction, owner)
    kind = limits.session_type(planned.get("session_type") or SessionType.POMODORO)
    expected = limits.minutes("expected_duration", planned.get("expected_duration"))
    if expected is None and kind is SessionType.POMODORO:
        expected = preferences["work_minutes"]
    overtime = limits.flag("overtime", planned.get("overtime"))
    course_id = _course(transaction, owner, planned)
    task = _task(transaction, owner, planned, course_id)
    return Beginning(
        moment=transaction.now,
        session_type=kind,
        expected_duration=expected,
        overtime=preferences["overtime"] if overtime is None else overtime,
        course_id=course_id or (task["course_id"] if task else None),
        context=limits.text("context", planned.get("context"), limits.CONTEXT_LENGTH),
        task=task,
        title=limits.title("task", planned.get("task"), limits.TITLE_LENGTH),
    )


def _course(transaction: Transaction, owner: UUID, planned: Mapping[str, Any]) -> UUID | None:
    name = limits.title("course", planned.get("course"), limits.COURSE_LENGTH)
    if name:
        return queries.course(transaction, owner, name)
    if not planned.get("course_id"):
        return None
    key = limits.identifier(planned["course_id"])
    if not task_queries.has_course(transaction, owner, key):
        raise NotFound
    return key


def _task(
    transaction: Transaction, owner: UUID, planned: Mapping[str, Any], course_id: UUID | None
) -> Mapping[Any, Any] | None:
    title = limits.title("task", planned.get("task"), limits.TITLE_LENGTH)
    if planned.get("task_id"):
        key = limits.identifier(planned["task_id"])
        task = queries.tasks_so_far(transaction, owner, [key], transaction.now).get(key)
        if task is None:
            raise NotFound
        return task
    key_of_title = queries.open_task(transaction, owner, title, course_id) if title else None
    if key_of_title is None:
        return None
    found = queries.tasks_so_far(transaction, owner, [key_of_title], transaction.now)
    return found.get(key_of_title)


def _begun(transaction: Transaction, owner: UUID, row: Mapping[Any, Any]) -> Beginning:
    """A session as it was started; of its task only what was so at that time."""
    moment, task_id = row["start_time"], row["task_id"]
    tasks = queries.tasks_so_far(transaction, owner, [task_id] if task_id else [], moment)
    return Beginning(
        moment=moment,
        session_type=SessionType(row["session_type"]),
        expected_duration=row["expected_duration"],
        overtime=row["overtime"],
        course_id=row["course_id"],
        context=row["context"],
        task=tasks.get(task_id) if task_id else None,
    )


def _similar_to(beginning: Beginning, past: KnownPast) -> list[dict[str, Any]]:
    outcomes = past.durations.similar(beginning.shown_task, beginning.words)
    return [_similar(past, outcome) for outcome in outcomes[:MOST_SIMILAR]]


def _similar(past: KnownPast, outcome: Outcome) -> dict[str, Any]:
    row = past.rows[id(outcome)]
    return {
        "session_id": str(row["id"]) if "id" in row else None,
        "start_time": row["start_time"],
        "title": row["task_title"],
        "context": row.get("context"),
        "estimate_minutes": outcome.task.estimate_minutes,
        "minutes": outcome.actual_minutes,
        "at_least": outcome.at_least,
    }
