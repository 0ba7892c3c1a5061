"""The one statement that recomputes focus profiles, for one person or for everybody.

Why this shape is fast: each session is read once and its local clock asked once; three hash
aggregations then run over narrow rows of integers. A person's totals are folded from their 24
hours, so they cost no pass of their own. Sorting, JSON and rounding happen after aggregation, on
a few dozen rows a person. People come in as an array that is joined, so that one plan serves one
person (index) and everybody (one sequential scan).

What is counted over which sessions (definitions: focus_core.domain.definitions):

    finished                  has an end
    eligible                  finished, not closed automatically, focused for 60 seconds or more
    total_sessions_count      finished
    completed_sessions_count  finished and completed, so it is a part of the total
    sessions_analyzed_count   eligible; so is everything else here, focus_by_hour included

Success is held in eighths (0 to 8), because completed and a rating of 1 to 5 give whole eighths:
sums stay exact, so equal means compare as equal and the tie rules decide, not the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from db.session import Transaction
from focus_core.domain.definitions import MINIMUM_SESSIONS, PEAK_COUNT, PSEUDO_SESSIONS

REFRESH_PROFILES = text(
    """
with people as materialized (
  select u.id as user_id, u.timezone, date_part('epoch', u.day_start)::int as day_start
    from unnest(:user_ids) as wanted (user_id) join users u on u.id = wanted.user_id
),
clocked as materialized (
  select user_id, course_id, focused, estimate, broke, interruptions, completed, score, eligible,
         local / 3600 % 24 as hour,
         -- Day 0, 1970-01-01, was a Thursday. The day rule: before day_start it is still yesterday.
         (local - day_start) / 86400 % 7 as weekday,
         case when score is null then 8 * completed else 4 * completed + score - 1 end as success,
         focused / (60.0::float8 * estimate) as ratio
    from (select s.user_id, s.course_id, s.focused_seconds as focused,
                 s.expected_duration as estimate, s.break_minutes as broke,
                 s.interruption_count as interruptions, s.was_completed::int as completed,
                 s.focus_score as score, p.day_start,
                 s.focused_seconds >= 60 and s.ended_by <> 'auto_close' as eligible,
                 floor(date_part('epoch', s.start_time at time zone p.timezone))::bigint as local
            from people p join focus_sessions s on s.user_id = p.user_id
           where s.end_time is not null
          offset 0) as s  -- a fence: the zone is asked once a row, not once a mention
),
hours as (  -- sessions that are not eligible gather under no hour
  select user_id, case when eligible then hour end as hour, count(*) as n,
         sum(completed) as completed, sum(focused) as focused, sum(success) as success,
         sum(interruptions) as interruptions,
         sum(broke) as broke, count(*) filter (where broke > 0) as breaks,
         count(ratio) as estimated, sum(ratio) as ratio,
         -- least() ignores nulls: without the filter, no estimate would count as an absurd one.
         sum(least(ratio, 99.99)) filter (where ratio is not null) as capped_ratio
    from clocked group by 1, 2
),
weekdays as (
  select user_id, weekday, count(*) as n, sum(focused) as focused, sum(success) as success
    from clocked where eligible group by 1, 2
),
by_course as (
  select user_id, course_id, count(*) as n, sum(completed) as completed, sum(focused) as focused,
         count(score) as rated, sum(score) as score, count(ratio) as estimated, sum(ratio) as ratio
    from clocked where eligible and course_id is not null group by 1, 2
),
totals as (
  select user_id, sum(n) as finished, sum(completed) as completed,
         sum(n) filter (where hour is not null) as n,
         sum(focused) filter (where hour is not null) as focused,
         sum(success) filter (where hour is not null) as success,
         sum(interruptions) filter (where hour is not null) as interruptions,
         sum(broke) filter (where hour is not null) as broke,
         sum(breaks) filter (where hour is not null) as breaks,
         sum(estimated) filter (where hour is not null) as estimated,
         sum(capped_ratio) filter (where hour is not null) as capped_ratio,
         sum(ratio) filter (where hour is not null) as ratio,
         jsonb_object_agg(hour, n) filter (where hour is not null) as by_hour
    from hours group by 1
  having sum(n) filter (where hour is not null) >= :minimum
),
peak_hours as (
  -- The shrunk mean (S + k * overall) / (n + k), all over once 8 * total n: order is all we need.
  select h.user_id, (array_agg(h.hour::int order by
           ((h.success * t.n + :pseudo * t.success)::float8 / (h.n + :pseudo)) desc,
           h.focused desc, h.hour))[1:cast(:peaks as int)] as hours
    from hours h join totals t on t.user_id = h.user_id
   where h.hour is not null and h.n >= :minimum group by 1
),
peak_days as (
  select d.user_id, (array_agg((cast(:weekdays as text[]))[d.weekday + 1] order by
           ((d.success * t.n + :pseudo * t.success)::float8 / (d.n + :pseudo)) desc,
           d.focused desc, (d.weekday + 3) % 7))[1:cast(:peaks as int)] as days
    from weekdays d join totals t on t.user_id = d.user_id
   where d.n >= :minimum group by 1
),
course_tables as (
  select b.user_id, jsonb_object_agg(b.course_id, jsonb_build_object(
           'name', c.name, 'sessions', b.n, 'completed', b.completed,
           'focused_minutes', round(b.focused / 60.0, 1),
           'completion_rate', round(b.completed / b.n::numeric, 4),
           'avg_focus_score', round(b.score / nullif(b.rated, 0)::numeric, 2),
           'avg_underestimation_pct', case when b.estimated > 0 then round(greatest(-999.99,
              least(999.99, (100 * (1 - b.ratio / b.estimated))::numeric)), 2) end)) as by_course
    from by_course b join courses c on c.id = b.course_id group by 1
),
fresh as (
  select t.*, h.hours, d.days, c.by_course
    from totals t
    left join peak_hours h on h.user_id = t.user_id
    left join peak_days d on d.user_id = t.user_id
    left join course_tables c on c.user_id = t.user_id
),
removed as (
  delete from user_focus_profiles old using people p
   where old.user_id = p.user_id
     and not exists (select from fresh f where f.user_id = p.user_id)
)
insert into user_focus_profiles as old (
  user_id, avg_focus_duration_minutes, avg_break_duration_minutes, avg_interruption_count,
  avg_completion_ratio, avg_underestimation_pct, peak_focus_hours, peak_focus_days,
  total_sessions_count, completed_sessions_count, focus_by_hour, performance_by_course,
  last_computed_at, sessions_analyzed_count)
