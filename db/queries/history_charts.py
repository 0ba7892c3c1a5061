"""What the charts of a person's history draw, aggregated in the database.

Over eligible sessions only (see focus_core.domain.definitions). The clocks are the person's own:
hours by the zone's rules at that moment, days by beginnings that the caller computed with the day
rule, so that there is one such rule. A few hundred rows leave the database, however long the
history.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import RowMapping, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from db.models.base import Timestamp
from db.session import Transaction

# Weekday 0 is Monday. Success is in eighths, as in profile_refresh, and for the same reason.
_STARTS = text(
    """
    select date_part('hour', local)::int as hour,
           date_part('isodow', local - cast(:day_start as time))::int - 1 as weekday,
           count(*)::int as sessions, sum(was_completed::int)::int as completed,
           sum(case when focus_score is null then 8 * was_completed::int
                    else 4 * was_completed::int + focus_score - 1 end)::int as success_eighths,
           count(expected_duration)::int as estimated,
           count(expected_duration) filter (where ended_by = 'timer')::int as ended_by_timer,
           count(expected_duration) filter (where ended_by <> 'timer' and not was_completed
             and focused_seconds < 60 * expected_duration)::int as stopped_early,
           sum(focused_seconds)::bigint as focused_seconds,
           min(start_time) as first_start, max(start_time) as last_start
      from (select *, start_time at time zone :timezone as local
              from focus_sessions
             where user_id = :user_id and end_time is not null
               and ended_by <> 'auto_close' and focused_seconds >= 60
            offset 0) as s
     group by 1, 2
    """
)

# Day i is [begins[i], begins[i + 1]), found by binary search. A session is cut where a day ends;
# when its pauses were is not asked: each piece gets its share of the focused time by its length.
_DAYS = text(
    """
    with mine as (
      select start_time, end_time, focused_seconds, was_completed,
             extract(epoch from end_time - start_time)::float8 as span
        from focus_sessions
       where user_id = :user_id and end_time is not null
         and ended_by <> 'auto_close' and focused_seconds >= 60
         and end_time > (:begins)[1] and start_time < :until
    ),
    pieces as (
      select i, sum(focused_seconds / span * extract(epoch from
               least(end_time, (:begins)[i + 1]) - greatest(start_time, (:begins)[i]))::float8
             ) as focused_seconds
        from mine, generate_series(
               greatest(1, width_bucket(start_time, :begins)),
               least(:days, width_bucket(end_time - interval '1 microsecond', :begins))) as i
       group by 1
    ),
    started as (
      select width_bucket(start_time, :begins) as i, count(*)::int as sessions,
             sum(was_completed::int)::int as completed
        from mine where start_time >= (:begins)[1] group by 1
    )
    select i - 1 as day, coalesce(focused_seconds, 0) as focused_seconds,
           coalesce(sessions, 0) as sessions, coalesce(completed, 0) as completed
      from pieces full join started using (i) order by i
    """
).bindparams(bindparam("begins", type_=ARRAY(Timestamp)))


def starts(
    transaction: Transaction, user_id: UUID, timezone: str, day_start: time
) -> Sequence[RowMapping]:
    """All sessions by the local hour and the weekday (0 is Monday) in which they started.

    The weekday follows the day rule: before `day_start` it is still the day before.
    """
    parameters = {"user_id": user_id, "timezone": timezone, "day_start": day_start}
    return transaction.execute(_STARTS, parameters).mappings().all()


def days(
    transaction: Transaction, user_id: UUID, begins: Sequence[datetime]
) -> Sequence[RowMapping]:
    """Focused seconds, sessions and completed sessions by day, for the days between `begins`.

    `begins` holds the first moment of each day and, last, the end of the last one. The number
    `day` counts from 0; days without anything are left out. Sessions belong to the day of their
    start, focused seconds to the days they were spent on.
    """
    parameters = {
        "user_id": user_id,
        "begins": list(begins),
        "until": begins[-1],
        "days": len(begins) - 1,
    }
    return transaction.execute(_DAYS, parameters).mappings().all()
