"""Today's plan: which tasks, in which order, how far they got, and when all of it will be done.

Today is the person's own day, by their zone and day start. What is planned are tasks: a task that
is done, renamed or estimated here is so everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from db.queries import breaks, profiles, sessions
from db.queries import plan as queries
from db.session import Transaction, open_around, open_for
from focus_core.domain import limits
from focus_core.domain.calendar import day_bounds, local_day, moment_of
from focus_core.domain.definitions import MINIMUM_SESSIONS
from focus_core.domain.errors import InvalidInput, NotFound, NotSignedIn, PlanIsFull
from focus_core.services import task_changes, tasks
from focus_core.services.rows import as_dict
from focus_core.services.session_values import as_session

MOST_A_DAY = 200
OFFERED_FOR = timedelta(days=7)
"""How long what was left undone is offered again."""


def get_plan(
    user_id: UUID | str, done_by: time | None = None, *, look_ahead: bool = True
) -> dict[str, Any]:
    """Today's plan as of one moment.

    `tasks` in order, each with `task_id`, `title`, `course_id`, `course_name`, `task_type`,
    `estimate_minutes`, `due_on`, `done_at`, `spent_minutes` of focus so far, `spent_today_minutes`
    of them today, and `running_minutes`, those of the running session (None unless it is on this
    task). `left_over`: what was planned in the last 7 days and not done, as `task_id`, `title`
    and `day`. `forecast` of the tasks that are not done (see `plan_forecast.look_ahead`), None
    without any, measured against `done_by` on the local clock, by default what the person chose
    (`set_done_by`; 18:00 before). `suggestion`: a better order (see `plan_forecast.look_ahead`) or
    None. Without `look_ahead` both are None, and nothing is computed. Also `done_by`, `day`,
    `server_time`, `timezone`.

    Raises InvalidInput, NotSignedIn.
    """
    owner = limits.identifier(user_id)
    asked = None if done_by is None else _wall(done_by)
    try:
        return _plan_as_of_now(owner, asked, look_ahead)
    except NotFound:  # a task on the list was deleted before its forecast: it is on no list now
        return _plan_as_of_now(owner, asked, look_ahead)


def _plan_as_of_now(owner: UUID, asked: time | None, look_ahead: bool) -> dict[str, Any]:
    with open_for(owner) as transaction:
        settings = _settings(transaction, owner)
        wall = settings["plan_done_by"] if asked is None else asked
        zone, now = ZoneInfo(settings["timezone"]), transaction.now
        day = local_day(now, zone, settings["day_start"])
        begins, ends = day_bounds(day, zone, settings["day_start"])
        rows = queries.planned(transaction, owner, day, begins)
        left_over = queries.left_over(transaction, owner, day, day - OFFERED_FOR)
        running = sessions.find_running(transaction, owner)
        resting = breaks.find_running(transaction, owner)
        known = profiles.count_eligible(transaction, owner, MINIMUM_SESSIONS)
        pomodoros = sessions.completed_pomodoros(transaction, owner, begins)
    planned = [_with_running(as_dict(row), running, now, begins) for row in rows]
    found: dict[str, Any] = {
        "day": day,
        "timezone": settings["timezone"],
        "server_time": now,
        "done_by": wall,
        "tasks": planned,
        "left_over": [as_dict(row) for row in left_over],
        "forecast": None,
        "suggestion": None,
    }
    if look_ahead and any(task["done_at"] is None for task in planned):
        # Brings numpy: not before there is something to forecast.
        from focus_core.services import plan_forecast

        frame = plan_forecast.Frame(
            owner=owner,
            settings=settings,
            day=day,
            now=now,
            day_ends=ends,
            starts=now + _taken(running, resting, planned, now),
            done_by=moment_of(day, wall, zone, settings["day_start"]),
            pomodoros=pomodoros,
            guessing=known < MINIMUM_SESSIONS,
        )
        found |= plan_forecast.look_ahead(frame, planned)
    return found


def add_task(
    user_id: UUID | str,
    *,
    task_id: UUID | str | None = None,
    title: str | None = None,
    course_id: UUID | str | None = None,
    course: str | None = None,
    task_type: str | None = None,
    estimate_minutes: int | None = None,
) -> dict[str, Any]:
    """Put a task at the end of today's list: one there is, by id or by its title and course, or a
    new one. What is said of type and estimate is kept with it. Returns the task.

    A task that is on the list already stays where it is. Raises InvalidInput (title, course,
    task_type, estimate_minutes; title, course_id and course beside an id), PlanIsFull, NotFound,
    NotSignedIn.
    """
    owner = limits.identifier(user_id)
    if task_id is not None:
        _refuse_other_names(title=title, course_id=course_id, course=course)
    named = limits.title("title", title, limits.TITLE_LENGTH)
    if task_id is None and named is None:
        raise InvalidInput("title", "Give the task a title.")
    said = {"task_type": task_type, "estimate_minutes": estimate_minutes}
    with open_around(owner) as transaction:
        day = _begin(transaction, owner)
        key = tasks.resolve(
            transaction, owner, task_id=task_id, task=named, course_id=course_id, course=course
        )["task_id"]
        assert key is not None  # noqa: S101 - there was an id or a title
        _plan(transaction, owner, day, [key])
        changes = {name: value for name, value in said.items() if value is not None}
        return task_changes.update_task(owner, key, **changes)


def change_task(user_id: UUID | str, task_id: UUID | str, **changes: Any) -> dict[str, Any]:
    """Change what is named of a task: title, course (a name, made if new) or course_id, task_type,
    estimate_minutes, due_on; None empties it. Returns the task.

    Raises NameTaken, InvalidInput, NotFound.
    """
    owner = limits.identifier(user_id)
    with open_around(owner) as transaction:
        _begin(transaction, owner)
        if "course" in changes:
            course = changes.pop("course")
            changes["course_id"] = tasks.resolve(transaction, owner, course=course)["course_id"]
        return task_changes.update_task(owner, task_id, **changes)


def set_done(user_id: UUID | str, task_id: UUID | str, done: bool = True) -> dict[str, Any]:
    """A task is done, or not done again; it stays on the list. Returns the task.

    Raises NotFound, and NameTaken when an open task of its title has come up since.
    """
    return change_task(user_id, task_id, done=done)


def remove_task(user_id: UUID | str, task_id: UUID | str) -> None:
    """Take a task off today's list, and off earlier ones so that it isn't offered again; the task
    itself stays. Raises NotFound when it is on none."""
    owner, key = limits.identifier(user_id), limits.identifier(task_id)
    with open_for(owner) as transaction:
        day = _begin(transaction, owner)
        if not queries.take_off(transaction, owner, key, day):
            raise NotFound


def reorder(user_id: UUID | str, task_ids: Sequence[UUID | str]) -> None:
    """Put today's tasks in this order; those that are not named come after, as they were.

    Raises InvalidInput for a task named twice, NotFound for one that is not on the list.
    """
    owner = limits.identifier(user_id)
    wanted = [limits.identifier(task_id) for task_id in task_ids]
    if len(set(wanted)) < len(wanted):
        raise InvalidInput("task_ids", "A task is named twice. Name each one once.")
    with open_for(owner) as transaction:
        day = _begin(transaction, owner)
        before = queries.task_ids(transaction, owner, day)
        if not set(wanted) <= set(before):
            raise NotFound
        rest = [task_id for task_id in before if task_id not in wanted]
        queries.put(transaction, owner, day, wanted + rest)


def set_done_by(user_id: UUID | str, done_by: time) -> None:
    """Keep the local time of day that this person's plans are to be done by.

    Raises InvalidInput, NotSignedIn.
    """
    owner, wall = limits.identifier(user_id), _wall(done_by)
    with open_for(owner) as transaction:
        _begin(transaction, owner)
        queries.keep_done_by(transaction, owner, wall)


def carry_over(user_id: UUID | str) -> int:
    """Put what was left undone in the last 7 days at the end of today's list, as far as it has
    room. Returns how many tasks came over. Raises NotSignedIn."""
    owner = limits.identifier(user_id)
    with open_for(owner) as transaction:
        day = _begin(transaction, owner)
        room = MOST_A_DAY - len(queries.task_ids(transaction, owner, day))
        found = queries.left_over(transaction, owner, day, day - OFFERED_FOR)[:room]
        _plan(transaction, owner, day, [row["task_id"] for row in found])
        return len(found)


def _refuse_other_names(**names: Any) -> None:
    """An id says which task; what else names one could only say another."""
    for field, value in names.items():
        if value is not None:
            raise InvalidInput(
                field, "A task_id says which task is meant: leave out title and course beside it."
            )


def _begin(transaction: Transaction, owner: UUID) -> date:
    """The person's day, with their other changes of the plan kept waiting."""
    queries.count_change(transaction, owner)
    settings = _settings(transaction, owner)
    return local_day(transaction.now, ZoneInfo(settings["timezone"]), settings["day_start"])


