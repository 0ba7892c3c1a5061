-- All that one person may learn of another. Owned by focus_helper, so each function asks for itself
-- who is asking (app.uid()) and whether those it tells about agree at this moment.
--
-- known:  the coach has, or once had, this member by name, so their part can be subtracted.
-- secret: all others. A figure rests on none of them or on at least five.

-- Whether the actor coaches this cohort now: role, ownership, and not closed.
create function app.is_coach_of(cohort uuid) returns boolean
  stable security definer set search_path = public, pg_temp language sql as
$$
  select exists (
    select from cohorts c join users u on u.id = c.user_id
     where c.id = cohort and c.user_id = (select app.uid()) and c.closed_at is null
       and u.role = 'coach' and u.disabled_at is null)
$$;

-- Who is in an open cohort and what each of them agrees to now. What was agreed to before joining
-- (again) does not count.
create function app.members_of(cohort uuid)
  returns table (user_id uuid, coach_aggregates boolean, coach_named boolean, peers boolean,
                 known boolean)
  stable security definer set search_path = public, pg_temp language sql as
$$
  select m.user_id,
         coalesce((select k.granted from consents k
            where k.user_id = m.user_id and k.purpose = 'coach_aggregates'
              and k.cohort_id = cohort and k.at >= m.joined_at order by k.id desc limit 1), false),
         coalesce((select k.granted from consents k
            where k.user_id = m.user_id and k.purpose = 'coach_named'
              and k.cohort_id = cohort and k.at >= m.joined_at order by k.id desc limit 1), false),
         coalesce((select k.granted from consents k
            where k.user_id = m.user_id and k.purpose = 'peers'
              and k.cohort_id = cohort and k.at >= m.joined_at order by k.id desc limit 1), false),
         exists (select from consents k join cohorts other on other.id = k.cohort_id
            where k.user_id = m.user_id and k.purpose = 'coach_named' and k.granted
              and other.user_id = c.user_id)
    from cohorts c join cohort_members m on m.cohort_id = c.id
   where c.id = cohort and c.closed_at is null and m.left_at is null
$$;

-- The weeks (Mondays) from first to last of these people, by their own clocks, also the empty ones
-- since they began. Eligible sessions only, each in the week it started in.
create function app.weeks_of(people uuid[], first date, last date)
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
         s.completion, greatest(least(s.error, 1), -1)::real,
         coalesce(s.slots, array_fill(0, array[8]))
    from who p
    cross join (select g::date as week
                  from generate_series(first::timestamp, last::timestamp, interval '7 days') g) grid
    left join summed s on s.id = p.id and s.week = grid.week
   where grid.week + 7 > (p.began at time zone p.timezone)::date
$$;

-- Tells people that they were looked at; once an hour, not at every click.
create function app.note_look(cohort uuid, seen text, people uuid[]) returns void
  volatile security definer set search_path = public, pg_temp language sql as
$$
  insert into looks (user_id, looker_id, cohort_id, what)
  select p, app.uid(), cohort, seen from unnest(people) p
   where not exists (select from looks l
      where l.user_id = p and l.looker_id = app.uid() and l.cohort_id = cohort
        and l.what = seen and l.at > now() - interval '1 hour')
$$;

-- Takes out of one frozen week those who no longer agree, and with fewer than five of them, others
-- up to five, the same in every week: the new figure less the old one is never one person.
create function app.mend_week(cohort uuid, aim text, least_people integer, monday date)
  returns void volatile security definer set search_path = public, pg_temp language plpgsql as
$$
declare
  was integer;
  staying integer;
begin
  select people into was from cohort_freezes f
   where f.cohort_id = cohort and f.purpose = aim and f.week = monday;
  delete from cohort_weeks w
   where w.cohort_id = cohort and w.purpose = aim and w.week = monday
     and not exists (select from app.members_of(cohort) m
           where m.user_id = w.user_id
             and case aim when 'peers' then m.peers else m.coach_aggregates end);
  select count(*) into staying from cohort_weeks w
   where w.cohort_id = cohort and w.purpose = aim and w.week = monday and w.included;
  if staying = was then
    return;
  end if;
  update cohort_weeks w set included = false
   where w.cohort_id = cohort and w.purpose = aim and w.week = monday and w.user_id in (
     select x.user_id
       from cohort_weeks x join app.members_of(cohort) m on m.user_id = x.user_id
      where x.cohort_id = cohort and x.purpose = aim and x.week = monday and x.included
      order by aim <> 'peers' and m.known, md5(x.user_id::text || current_date)
      limit greatest(5 - (was - staying), 0));
  select count(*) into staying from cohort_weeks w
   where w.cohort_id = cohort and w.purpose = aim and w.week = monday and w.included;
  if staying < least_people then
    delete from cohort_weeks w
     where w.cohort_id = cohort and w.purpose = aim and w.week = monday;
    staying := 0;
  end if;
  update cohort_freezes f set people = staying, frozen_at = now()
   where f.cohort_id = cohort and f.purpose = aim and f.week = monday;
