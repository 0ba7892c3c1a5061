"""Deleted sessions: out of every count at once, and back when their owner wants them back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, text

from db.session import Transaction

_MOVE = text(
    """
    with gone as (
      delete from focus_sessions where user_id = :user_id and id = :id and end_time is not null
      returning *
    )
    insert into deleted_sessions (id, user_id, session, events, deleted_at)
    select g.id, g.user_id, to_jsonb(g),
           coalesce((select jsonb_agg(to_jsonb(e) order by e.id)
                       from session_events e where e.session_id = g.id), '[]'),
           :now
      from gone g
    on conflict (id) do update set session = excluded.session, events = excluded.events,
                                   deleted_at = excluded.deleted_at
    returning id
    """
)

# A task or course that was deleted meanwhile is left out; the session itself comes back.
_RESTORE = text(
    """
    with back as (
      delete from deleted_sessions where user_id = :user_id and id = :id returning *
    ), session as (
      insert into focus_sessions (id, user_id, task_id, course_id, start_time, end_time,
        actual_start_time, actual_end_time, expected_duration, session_type, cycles_completed,
        break_minutes, was_completed, context, focus_score, interruption_count, focus_quality,
        session_notes, created_at, paused_seconds, timezone, overtime, ended_by, source,
        last_seen_at, confirmed_at, updated_at)
      select s.id, s.user_id, (select t.id from tasks t where t.id = s.task_id),
        (select c.id from courses c where c.id = s.course_id), s.start_time, s.end_time,
        s.actual_start_time, s.actual_end_time, s.expected_duration, s.session_type,
        s.cycles_completed, s.break_minutes, s.was_completed, s.context, s.focus_score,
        s.interruption_count, s.focus_quality, s.session_notes, s.created_at, s.paused_seconds,
        s.timezone, s.overtime, s.ended_by, s.source, s.last_seen_at, s.confirmed_at, :now
        from back, jsonb_populate_record(null::focus_sessions, back.session) s
      returning id, user_id
    ), its_events as (
      insert into session_events
        (session_id, user_id, event_type, occurred_at, reason_kind, reason)
      select session.id, session.user_id, e.event_type, e.occurred_at, e.reason_kind, e.reason
        from back join session on true, jsonb_to_recordset(back.events) as e (
          id bigint, event_type text, occurred_at timestamptz, reason_kind text, reason text)
       order by e.id
    )
    select id from session
    """
)

_SPAN = text(
    """
    select (session ->> 'start_time')::timestamptz as start_time,
           (session ->> 'end_time')::timestamptz as end_time
      from deleted_sessions where user_id = :user_id and id = :id
    """
)

_LATEST = text(
    """
    select d.id, d.deleted_at, s.start_time, s.end_time, s.focused_seconds, s.session_type,
           s.context, t.title as task_title, c.name as course_name
      from deleted_sessions d
     cross join jsonb_populate_record(null::focus_sessions, d.session) s
      left join tasks t on t.id = s.task_id and t.user_id = d.user_id
      left join courses c on c.id = s.course_id and c.user_id = d.user_id
     where d.user_id = :user_id
     order by d.deleted_at desc, d.id
     limit :limit
    """
)


def move(transaction: Transaction, user_id: UUID, session_id: UUID) -> bool:
    """Delete a finished session, its events with it; False when there is none by that id."""
    parameters = {"user_id": user_id, "id": session_id, "now": transaction.now}
    return transaction.execute(_MOVE, parameters).first() is not None


def restore(transaction: Transaction, user_id: UUID, session_id: UUID) -> bool:
    """Undo a deletion; False when there is none. An overlap made since breaks a constraint."""
    parameters = {"user_id": user_id, "id": session_id, "now": transaction.now}
    return transaction.execute(_RESTORE, parameters).first() is not None


def span(
    transaction: Transaction, user_id: UUID, session_id: UUID
) -> tuple[datetime, datetime] | None:
    """Start and end of a deleted session."""
    row = transaction.execute(_SPAN, {"user_id": user_id, "id": session_id}).first()
    return None if row is None else (row.start_time, row.end_time)


def latest(transaction: Transaction, user_id: UUID, limit: int) -> Sequence[RowMapping]:
    """What was deleted last, without what can't be shown in a line."""
    parameters = {"user_id": user_id, "limit": limit}
    return transaction.execute(_LATEST, parameters).mappings().all()
