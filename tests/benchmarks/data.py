"""People and their sessions by the thousand, made in the database."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import URL, create_engine, text

# As the administrator with triggers off: what the app does for each session that ends is not what
# is measured of those that ended long ago. One session every five hours, none overlapping.
_PEOPLE = text(
    """
    insert into users (username, display_name, timezone)
    select prefix || n, 'Person ' || n,
           (array['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'])
             [n % 4 + 1]
      from generate_series(1, :people) n, (values (cast(:prefix as text))) as p (prefix)
    returning id
    """
)
_COURSES = text(
    """
    insert into courses (user_id, name)
    select u, 'Course ' || n from unnest(cast(:ids as uuid[])) u, generate_series(1, 5) n
    """
)
_TASKS = text(
    """
    insert into tasks (user_id, course_id, title, task_type, estimate_minutes, done_at, updated_at)
    select c.user_id, c.id, c.name || ', task ' || n,
           (array['writing', 'reading', 'exercises', 'research'])[n % 4 + 1],
           (array[30, 60, 90, 120, 240])[n % 5 + 1],
           case when n > 2 then now() - n * interval '3 days' end,
           now() - interval '3 days'
      from courses c, generate_series(1, 6) n where c.user_id = any (:ids)
    """
)
_SESSIONS = text(
    """
    with own as (
      select user_id, array_agg(id order by id) as tasks,
             array_agg(course_id order by id) as courses
        from tasks where user_id = any (:ids) group by 1
    )
    insert into focus_sessions (
      user_id, task_id, course_id, start_time, end_time, actual_start_time, actual_end_time,
      expected_duration, session_type, break_minutes, was_completed, context, focus_score,
      interruption_count, paused_seconds, timezone, ended_by, confirmed_at, created_at, updated_at)
    select user_id, tasks[n % 30 + 1], courses[n % 30 + 1], start, start + length, start,
           start + length, planned, kind, case when n % 3 = 0 then 5 else 0 end, n % 7 < 5,
           case when n % 4 = 0 then 'chapter ' || n % 40 end,
           case when n % 5 < 4 then 1 + n * 7 % 5 end,
           case when n % 3 = 0 then n % 4 else 0 end, 0, 'Europe/Berlin',
           case when kind = 'flowtime' or n % 7 >= 5 then 'user' else 'timer' end,
           start + length, start, start + length
      from (select n, date_trunc('hour', now()) - n * interval '5 hours'
                     + n * 37 % 60 * interval '1 minute' as start,
                   (10 + n * 13 % 80) * interval '1 minute' as length,
                   25 + n % 3 * 10 as planned,
                   case when n % 2 = 0 then 'flowtime' else 'pomodoro' end as kind
              from generate_series(1, :each) n) as made
      cross join own
     order by user_id, start
    """
)


def make_people(
    admin: URL, people: int, sessions_each: int, prefix: str = "bench", *, guarded: bool = True
) -> list[UUID]:
    """People with courses, tasks and a past; returns their ids.

    `guarded` False drops the rule that sessions of a person never overlap, whose index takes
    longer to fill than all the rest.
    """
    engine = create_engine(admin)
    with engine.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        if not guarded:
            connection.execute(
                text("alter table focus_sessions drop constraint focus_sessions_no_overlap")
            )
        ids = list(connection.execute(_PEOPLE, {"people": people, "prefix": prefix}).scalars())
        connection.execute(_COURSES, {"ids": ids})
        connection.execute(_TASKS, {"ids": ids})
        connection.execute(_SESSIONS, {"ids": ids, "each": sessions_each})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
    engine.dispose()
    return ids
