"""Everybody's past that models are trained on: numbers and task types, no text.

Left out: demonstration people, disabled accounts, and those who have asked to be erased.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import RowMapping, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID

from db.session import Transaction

_TAKES_PART = """not u.demo and u.disabled_at is null
     and not exists (select from account_erasures e where e.user_id = u.id)"""

_ELIGIBLE = """s.end_time is not null and s.focused_seconds >= 60 and s.ended_by <> 'auto_close'"""

# One pass over all sessions, sorted once: sessions of one person never overlap, so all that come
# before one had ended by then.
_SESSIONS = text(
    f"""
    select c.*, t.task_type, t.estimate_minutes
      from (select s.user_id, s.task_id, s.course_id, s.start_time, s.end_time, s.session_type,
                   s.expected_duration, s.overtime, s.source, s.ended_by, s.was_completed,
                   s.focused_seconds, s.focus_score,
                   coalesce(sum(s.focused_seconds) over earlier, 0) as spent_seconds,
                   count(*) over earlier as session_index
              from focus_sessions s join users u on u.id = s.user_id
             where {_ELIGIBLE} and {_TAKES_PART}
            window earlier as (partition by s.user_id, s.task_id order by s.start_time
                                rows between unbounded preceding and 1 preceding)) as c
      left join tasks t on t.id = c.task_id and t.user_id = c.user_id
     order by c.start_time desc
     limit :limit
    """  # noqa: S608 - fixed fragments, no input
)

_DONE_TASKS = text(
    f"""
    select t.user_id, t.id as task_id, t.task_type, t.estimate_minutes,
           min(s.start_time) as start_time, greatest(t.done_at, max(s.end_time)) as end_time,
           sum(s.focused_seconds) as focused_seconds
      from tasks t join users u on u.id = t.user_id
      join focus_sessions s on s.user_id = t.user_id and s.task_id = t.id
     where t.done_at is not null and t.estimate_minutes is not null
       and {_ELIGIBLE} and {_TAKES_PART}
     group by t.user_id, t.id, t.task_type, t.estimate_minutes, t.done_at
     order by end_time desc
     limit :limit
    """  # noqa: S608 - fixed fragments, no input
)

_ENOUGH = text(
    f"""
    select count(*) from (
      select from focus_sessions s join users u on u.id = s.user_id
       where {_ELIGIBLE} and {_TAKES_PART} limit :limit) as found
    """  # noqa: S608 - fixed fragments, no input
)

# Whoever is locked can't be erased before the models are stored, and takes them along after.
_STILL_HERE = text(
    f"""
    select u.id from users u where u.id = any (:people) and {_TAKES_PART} for key share
    """  # noqa: S608 - fixed fragments, no input
).bindparams(bindparam("people", type_=ARRAY(PG_UUID(as_uuid=True))))


def sessions(transaction: Transaction, limit: int) -> Sequence[RowMapping]:
    """The latest eligible sessions of everybody, at most `limit`."""
    return transaction.execute(_SESSIONS, {"limit": limit}).mappings().all()


def done_tasks(transaction: Transaction, limit: int) -> Sequence[RowMapping]:
    """Totals of the latest done tasks that had an estimate, at most `limit`."""
    return transaction.execute(_DONE_TASKS, {"limit": limit}).mappings().all()


def count_sessions(transaction: Transaction, up_to: int) -> int:
    """Eligible sessions to train on, counted no further than `up_to`."""
    number: int = transaction.execute(_ENOUGH, {"limit": up_to}).scalar_one()
    return number


def all_still_here(transaction: Transaction, people: Iterable[UUID]) -> bool:
    """Whether all of them still take part; holds off their erasure until the transaction ends."""
    asked = set(people)
    found = transaction.execute(_STILL_HERE, {"people": list(asked)}).scalars().all()
    return len(found) == len(asked)