end
$$;

-- Freezes one week: everybody who agrees, the first time; later only newcomers, five at once.
create function app.freeze_week(cohort uuid, aim text, least_people integer, monday date)
  returns void volatile security definer set search_path = public, pg_temp language plpgsql as
$$
declare
  before integer;
  fresh uuid[];
  secret integer;
begin
  select people into before from cohort_freezes f
   where f.cohort_id = cohort and f.purpose = aim and f.week = monday;
  if before = 0 then
    return;  -- its people have left it for good
  end if;
  select array_agg(w.user_id) into fresh
    from app.weeks_of(array(
      select m.user_id from app.members_of(cohort) m
       where case aim when 'peers' then m.peers else m.coach_aggregates end
         and not exists (select from cohort_weeks x
               where x.cohort_id = cohort and x.purpose = aim and x.week = monday
                 and x.user_id = m.user_id)), monday, monday) w;
  select count(*) into secret from app.members_of(cohort) m
   where m.user_id = any(fresh) and (aim = 'peers' or not m.known);
  if secret between 1 and 4 or (before > 0 and secret = 0) then
    if before > 0 then
      return;
    end if;
    select array_agg(m.user_id) into fresh from app.members_of(cohort) m
     where m.user_id = any(fresh) and aim <> 'peers' and m.known;
  end if;
  if coalesce(before, 0) + coalesce(cardinality(fresh), 0) < least_people
     or coalesce(cardinality(fresh), 0) = 0 then
    return;
  end if;
  insert into cohort_weeks (cohort_id, purpose, week, user_id, focused_minutes, completion,
                            estimation_error, slot_minutes)
  select cohort, aim, monday, w.user_id, least(w.focused_minutes, 2400), w.completion,
         w.estimation_error, w.slot_minutes
    from app.weeks_of(fresh, monday, monday) w;
  insert into cohort_freezes as f (cohort_id, purpose, week, people)
  values (cohort, aim, monday, cardinality(fresh))
  on conflict (cohort_id, purpose, week)
  do update set people = f.people + excluded.people, frozen_at = now();
end
$$;

-- Freezes what is due: the last twelve weeks that are over in every zone (on Tuesday, UTC). A week
-- that is out changes at most once until the next Tuesday.
create function app.freeze_cohort(cohort uuid) returns void
  volatile security definer set search_path = public, pg_temp language plpgsql as
$$
declare
  newest constant date :=
    date_trunc('week', (now() at time zone 'UTC') - interval '8 days')::date;
  opened constant timestamptz := (newest + 8)::timestamp at time zone 'UTC';
  aim text;
  least_people integer;
  monday date;
begin
  if not app.is_coach_of(cohort)
     and not exists (select from app.members_of(cohort) m where m.user_id = app.uid()) then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtextextended(cohort::text, 5));
  for aim, least_people in values ('coach_aggregates', 5), ('peers', 11) loop
    for monday in
      select g::date
        from generate_series((newest - 77)::timestamp, newest::timestamp, interval '7 days') g
        left join cohort_freezes f
          on f.cohort_id = cohort and f.purpose = aim and f.week = g::date
       where f.week is null or (f.people > 0 and f.frozen_at < opened)
    loop
      perform app.mend_week(cohort, aim, least_people, monday);
      perform app.freeze_week(cohort, aim, least_people, monday);
      update cohort_freezes f set frozen_at = now()
       where f.cohort_id = cohort and f.purpose = aim and f.week = monday;
    end loop;
  end loop;
  delete from cohort_weeks w where w.cohort_id = cohort and w.week < newest - 77;
  delete from cohort_freezes f where f.cohort_id = cohort and f.week < newest - 77;
end
$$;

-- The rows of the weeks that may be shown at this moment: nobody among them has withdrawn, and the
-- secret ones are none or five and more.
create function app.standing_weeks(cohort uuid, aim text)
  returns table (week date, user_id uuid, focused_minutes integer, completion real,
                 estimation_error real, slot_minutes integer[], known boolean)
  stable security definer set search_path = public, pg_temp language sql as
