"""Forecasts as they were issued beside what came of them.

A forecast's own columns are never asked of the session or the task again: what either says now may
have been corrected since. Only the outcome is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, text

from db.session import Transaction

_ELIGIBLE = "s.end_time is not null and s.ended_by <> 'auto_close' and s.focused_seconds >= 60"

# A task is forecast anew at each of its sessions; only the first of them, made before any work on
# it, is held against the total once the task is done. Months are the person's own.
_ROWS = text(
    f"""
    with firsts as (
      select distinct on (s.task_id) s.task_id, p.session_id, p.spent_minutes
        from session_predictions p
        join focus_sessions s on s.id = p.session_id and s.user_id = p.user_id
       where p.user_id = :user_id and p.target = 'task_minutes' and s.task_id is not null
       order by s.task_id, s.start_time, s.id
    ),
    totals as (
      select f.session_id, sum(s.focused_seconds) filter (where {_ELIGIBLE}) as focused_seconds
        from firsts f
        join tasks t on t.id = f.task_id and t.user_id = :user_id and t.done_at is not null
        join focus_sessions s on s.task_id = f.task_id and s.user_id = :user_id
       where coalesce(f.spent_minutes, 0) = 0
       group by f.session_id
    )
    select p.target, p.model_version, p.estimate_minutes, p.p50_minutes, p.low80_minutes,
           p.high80_minutes, p.probability, p.score_probabilities, p.baseline,
           p.baseline_score_probabilities, s.start_time,
           (s.start_time at time zone u.timezone - u.day_start)::date as day,
           date_trunc('month', s.start_time at time zone u.timezone - u.day_start)::date as month,
           p.target = 'session_minutes' and coalesce(s.ended_by = 'timer', false) as cut_off,
           (case p.target when 'task_minutes' then totals.focused_seconds / 60.0
                          else case when {_ELIGIBLE} then
                            case p.target when 'session_minutes' then s.focused_seconds / 60.0
                                          when 'completion' then s.was_completed::int
                                          else s.focus_score end end
             end)::float8 as outcome
      from session_predictions p
      join focus_sessions s on s.id = p.session_id and s.user_id = p.user_id
      join users u on u.id = p.user_id
      left join firsts on firsts.session_id = p.session_id
      left join totals on totals.session_id = p.session_id
     where p.user_id = :user_id and p.target = any(:targets) and s.start_time >= :since
       and (p.target <> 'task_minutes'
            or (firsts.session_id is not null and coalesce(p.spent_minutes, 0) = 0))
     order by s.start_time, s.id
    """  # noqa: S608 - fixed fragments, no input
)

_COUNTS = text(
    """
    select count(*) as sessions,
           count(*) filter (where s.ended_by = 'timer') as cut_off,
           count(*) filter (where p.session_id is null and s.ended_by = 'user'
                              and s.source = 'timer' and s.session_type <> 'flowtime'
                              and not s.overtime) as stopped
      from focus_sessions s
      left join session_predictions p
        on p.session_id = s.id and p.user_id = s.user_id and p.target = 'session_minutes'
     where s.user_id = :user_id and s.start_time >= :since
    """
)


def forecasts(
    transaction: Transaction, user_id: UUID, targets: Sequence[str], since: datetime
) -> Sequence[RowMapping]:
    """The forecasts of sessions that started at `since` or later, oldest first.

    `outcome` is minutes, 0 or 1, or the rating; None while it is not known. `cut_off`: a timer
    ended the session, so that its length says no more than "at least".
    """
    parameters = {"user_id": user_id, "targets": list(targets), "since": since}
    return transaction.execute(_ROWS, parameters).mappings().all()


def counts(transaction: Transaction, user_id: UUID, since: datetime) -> RowMapping:
    """How many `sessions` started at `since` or later, forecast or not; of these how many a timer
    ended (`cut_off`), and how many were `stopped` by hand before theirs would have."""
    parameters = {"user_id": user_id, "since": since}
    return transaction.execute(_COUNTS, parameters).mappings().one()
