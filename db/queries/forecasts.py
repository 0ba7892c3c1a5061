"""What was known before a moment, for forecasts, and the forecasts as they were issued.

A session is known when it had ended before the moment and nobody has written to it since: what it
said before a later correction is gone, so it is left out rather than read as it is today. One that
was deleted since is still known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, select, text
from sqlalchemy.dialects.postgresql import insert

from db.models import focus_sessions, session_predictions
from db.session import Transaction

_COLUMNS = """s.id, s.user_id, s.task_id, s.course_id, s.start_time, s.end_time, s.session_type,
         s.expected_duration, s.overtime, s.source, s.ended_by, s.was_completed, s.focused_seconds,
         s.focus_score, s.context"""

# One range of the index on (user_id, start_time); the trash holds next to nothing.
_KNOWN = f"""
with known as (
  select {_COLUMNS} from focus_sessions s
   where s.user_id = :user_id and s.start_time < :moment and s.end_time < :moment
     and s.updated_at <= :moment and s.focused_seconds >= 60 and s.ended_by <> 'auto_close'
  union all
  select {_COLUMNS}
    from deleted_sessions d cross join jsonb_populate_record(null::focus_sessions, d.session) s
   where d.user_id = :user_id and d.deleted_at > :moment and s.end_time < :moment
     and s.updated_at <= :moment and s.focused_seconds >= 60 and s.ended_by <> 'auto_close'
)"""  # noqa: S608 - a fixed fragment, no input

# `spent_seconds` and `session_index` are as of each session's own start: sessions of one person
# never overlap, so all that come before it had ended by then.
_SESSIONS = text(
    _KNOWN  # noqa: S608 - fixed fragments, no input
    + """
select c.*, t.title as task_title, t.task_type, t.estimate_minutes, p.p50_minutes
  from (select k.*, coalesce(sum(focused_seconds) over earlier, 0) as spent_seconds,
               count(*) over earlier as session_index
          from known k
        window earlier as (partition by task_id order by start_time
                            rows between unbounded preceding and 1 preceding)) as c
  left join tasks t on t.user_id = :user_id and t.id = c.task_id and t.updated_at <= :moment
  left join session_predictions p on p.user_id = :user_id and p.session_id = c.id
        and p.target = 'session_minutes' and p.issued_at < :moment
 order by c.start_time desc
 limit :limit
"""
)

_DONE_TASKS = text(
    _KNOWN
    + """
select t.id as task_id, t.title as task_title, t.task_type, t.estimate_minutes, t.done_at,
       min(k.start_time) as start_time, greatest(t.done_at, max(k.end_time)) as end_time,
       sum(k.focused_seconds) as focused_seconds,
       (array_agg(p.p50_minutes order by p.issued_at) filter (where p.id is not null))[1]
         as p50_minutes
  from tasks t
  join known k on k.task_id = t.id
  left join session_predictions p on p.user_id = :user_id and p.session_id = k.id
        and p.target = 'task_minutes' and p.issued_at < :moment
 where t.user_id = :user_id and t.done_at < :moment and t.updated_at <= :moment
   and t.estimate_minutes is not null
 group by t.id
 order by end_time desc
 limit :limit
"""
)

_TASKS = text(
    _KNOWN
    + """
select t.id as task_id, t.title as task_title, t.task_type, t.estimate_minutes, t.course_id,
       coalesce(sum(k.focused_seconds), 0) as spent_seconds, count(k.id) as session_index
  from tasks t left join known k on k.task_id = t.id
 where t.user_id = :user_id and t.id = any (:task_ids) and t.updated_at <= :moment
 group by t.id
"""
)

_OPEN_TASK = text(
    """
    select id from tasks
     where user_id = :user_id and lower(title) = lower(:title) and done_at is null
       and course_id is not distinct from cast(:course_id as uuid)
    """
)

_COURSE = text("select id from courses where user_id = :user_id and lower(name) = lower(:name)")

# The newest first, so that a session that always fails holds up none that is started.
_WITHOUT = text(
    """
    select s.user_id, s.id from focus_sessions s
     where s.end_time is null
       and not exists (select from session_predictions p where p.session_id = s.id)
     order by s.start_time desc
     limit :limit
    """
)


def finished_sessions(
    transaction: Transaction, user_id: UUID, moment: datetime, limit: int
) -> Sequence[RowMapping]:
    """The person's eligible sessions known before `moment`, the latest first."""
    parameters = {"user_id": user_id, "moment": moment, "limit": limit}
    return transaction.execute(_SESSIONS, parameters).mappings().all()


def done_tasks(
    transaction: Transaction, user_id: UUID, moment: datetime, limit: int
) -> Sequence[RowMapping]:
    """Totals of the tasks with an estimate that were done before `moment`, the latest first."""
    parameters = {"user_id": user_id, "moment": moment, "limit": limit}
    return transaction.execute(_DONE_TASKS, parameters).mappings().all()


def tasks_so_far(
    transaction: Transaction, user_id: UUID, task_ids: Sequence[UUID], moment: datetime
) -> dict[UUID, RowMapping]:
    """By id: these tasks of the person, and what had gone into them before `moment`.

    A task that was changed after `moment` is left out: what it said then is gone.
    """
    parameters = {"user_id": user_id, "task_ids": list(task_ids), "moment": moment}
    rows = transaction.execute(_TASKS, parameters).mappings().all()
    return {row["task_id"]: row for row in rows}


def open_task(
    transaction: Transaction, user_id: UUID, title: str, course_id: UUID | None
) -> UUID | None:
    """The person's open task of that title in that course, if there is one."""
    parameters = {"user_id": user_id, "title": title, "course_id": course_id}
    found: UUID | None = transaction.execute(_OPEN_TASK, parameters).scalar()
    return found


def course(transaction: Transaction, user_id: UUID, name: str) -> UUID | None:
    found: UUID | None = transaction.execute(_COURSE, {"user_id": user_id, "name": name}).scalar()
    return found


def session(transaction: Transaction, user_id: UUID, session_id: UUID) -> RowMapping | None:
    statement = select(focus_sessions).where(
        focus_sessions.c.user_id == user_id, focus_sessions.c.id == session_id
    )
    return transaction.execute(statement).mappings().first()


def without_forecasts(transaction: Transaction, limit: int) -> Sequence[tuple[UUID, UUID]]:
    """Owner and id of running sessions that nothing was forecast for, the newest first."""
    rows = transaction.execute(_WITHOUT, {"limit": limit}).all()
    return [(row.user_id, row.id) for row in rows]


def store(transaction: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep forecasts; what was forecast before stays as it is."""
    if rows:
        statement = insert(session_predictions).on_conflict_do_nothing()
        transaction.execute(statement, [dict(row) for row in rows])


def of_session(transaction: Transaction, user_id: UUID, session_id: UUID) -> Sequence[RowMapping]:
    statement = (
        select(session_predictions)
        .where(
            session_predictions.c.user_id == user_id,
            session_predictions.c.session_id == session_id,
        )
        .order_by(session_predictions.c.target)
    )
    return transaction.execute(statement).mappings().all()