$$
  with agreeing as materialized (
    select m.user_id, aim <> 'peers' and m.known as known from app.members_of(cohort) m
     where case aim when 'peers' then m.peers else m.coach_aggregates end
  ),
  kept as (
    select w.week, w.user_id, w.focused_minutes, w.completion, w.estimation_error,
           w.slot_minutes, a.known, f.people,
           count(*) over by_week as here,
           count(*) filter (where not a.known) over by_week as secret
      from cohort_freezes f
      join cohort_weeks w using (cohort_id, purpose, week)
      join agreeing a on a.user_id = w.user_id
     where f.cohort_id = cohort and f.purpose = aim and w.included
    window by_week as (partition by w.week)
  )
  select k.week, k.user_id, k.focused_minutes, k.completion, k.estimation_error, k.slot_minutes,
         k.known
    from kept k where k.here = k.people and k.secret not between 1 and 4
$$;

-- The coach's cohorts in numbers: how many joined, how many of them by name.
create function app.cohort_sizes()
  returns table (cohort_id uuid, members integer, named integer)
  stable security definer set search_path = public, pg_temp language sql as
$$
  select c.id, count(m.user_id)::int, (count(*) filter (where m.coach_named))::int
    from cohorts c left join lateral app.members_of(c.id) m on true
   where c.user_id = (select app.uid()) and app.is_coach_of(c.id)
   group by c.id
$$;

-- The group week by week, rounded; null where fewer than five stand behind a figure. `state` is
-- shown, held (somebody withdrew since) or gone. In the mean of focused time one person counts for
-- twice the median at most, and the other two are medians: among people who are alike, one who is
-- not would stand out of a plain mean.
create function app.group_weeks(cohort uuid)
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
             percentile_cont(0.5) within group (order by s.completion) as completion,
             count(s.completion) as completions,
             count(s.completion) filter (where not s.known) as secret_completions,
             percentile_cont(0.5) within group (order by s.estimation_error) as error,
             count(s.estimation_error) as errors,
             count(s.estimation_error) filter (where not s.known) as secret_errors
        from app.standing_weeks(cohort, 'coach_aggregates') s join middles m on m.monday = s.week
       group by s.week
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
                then 5 * round((20 * c.completion)::numeric) end,
           case when c.errors >= 5 and c.secret_errors not between 1 and 4
                then 5 * round((20 * c.error)::numeric) end
      from cohort_freezes f left join counted c on c.monday = f.week
     where f.cohort_id = cohort and f.purpose = 'coach_aggregates' order by f.week;
end
$$;

-- When the group focuses: the mean of the members' shares of each three hours of their own day. A
-- slot of fewer than five people is left out, and with one left out the next smallest is, too.
create function app.group_hours(cohort uuid) returns table (slot integer, share_pct numeric)
  volatile security definer set search_path = public, pg_temp language plpgsql as
$$
begin
  if not app.is_coach_of(cohort) then
    return;
  end if;
  perform app.note_look(cohort, 'group', array(
    select distinct s.user_id from app.standing_weeks(cohort, 'coach_aggregates') s));
  return query
    with spent as (
      select s.user_id, s.known, n - 1 as part, sum(s.slot_minutes[n])::numeric as minutes
        from app.standing_weeks(cohort, 'coach_aggregates') s, generate_series(1, 8) n
       group by 1, 2, 3
    ),
    shares as (
      select x.part, x.known, x.minutes / nullif(sum(x.minutes) over (partition by x.user_id), 0)
               as share
        from spent x
    ),
    slots as (
      select x.part, avg(x.share) as share,
             count(*) filter (where x.share > 0) >= 5
               and count(*) filter (where x.share > 0 and not x.known) not between 1 and 4
               as enough
        from shares x where x.share is not null group by x.part
    ),
    ranked as (
      select x.*, row_number() over (order by x.enough, x.share) as place,
             count(*) filter (where not x.enough) over () as missing
        from slots x
    )
    select r.part, case when r.enough and not (r.missing = 1 and r.place = 2)
                        then 5 * round(20 * r.share) end
      from ranked r order by r.part;
end
$$;

-- How many dropped to less than two thirds of their own past: the last four weeks against those
-- before. Of those who are not known by name; `answer` is few, most (fewer than five the other
-- way), about (with a share) or unknown.
create function app.group_change(cohort uuid) returns table (answer text, dropped_pct numeric)
  volatile security definer set search_path = public, pg_temp language plpgsql as
