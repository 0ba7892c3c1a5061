"""The numbers that insights compare. Hours and days are local to the person, by the zone's rules
at that moment; a session that is not eligible is left out everywhere.

Both read one range of the index on (user_id, start_time) and send back a few numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, text

from db.session import Transaction

_ELIGIBLE = "s.end_time is not null and s.ended_by <> 'auto_close' and s.focused_seconds >= 60"

# Nothing stopped the clock at the plan, so the length can be held against the estimate. (A timer
# that ends a session says no more than "at least as long".) Abandoned work has no length.
_FAIR_ESTIMATE = """s.was_completed and s.expected_duration is not null
                and (s.session_type = 'flowtime' or s.overtime or s.source <> 'timer')"""

_LOG_RATIO = "ln(s.focused_seconds / (60.0::float8 * s.expected_duration))"

# Strictly what was known when the session started: what ended by then.
_BEFORE = text(
    f"""
    select count(*) as n,
           avg(focused) / 60 as mean_minutes,
           avg(interruptions) as mean_interruptions,
           count(score) as rated_n,
           avg(score) as mean_score,
           count(log_ratio) as estimated_n,
           avg(log_ratio) as typical_log_ratio
      from (select s.focused_seconds::float8 as focused, s.interruption_count::float8
                     as interruptions, s.focus_score::float8 as score,
                   case when {_FAIR_ESTIMATE} then {_LOG_RATIO} end as log_ratio
              from focus_sessions s
             where s.user_id = :user_id and s.id <> :session_id
               and s.start_time >= :since and s.start_time < :started
               and s.end_time <= :started and {_ELIGIBLE}) as past
    """  # noqa: S608 - fixed fragments, no input
)

# One row for each local day, part of day, course, band of planned length and level of interruption:
# sums that any of the comparisons can be folded from, never more than there are sessions. Flowtime
# has an estimate but no planned length; imports seldom know of interruptions.
_TALLIES = text(
    f"""
    select (local - day_start)::date as day,
           case when hour between 5 and 11 then 'morning'
                when hour between 12 and 16 then 'afternoon'
                when hour between 17 and 21 then 'evening'
                else 'night' end as part,
           course_id, course, length, interruptions,
           count(*) as n, sum(completed) as completed,
           count(score) as rated_n, sum(score) as score, sum(score * score) as score_squares,
           count(log_ratio) as estimated_n, sum(log_ratio) as log_ratio,
           sum(log_ratio * log_ratio) as log_ratio_squares
      from (select clocked.*, date_part('hour', local) as hour
              from (select s.start_time at time zone u.timezone as local,
                           u.day_start::interval as day_start,
                           s.course_id, c.name as course,
                           case when s.session_type <> 'flowtime'
                             then width_bucket(s.expected_duration, cast(:edges as integer[]))
                             end as length,
                           case when s.source not like 'import:%'
                             then least(s.interruption_count, :several) end as interruptions,
                           s.was_completed::int as completed,
                           s.focus_score::float8 as score,
                           case when {_FAIR_ESTIMATE} then {_LOG_RATIO} end as log_ratio
                      from focus_sessions s join users u on u.id = s.user_id
                           left join courses c on c.id = s.course_id and c.user_id = s.user_id
                     where s.user_id = :user_id and s.start_time >= :since and {_ELIGIBLE}
                    offset 0) as clocked) as parted  -- the zone is asked once a row
     group by 1, 2, 3, 4, 5, 6
    """  # noqa: S608 - fixed fragments, no input
)

# The task that was worked on most often and then left lying the longest.
_LEFT_LYING = text(
    """
    select t.id as task_id, t.title, count(*) as n, sum(s.focused_seconds) / 60 as focused_minutes,
           min(s.start_time) as first_start, max(s.end_time) as last_end
      from focus_sessions s join tasks t on t.id = s.task_id and t.user_id = s.user_id
     where s.user_id = :user_id and s.start_time >= :since and s.end_time is not null
       and t.done_at is null
     group by t.id, t.title
    having count(*) >= :sessions and max(s.end_time) < :untouched_since
     order by max(s.end_time), t.id
     limit 1
    """
)

_FORGOTTEN = text(
    """
    select count(*) from focus_sessions s
     where s.user_id = :user_id and s.start_time >= :since and s.ended_by = 'auto_close'
    """
)


def before(
    transaction: Transaction, user_id: UUID, session_id: UUID, started: datetime, since: datetime
) -> RowMapping:
    """Means over the eligible sessions that had ended when this one started; one row."""
    parameters = {
        "user_id": user_id,
        "session_id": session_id,
        "started": started,
        "since": since,
    }
    return transaction.execute(_BEFORE, parameters).mappings().one()


def tallies(
    transaction: Transaction,
    user_id: UUID,
    since: datetime,
    *,
    length_edges: Sequence[int],
    several: int,
) -> Sequence[RowMapping]:
    """Sums over the eligible sessions by local day and by all that is compared.

    `length` counts the `length_edges` (planned minutes) that were reached and is None without a
    plan; `interruptions` counts up to `several` and is None where nobody counted; `course_id` and
    its name `course` are None without one.
    """
    parameters = {
        "user_id": user_id,
        "since": since,
        "edges": list(length_edges),
        "several": several,
    }
    return transaction.execute(_TALLIES, parameters).mappings().all()


def left_lying(
    transaction: Transaction,
    user_id: UUID,
    *,
    since: datetime,
    untouched_since: datetime,
    sessions: int,
) -> RowMapping | None:
    """The unfinished task with at least so many sessions that was left the longest, if any."""
    parameters = {
        "user_id": user_id,
        "since": since,
        "untouched_since": untouched_since,
        "sessions": sessions,
    }
    return transaction.execute(_LEFT_LYING, parameters).mappings().first()


def forgotten(transaction: Transaction, user_id: UUID, since: datetime) -> int:
    """Sessions that were closed automatically and not corrected yet."""
    number: int = transaction.execute(_FORGOTTEN, {"user_id": user_id, "since": since}).scalar_one()
    return number
