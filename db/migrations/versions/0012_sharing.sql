-- The mean of the middle half of these numbers, nulls left out: a quarter of them on either side
-- counts nothing, and what the quarter cuts through counts in part. It is nobody's own number, as a
-- median is, and one person is at most 1 / (half their number) of it.
create function app.middle_mean(numbers real[]) returns double precision
  immutable security definer set search_path = public, pg_temp language sql as
$$
  select sum(x.number * greatest(0, least(x.place, 0.75 * x.n) - greatest(x.place - 1, 0.25 * x.n)))
           / (max(x.n) / 2.0)
    from (select number, row_number() over (order by number) as place, count(*) over () as n
            from unnest(numbers) number where number is not null) x
$$;

-- The weeks (Mondays) from first to last of these people, by their own clocks, also the empty ones
-- since they began. Eligible sessions only, each in the week it started in.
create or replace function app.weeks_of(people uuid[], first date, last date)
  returns table (user_id uuid, week date, focused_minutes integer, sessions integer,
                 completion real, estimation_error real, slot_minutes integer[])
  stable security definer set search_path = public, pg_temp language sql as
$$
  with who as (
    select u.id, u.timezone, u.day_start,
           least(u.created_at, (select min(s.start_time) from focus_sessions s
                                 where s.user_id = u.id)) as began
      from users u where u.id = any(people)
  ),
  mine as (
    select p.id, s.focused_seconds / 60.0 as minutes, s.was_completed::int as completed,
           (s.expected_duration - s.focused_seconds / 60.0) / s.expected_duration as error,
           date_trunc('week', s.start_time at time zone p.timezone - p.day_start)::date as week,
           date_part('hour', s.start_time at time zone p.timezone)::int / 3 as slot
      from who p join focus_sessions s on s.user_id = p.id
     where s.end_time is not null and s.ended_by <> 'auto_close' and s.focused_seconds >= 60
       and s.start_time >= ((first - 2)::timestamp at time zone 'UTC')
       and s.start_time < ((last + 9)::timestamp at time zone 'UTC')
  ),
  summed as (
    select m.id, m.week, sum(minutes) as minutes, count(*)::int as sessions,
           avg(completed)::real as completion, avg(error) as error,
           array[
             coalesce(sum(minutes) filter (where slot = 0), 0)::int,
             coalesce(sum(minutes) filter (where slot = 1), 0)::int,
             coalesce(sum(minutes) filter (where slot = 2), 0)::int,
             coalesce(sum(minutes) filter (where slot = 3), 0)::int,
             coalesce(sum(minutes) filter (where slot = 4), 0)::int,
             coalesce(sum(minutes) filter (where slot = 5), 0)::int,
             coalesce(sum(minutes) filter (where slot = 6), 0)::int,
             coalesce(sum(minutes) filter (where slot = 7), 0)::int] as slots
      from mine m group by m.id, m.week
  )
  select p.id, grid.week, coalesce(round(s.minutes), 0)::int, coalesce(s.sessions, 0),
         s.completion,
         -- least() and greatest() ignore nulls: an error of nothing would count as one of 100 %.
         case when s.error is not null then greatest(least(s.error, 1), -1)::real end,
         coalesce(s.slots, array_fill(0, array[8]))
    from who p
    cross join (select g::date as week
                  from generate_series(first::timestamp, last::timestamp, interval '7 days') g) grid
    left join summed s on s.id = p.id and s.week = grid.week
   where grid.week + 7 > (p.began at time zone p.timezone)::date
$$;

-- The group week by week, rounded; null where fewer than five stand behind a figure. `state` is
-- shown, held (somebody withdrew since) or gone. In the mean of focused time one person counts for
-- twice the median at most, and the other two are means of the middle half: among people who are
-- alike, one who is not would stand out of a plain mean. Those two are rounded so that one of
-- them tells who knows all the others a person's own to 25 points at best: to 10 % below ten people.
create or replace function app.group_weeks(cohort uuid)
  returns table (week date, state text, people text, focused_hours numeric, active_pct numeric,
                 completion_pct numeric, estimation_error_pct numeric)
  volatile security definer set search_path = public, pg_temp language plpgsql as
$$
begin
  if not app.is_coach_of(cohort) then
    return;
  end if;
  perform app.note_look(cohort, 'group', array(
    select distinct s.user_id from app.standing_weeks(cohort, 'coach_aggregates') s));
  return query
    with middles as (
      select s.week as monday,
             percentile_cont(0.5) within group (order by s.focused_minutes) as median
        from app.standing_weeks(cohort, 'coach_aggregates') s group by s.week
    ),
    counted as (
      select s.week as monday, count(*) as n,
             avg(least(s.focused_minutes, greatest(2 * m.median, 120)))::numeric as minutes,
             count(*) filter (where not s.known) as secret,
             count(*) filter (where s.focused_minutes > 0 and s.known) as known_active,
             count(*) filter (where s.focused_minutes > 0 and not s.known) as secret_active,
             app.middle_mean(array_agg(s.completion))::numeric as completion,
             count(s.completion) as completions,
             count(s.completion) filter (where not s.known) as secret_completions,
             app.middle_mean(array_agg(s.estimation_error))::numeric as error,
             count(s.estimation_error) as errors,
             count(s.estimation_error) filter (where not s.known) as secret_errors
        from app.standing_weeks(cohort, 'coach_aggregates') s join middles m on m.monday = s.week
       group by s.week
    ),
    stepped as (
      select c.*, case when c.completions < 10 then 10 else 5 end as completion_step,
             case when c.errors < 10 then 10 else 5 end as error_step
        from counted c
    )
    select f.week,
           case when c.n is not null then 'shown' when f.people = 0 then 'gone' else 'held' end,
           case when c.n < 10 then '5 to 9' when c.n < 20 then '10 to 19'
                when c.n < 50 then '20 to 49' when c.n < 100 then '50 to 99'
                when c.n >= 100 then '100 or more' end,
           round(c.minutes / 30) / 2,
           case when c.secret = 0 then 5 * round(20.0 * c.known_active / c.n)
                when c.secret >= 10 then 5 * round(20.0 / c.n * (
                  c.known_active + least(greatest(c.secret_active, 5), c.secret - 5))) end,
           case when c.completions >= 5 and c.secret_completions not between 1 and 4
                then c.completion_step * round(100 * c.completion / c.completion_step) end,
           case when c.errors >= 5 and c.secret_errors not between 1 and 4
                then c.error_step * round(100 * c.error / c.error_step) end
      from cohort_freezes f left join stepped c on c.monday = f.week
     where f.cohort_id = cohort and f.purpose = 'coach_aggregates' order by f.week;
end
$$;

-- The groups the actor is or was in, by the names that stand under Sharing; also those closed.
create function app.my_groups() returns table (cohort_id uuid, cohort text, coach text)
  stable security definer set search_path = public, pg_temp language sql as
$$
  select c.id, c.name, u.display_name
    from cohorts c join users u on u.id = c.user_id
   where c.id in (select m.cohort_id from cohort_members m where m.user_id = (select app.uid()))
$$;
