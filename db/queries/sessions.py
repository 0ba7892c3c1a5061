"""Statements over focus sessions and what happens inside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    and_,
    func,
    insert,
    or_,
    select,
    update,
)

from db.models import courses, focus_sessions, session_events, tasks, users
from db.notifications import SESSION_CHANGED
from db.session import Transaction

SESSION = (
    select(focus_sessions, tasks.c.title.label("task_title"), courses.c.name.label("course_name"))
    .outerjoin(tasks, tasks.c.id == focus_sessions.c.task_id)
    .outerjoin(courses, courses.c.id == focus_sessions.c.course_id)
)


# The hot path speaks the driver's own words: SQLAlchemy's way to a row costs more than the row.
_OWN = """
select s.*, t.title as task_title, c.name as course_name
  from focus_sessions s left join tasks t on t.id = s.task_id
       left join courses c on c.id = s.course_id
 where s.user_id = %(user_id)s"""
_RUNNING = _OWN + " and s.end_time is null"
_RUNNING_LOCKED = _RUNNING + " for update of s"
_LATEST_FINISHED = _OWN + " and s.end_time is not null order by s.start_time desc limit 1"
_COMPLETED_POMODOROS = """
select count(*) as number from focus_sessions
 where user_id = %(user_id)s and start_time >= %(since)s and session_type = 'pomodoro'
   and was_completed and end_time is not null
"""
_PREFERENCES = f"select {', '.join(users.c.keys())} from users where id = %(user_id)s"  # noqa: S608
_BY_ID = _OWN + " and s.id = %(id)s"
_BY_ID_LOCKED = _BY_ID + " for update of s"
_LATEST_INTERRUPTION = """
select reason, reason_kind from session_events
 where user_id = %(user_id)s and session_id = %(id)s and event_type = 'interruption'
 order by id desc limit 1
"""
_ADD_TAB_EVENT = """
insert into session_events (user_id, session_id, event_type, occurred_at)
select %(user_id)s, %(id)s, %(event_type)s, %(now)s
  from (select count(*) as kept, (array_agg(event_type order by id desc))[1] as latest
          from session_events
         where user_id = %(user_id)s and session_id = %(id)s
           and event_type in ('hidden', 'shown')) tabs
 where kept < %(most)s and coalesce(latest, 'shown') <> %(event_type)s
returning id
"""
_BEFORE_START = """
select u.timezone, u.work_minutes, u.overtime,
       exists (select from focus_sessions where user_id = u.id and end_time is null) as busy,
       exists (select from breaks where user_id = u.id and end_time is null) as resting
  from users u where u.id = %(user_id)s
"""
_START = """
insert into focus_sessions (user_id, session_type, expected_duration, context, overtime,
  cycles_completed, task_id, course_id, timezone, start_time, actual_start_time, last_seen_at)
values (%(user_id)s, %(session_type)s, %(expected_duration)s, %(context)s, %(overtime)s, 0,
  %(task_id)s, %(course_id)s, %(timezone)s, %(now)s, %(now)s, %(now)s)
on conflict do nothing
returning *
"""
_EVENT = """
insert into session_events (user_id, session_id, event_type, occurred_at, reason, reason_kind)
values (%(user_id)s, %(id)s, %(event_type)s, %(now)s, %(reason)s, %(reason_kind)s)
returning id
"""
_END = """
update focus_sessions
   set end_time = %(end_time)s, actual_end_time = %(end_time)s, paused_at = null,
       paused_seconds = %(paused_seconds)s, ended_by = %(ended_by)s,
       was_completed = %(was_completed)s, cycles_completed = %(cycles_completed)s,
       confirmed_at = %(confirmed_at)s, updated_at = %(now)s,
       focus_score = coalesce(%(focus_score)s, focus_score),
       interruption_count = coalesce(%(interruption_count)s, interruption_count),
       session_notes = coalesce(%(session_notes)s, session_notes)
 where user_id = %(user_id)s and id = %(id)s
returning *
"""


def preferences(transaction: Transaction, user_id: UUID) -> dict[str, Any] | None:
    """The person's zone and timer settings."""
    return transaction.fetch(_PREFERENCES, {"user_id": user_id})