def _plan(transaction: Transaction, owner: UUID, day: date, added: Sequence[UUID]) -> None:
    before = queries.task_ids(transaction, owner, day)
    order = before + [task_id for task_id in added if task_id not in before]
    if len(order) > max(MOST_A_DAY, len(before)):
        raise PlanIsFull(f"A day's list holds {MOST_A_DAY} tasks at most. Take one off first.")
    queries.put(transaction, owner, day, order)


def _settings(transaction: Transaction, owner: UUID) -> Mapping[Any, Any]:
    settings = sessions.preferences(transaction, owner)
    if settings is None:
        raise NotSignedIn
    return settings


def _wall(done_by: time) -> time:
    if not isinstance(done_by, time) or done_by.tzinfo is not None:
        raise InvalidInput("done_by", "The time to be done by must be a local one, such as 18:00.")
    return done_by


def _with_running(
    task: dict[str, Any], running: Mapping[Any, Any] | None, now: datetime, begins: datetime
) -> dict[str, Any]:
    """The task with the minutes of its running session counted in."""
    if running is None or str(running["task_id"]) != task["task_id"]:
        return {**task, "running_minutes": None}
    session = as_session(running)
    minutes = session.focused(now) / timedelta(minutes=1)
    # Before the day began nobody knows how much of it was pause: as much as of the whole.
    span = max(now - session.start_time, timedelta(seconds=1))
    today = min((now - begins) / span, 1.0)
    return {
        **task,
        "running_minutes": minutes,
        "spent_minutes": task["spent_minutes"] + minutes,
        "spent_today_minutes": task["spent_today_minutes"] + minutes * today,
    }


def _taken(
    running: Mapping[Any, Any] | None,
    resting: Mapping[Any, Any] | None,
    planned: Sequence[Mapping[str, Any]],
    now: datetime,
) -> timedelta:
    """How long the running break or a session on something else keeps the person from the plan."""
    nothing = timedelta(0)
    if resting is not None:
        over: datetime = resting["start_time"] + timedelta(minutes=resting["planned_minutes"])
        return max(over - now, nothing)
    if running is None or any(task["running_minutes"] is not None for task in planned):
        return nothing
    if running["expected_duration"] is None:
        return nothing
    expected = timedelta(minutes=running["expected_duration"])
    return max(expected - as_session(running).focused(now), nothing)