$$
begin
  if not app.is_coach_of(cohort) then
    return;
  end if;
  perform app.note_look(cohort, 'group', array(
    select distinct s.user_id from app.standing_weeks(cohort, 'coach_aggregates') s));
  return query
    with weeks as (
      select s.*, dense_rank() over (order by s.week desc) <= 4 as recent
        from app.standing_weeks(cohort, 'coach_aggregates') s
    ),
    people as (
      select avg(w.focused_minutes) filter (where w.recent) as now_minutes,
             avg(w.focused_minutes) filter (where not w.recent) as past_minutes,
             count(*) filter (where not w.recent) as past_weeks
        from weeks w where not w.known group by w.user_id
    ),
    counted as (
      select count(*) as n, count(*) filter (where p.now_minutes < p.past_minutes * 2 / 3) as drops
        from people p
       where p.past_weeks >= 3 and p.past_minutes > 0 and p.now_minutes is not null
    )
    select case when n < 10 then 'unknown' when drops < 5 then 'few'
                when n - drops < 5 then 'most' else 'about' end,
           case when n >= 10 and drops >= 5 and n - drops >= 5
                then 10 * round(10.0 * drops / n) end
      from counted;
end
$$;

-- Members who agreed to be named: their last twelve weeks and the present one.
create function app.named_weeks(cohort uuid)
  returns table (user_id uuid, display_name text, week date, focused_minutes integer,
                 sessions integer, completion real, estimation_error real)
  volatile security definer set search_path = public, pg_temp language plpgsql as
$$
declare
  people uuid[];
  this_week constant date := date_trunc('week', now() at time zone 'UTC')::date;
begin
  if not app.is_coach_of(cohort) then
    return;
  end if;
  people := array(select m.user_id from app.members_of(cohort) m where m.coach_named);
  perform app.note_look(cohort, 'list', people);
  return query
    select u.id, u.display_name, w.week, w.focused_minutes, w.sessions, w.completion,
           w.estimation_error
      from users u
      left join app.weeks_of(people, this_week - 84, this_week) w on w.user_id = u.id
     where u.id = any(people) order by lower(u.display_name), u.id, w.week;
end
$$;

-- One named member's profile: its numbers, without what it says about courses.
create function app.named_profile(cohort uuid, member uuid)
  returns table (user_id uuid, display_name text, timezone text,
    avg_focus_duration_minutes integer, avg_break_duration_minutes integer,
    avg_interruption_count numeric, avg_completion_ratio numeric, avg_underestimation_pct numeric,
    peak_focus_hours integer[], peak_focus_days text[], total_sessions_count integer,
    completed_sessions_count integer, sessions_analyzed_count integer,
    last_computed_at timestamptz)
  volatile security definer set search_path = public, pg_temp language plpgsql as
$$
begin
  if not app.is_coach_of(cohort) or not exists (
       select from app.members_of(cohort) m where m.user_id = member and m.coach_named) then
    return;
  end if;
  perform app.note_look(cohort, 'profile', array[member]);
  return query
    select u.id, u.display_name, u.timezone, p.avg_focus_duration_minutes,
           p.avg_break_duration_minutes, p.avg_interruption_count, p.avg_completion_ratio,
           p.avg_underestimation_pct, p.peak_focus_hours, p.peak_focus_days,
           p.total_sessions_count, p.completed_sessions_count, p.sessions_analyzed_count,
           p.last_computed_at
      from users u left join user_focus_profiles p on p.user_id = u.id where u.id = member;
end
$$;

-- A note to a member who agreed to be named; null when they do not (any more).
create function app.leave_note(cohort uuid, member uuid, body text) returns uuid
  volatile security definer set search_path = public, pg_temp language sql as
$$
  insert into feedback_notes (user_id, author_id, cohort_id, body)
  select m.user_id, app.uid(), cohort, leave_note.body from app.members_of(cohort) m
   where app.is_coach_of(cohort) and m.user_id = member and m.coach_named
  returning id
$$;

-- What this coach wrote to a member, and whether it was read.
create function app.notes_for(cohort uuid, member uuid)
  returns table (body text, created_at timestamptz, read_at timestamptz)
  stable security definer set search_path = public, pg_temp language sql as
$$
  select n.body, n.created_at, n.read_at
    from feedback_notes n join app.members_of(cohort) m on m.user_id = n.user_id
   where app.is_coach_of(cohort) and m.user_id = member and m.coach_named
     and n.cohort_id = cohort and n.author_id = (select app.uid())
   order by n.created_at desc
$$;

-- Where the actor stands among those of a cohort who compare: the same rounded quarters for
-- everybody, and in which of three bands the actor is. Nothing below ten others.
create function app.peer_bands(cohort uuid)
  returns table (lower_hours numeric, upper_hours numeric, own_hours numeric, band text)
  stable security definer set search_path = public, pg_temp language sql as