select user_id, round(focused / (60.0 * n)), round(broke / nullif(breaks, 0)::numeric),
       least(99.99, interruptions / n),
       (capped_ratio / nullif(estimated, 0))::numeric,
       case when estimated > 0 then
         greatest(-999.99, least(999.99, (100 * (1 - ratio / estimated))::numeric)) end,
       coalesce(hours, '{}'), coalesce(days, '{}'), finished, completed,
       cast(:no_hours as jsonb) || by_hour, coalesce(by_course, '{}'),
       statement_timestamp(), n
  from fresh
    on conflict (user_id) do update set
       avg_focus_duration_minutes = excluded.avg_focus_duration_minutes,
       avg_break_duration_minutes = excluded.avg_break_duration_minutes,
       avg_interruption_count = excluded.avg_interruption_count,
       avg_completion_ratio = excluded.avg_completion_ratio,
       avg_underestimation_pct = excluded.avg_underestimation_pct,
       peak_focus_hours = excluded.peak_focus_hours,
       peak_focus_days = excluded.peak_focus_days,
       total_sessions_count = excluded.total_sessions_count,
       completed_sessions_count = excluded.completed_sessions_count,
       focus_by_hour = excluded.focus_by_hour,
       performance_by_course = excluded.performance_by_course,
       last_computed_at = excluded.last_computed_at,
       sessions_analyzed_count = excluded.sessions_analyzed_count,
       updated_at = now()
 -- Whoever began earlier saw less: a slow refresh never overwrites a later one.
 where old.last_computed_at <= excluded.last_computed_at
"""
).bindparams(bindparam("user_ids", type_=ARRAY(Uuid())), bindparam("weekdays"))

# In the order of `weekday` above.
_WEEKDAYS_FROM_THURSDAY = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
_NO_HOURS = "{" + ", ".join(f'"{hour}": 0' for hour in range(24)) + "}"


def refresh_profiles(transaction: Transaction, user_ids: Sequence[UUID]) -> None:
    """Recompute the profiles of `user_ids`; those with too few eligible sessions lose theirs.

    As the scheduler this reaches everybody, as a person only themselves. Any row that can't be
    computed (an unknown time zone) fails the whole statement.
    """
    transaction.execute(
        REFRESH_PROFILES,
        {
            "user_ids": list(user_ids),
            "minimum": MINIMUM_SESSIONS,
            "pseudo": PSEUDO_SESSIONS,
            "peaks": PEAK_COUNT,
            "weekdays": _WEEKDAYS_FROM_THURSDAY,
            "no_hours": _NO_HOURS,
        },
    )