def before_start(transaction: Transaction, user_id: UUID) -> dict[str, Any] | None:
    """What a start needs to know: `timezone`, `work_minutes`, `overtime`; whether a session runs
    (`busy`) and whether a break does (`resting`)."""
    return transaction.fetch(_BEFORE_START, {"user_id": user_id})


def insert_running(transaction: Transaction, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Start a session now; None when another one is in its way, however many start at once."""
    _tell(transaction, values["user_id"])
    return transaction.fetch(_START, {**values, "now": transaction.now})


def end(
    transaction: Transaction, user_id: UUID, session_id: UUID, values: Mapping[str, Any]
) -> dict[str, Any]:
    """Store how a session ended; what is None of score, interruptions and notes stays."""
    _tell(transaction, user_id)
    keys = {"user_id": user_id, "id": session_id, "now": transaction.now}
    ended = transaction.fetch(_END, {**values, **keys})
    assert ended is not None  # noqa: S101 - the caller has locked it
    return ended


def insert_finished(transaction: Transaction, values: Mapping[str, Any]) -> UUID:
    _tell(transaction, values["user_id"])
    statement = insert(focus_sessions).values(**values).returning(focus_sessions.c.id)
    created: UUID = transaction.execute(statement).scalar_one()
    return created


def find(
    transaction: Transaction, user_id: UUID, session_id: UUID, *, lock: bool = False
) -> dict[str, Any] | None:
    keys = {"user_id": user_id, "id": session_id}
    return transaction.fetch(_BY_ID_LOCKED if lock else _BY_ID, keys)


def find_running(
    transaction: Transaction, user_id: UUID, *, lock: bool = False
) -> dict[str, Any] | None:
    return transaction.fetch(_RUNNING_LOCKED if lock else _RUNNING, {"user_id": user_id})


def change(
    transaction: Transaction, user_id: UUID, session_id: UUID, values: Mapping[str, Any]
) -> None:
    if values.keys() != {"last_seen_at"}:  # a sign of life of an open page is no news
        _tell(transaction, user_id)
    transaction.execute(
        update(focus_sessions)
        .where(focus_sessions.c.user_id == user_id, focus_sessions.c.id == session_id)
        .values(**values, updated_at=transaction.now)
    )


def overlapping(
    transaction: Transaction,
    user_id: UUID,
    start: datetime,
    end: datetime | None,
    but: UUID | None = None,
) -> Sequence[RowMapping]:
    """Sessions that share time with [start, end), oldest first; a running one has no end."""
    table = focus_sessions.c
    # Plain comparisons: an index can't be used under policies by the range operators.
    statement = SESSION.where(
        table.user_id == user_id,
        or_(table.end_time.is_(None), table.end_time > start),
        table.end_time.is_distinct_from(table.start_time),
    ).order_by(table.start_time)
    if end is not None:
        statement = statement.where(table.start_time < end)
    if but is not None:
        statement = statement.where(focus_sessions.c.id != but)
    return transaction.execute(statement).mappings().all()


def history(
    transaction: Transaction,
    user_id: UUID,
    filters: Mapping[str, Any],
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[RowMapping]:
    """Sessions newest first, from behind `before`: by key, so that page 1,000 costs what page 1
    does."""
    statement = _filtered(SESSION, user_id, filters)
    if before is not None:
        start, session_id = before
        statement = statement.where(
            or_(
                focus_sessions.c.start_time < start,
                and_(focus_sessions.c.start_time == start, focus_sessions.c.id < session_id),
            ),
            focus_sessions.c.start_time <= start,  # what the index can use
        )
    statement = statement.order_by(
        focus_sessions.c.start_time.desc(), focus_sessions.c.id.desc()
    ).limit(limit)
    return transaction.execute(statement).mappings().all()


def count(transaction: Transaction, user_id: UUID, filters: Mapping[str, Any]) -> int:
    base = (
        select(func.count())
        .select_from(focus_sessions)
        .outerjoin(tasks, tasks.c.id == focus_sessions.c.task_id)
    )
    number: int = transaction.execute(_filtered(base, user_id, filters)).scalar_one()
    return number


def _filtered(statement: Select[Any], user_id: UUID, filters: Mapping[str, Any]) -> Select[Any]:
    table = focus_sessions.c
    statement = statement.where(table.user_id == user_id)
    conditions: dict[str, Any] = {
        "since": lambda value: table.start_time >= value,
        "until": lambda value: table.start_time < value,
        "course_id": lambda value: table.course_id == value,
        "task_id": lambda value: table.task_id == value,
        "session_type": lambda value: table.session_type == value,
        "was_completed": lambda value: and_(
            table.was_completed == value, table.end_time.is_not(None)
        ),
        "ended_by": lambda value: table.ended_by == value,
        "search": _mentions,
    }
    return statement.where(*(conditions[name](value) for name, value in filters.items()))


def _mentions(words: str) -> ColumnElement[bool]:
    """Plain text, not a pattern; runs over the person's own rows only, so needs no text index."""
    table = focus_sessions.c
    return or_(
        *(
            column.icontains(words, autoescape=True)
            for column in (table.context, table.session_notes, tasks.c.title)
        )
    )


def add_event(
    transaction: Transaction, user_id: UUID, session_id: UUID, event_type: str, **details: Any
) -> None:
    """`details`: `reason` and `reason_kind`, where there are any."""
    keys = {"user_id": user_id, "id": session_id, "event_type": event_type, "now": transaction.now}
    transaction.fetch(_EVENT, {"reason": None, "reason_kind": None, **details, **keys})


def add_tab_event(
    transaction: Transaction, user_id: UUID, session_id: UUID, event_type: str, most: int
) -> None:
    """Add that a tab was `hidden` or `shown`, unless the session's latest such event says so
    already or it has `most` of them. A session without any was begun in a tab that is shown."""
    keys = {"user_id": user_id, "id": session_id, "now": transaction.now}
    transaction.fetch(_ADD_TAB_EVENT, {**keys, "event_type": event_type, "most": most})


def explain_interruption(
    transaction: Transaction, user_id: UUID, session_id: UUID, words: Mapping[str, Any]
) -> bool:
    """Add words to the session's latest interruption; False if there is none."""
    events = session_events.c
    latest = (
        select(func.max(events.id))
        .where(events.session_id == session_id, events.event_type == "interruption")
        .scalar_subquery()
    )
    result = transaction.execute(
        update(session_events).where(events.id == latest, events.user_id == user_id).values(**words)
    )
    return result.rowcount > 0


def latest_interruption(
    transaction: Transaction, user_id: UUID, session_id: UUID
) -> dict[str, Any] | None:
    """`reason` and `reason_kind` of the session's latest interruption, None until given."""
    return transaction.fetch(_LATEST_INTERRUPTION, {"user_id": user_id, "id": session_id})


def events(transaction: Transaction, session_id: UUID) -> Sequence[RowMapping]:
    """What happened inside a session, in order."""
    statement = (
        select(session_events)
        .where(session_events.c.session_id == session_id)
        .order_by(session_events.c.id)
    )
    return transaction.execute(statement).mappings().all()


def completed_pomodoros(transaction: Transaction, user_id: UUID, since: datetime) -> int:
    """How many were completed from `since` on."""
    row = transaction.fetch(_COMPLETED_POMODOROS, {"user_id": user_id, "since": since})
    return row["number"] if row else 0


def latest_finished(transaction: Transaction, user_id: UUID) -> dict[str, Any] | None:
    """The session that ended last."""
    return transaction.fetch(_LATEST_FINISHED, {"user_id": user_id})


def due(
    transaction: Transaction, idle_since: datetime, open_since: datetime
) -> Sequence[RowMapping]:
    """Everybody's running sessions that may have ended, locked; another scheduler's are skipped.

    Wider than the rules, which the domain decides by.
    """
    table = focus_sessions.c
    plan_reached = (
        table.start_time
        + func.make_interval(0, 0, 0, 0, 0, table.expected_duration, table.paused_seconds)
        <= transaction.now
    )
    last_sign = func.coalesce(table.paused_at, table.last_seen_at, table.start_time)
    statement = (
        select(focus_sessions)
        .where(
            table.end_time.is_(None),
            or_(plan_reached, last_sign <= idle_since, table.start_time <= open_since),
        )
        .with_for_update(skip_locked=True)
    )
    return transaction.execute(statement).mappings().all()


def _tell(transaction: Transaction, user_id: UUID) -> None:
    transaction.tell(SESSION_CHANGED, str(user_id))