$$
  with weeks as (
    select s.*, dense_rank() over (order by s.week desc) as age
      from app.standing_weeks(cohort, 'peers') s
  ),
  people as (
    select w.user_id, avg(w.focused_minutes) / 60 as hours from weeks w
     where w.age <= 4 group by w.user_id
  ),
  quarters as (
    select round(percentile_cont(0.25) within group (order by p.hours)) as low,
           round(percentile_cont(0.75) within group (order by p.hours)) as high
      from people p having count(*) >= 11
  )
  select q.low::numeric, q.high::numeric, round(p.hours * 2) / 2,
         case when p.hours < q.low then 'lower' when p.hours > q.high then 'upper'
              else 'middle' end
    from quarters q join people p on p.user_id = (select app.uid())
$$;

-- What an invitation leads to. `hindrance` says why the actor can't join: own, member, or another
-- cohort of the same coach, where the two could be told apart by subtraction.
create function app.cohort_by_code(code text)
  returns table (cohort_id uuid, name text, coach text, hindrance text)
  stable security definer set search_path = public, pg_temp language sql as
$$
  select c.id, c.name, u.display_name,
         case when c.user_id = app.uid() then 'own'
              when exists (select from cohort_members m where m.cohort_id = c.id
                     and m.user_id = app.uid() and m.left_at is null) then 'member'
              when exists (select from cohort_members m join cohorts o on o.id = m.cohort_id
                     where o.user_id = c.user_id and o.closed_at is null
                       and m.user_id = app.uid() and m.left_at is null) then 'another' end
    from cohorts c join users u on u.id = c.user_id
   where c.invite_code = code and c.closed_at is null and u.role = 'coach'
     and u.disabled_at is null and app.uid() is not null
$$;

create function app.join_cohort(code text) returns uuid
  volatile security definer set search_path = public, pg_temp language sql as
$$
  insert into cohort_members (cohort_id, user_id)
  select c.cohort_id, app.uid() from app.cohort_by_code(code) c where c.hindrance is null
  on conflict (cohort_id, user_id) where left_at is null do nothing
  returning cohort_id
$$;

create function app.leave_cohort(cohort uuid) returns void
  volatile security definer set search_path = public, pg_temp language sql as
$$
  update cohort_members set left_at = now()
   where cohort_id = cohort and user_id = app.uid() and left_at is null
$$;

create function app.my_cohorts()
  returns table (cohort_id uuid, name text, coach text, joined_at timestamptz,
                 coach_aggregates boolean, coach_named boolean, peers boolean)
  stable security definer set search_path = public, pg_temp language sql as
$$
  select c.id, c.name, u.display_name, m.joined_at, s.coach_aggregates, s.coach_named, s.peers
    from cohort_members m join cohorts c on c.id = m.cohort_id join users u on u.id = c.user_id
    join lateral app.members_of(c.id) s on s.user_id = m.user_id
   where m.user_id = (select app.uid()) and m.left_at is null order by m.joined_at
$$;

create function app.my_looks()
  returns table (at timestamptz, what text, looker text, cohort text)
  stable security definer set search_path = public, pg_temp language sql as
$$
  select l.at, l.what, u.display_name, c.name
    from looks l left join users u on u.id = l.looker_id left join cohorts c on c.id = l.cohort_id
   where l.user_id = (select app.uid()) order by l.at desc limit 500
$$;

create function app.my_notes()
  returns table (id uuid, body text, created_at timestamptz, read_at timestamptz, author text,
                 cohort text)
  stable security definer set search_path = public, pg_temp language sql as
$$
  select n.id, n.body, n.created_at, n.read_at, u.display_name, c.name
    from feedback_notes n left join users u on u.id = n.author_id
    left join cohorts c on c.id = n.cohort_id
   where n.user_id = (select app.uid()) order by n.created_at desc limit 100
$$;

-- The actor's own weeks, as a coach would get them.
create function app.my_weeks()
  returns table (week date, focused_minutes integer, sessions integer, completion real,
                 estimation_error real, slot_minutes integer[])
  stable security definer set search_path = public, pg_temp language sql as
$$
  select w.week, w.focused_minutes, w.sessions, w.completion, w.estimation_error, w.slot_minutes
    from (select date_trunc('week', now() at time zone 'UTC')::date as monday) this
    cross join lateral app.weeks_of(array[app.uid()], this.monday - 84, this.monday) w
   order by w.week
$$;
