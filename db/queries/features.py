"""A person's eligible sessions as the feature table needs them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import RowMapping, text

from db.session import Transaction

# One walk along the index on (user_id, start_time).
_SESSIONS = text(
    """
    select s.id, s.start_time, s.end_time, s.focused_seconds, s.expected_duration,
           s.interruption_count, s.was_completed, s.focus_score, s.course_id, t.task_type,
           s.ended_by = 'timer' as ended_by_timer
      from focus_sessions s left join tasks t on t.id = s.task_id and t.user_id = s.user_id
     where s.user_id = :user_id and s.end_time is not null and s.ended_by <> 'auto_close'
       and s.focused_seconds >= 60
     order by s.start_time
    """
)


def sessions(transaction: Transaction, user_id: UUID) -> Sequence[RowMapping]:
    """The eligible sessions in order of their start; `task_type` is the task's today."""
    return transaction.execute(_SESSIONS, {"user_id": user_id}).mappings().all()
