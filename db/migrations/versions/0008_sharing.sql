-- What a coach learns of a named member, and the member in their preview: the same by its type.
create type app.shared_profile as (
  avg_focus_duration_minutes integer,
  avg_break_duration_minutes integer,
  avg_interruption_count numeric,
  avg_underestimation_pct numeric,
  total_sessions_count integer,
  completed_sessions_count integer,
  sessions_analyzed_count integer,
  success double precision,
  peak_focus_hours integer[],
  peak_hour_sessions integer[],
  peak_hour_success double precision[],
  peak_focus_days text[],
  peak_day_sessions integer[],
  peak_day_success double precision[]
);

-- The numbers of one profile, without a word about courses, and how much is behind each peak.
-- Success is the mean over eligible sessions, 0 to 1; all of it null without a profile.
create function app.profile_of(person uuid) returns setof app.shared_profile
  stable security definer set search_path = public, pg_temp language sql as
$$
  with mine as (
    select date_part('hour', s.local)::integer as hour,
           (array['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'])
             [date_part('isodow', s.local - s.day_start)::integer] as day,
           case when s.focus_score is null then s.was_completed::integer
                else (s.was_completed::integer + (s.focus_score - 1) / 4.0) / 2 end as success
      from (select f.start_time at time zone u.timezone as local, u.day_start, f.was_completed,
                   f.focus_score
              from users u join focus_sessions f on f.user_id = u.id
             where u.id = person and f.end_time is not null and f.ended_by <> 'auto_close'
               and f.focused_seconds >= 60) s
  ),
  profile as (
    select p.user_id, p.avg_focus_duration_minutes, p.avg_break_duration_minutes,
           p.avg_interruption_count, p.avg_underestimation_pct, p.total_sessions_count,
           p.completed_sessions_count, p.sessions_analyzed_count, p.peak_focus_hours,
           p.peak_focus_days
      from (select person as id) one left join user_focus_profiles p on p.user_id = one.id
  ),
  by_hour as (
    select array_agg(h.n order by h.place) as sessions,
           array_agg(h.success order by h.place) as success
      from (select peak.place, count(m.hour)::integer as n, avg(m.success)::float8 as success
              from profile p
             cross join unnest(p.peak_focus_hours) with ordinality peak (hour, place)
              left join mine m on m.hour = peak.hour
             group by peak.place) h
  ),
  by_day as (
    select array_agg(d.n order by d.place) as sessions,
           array_agg(d.success order by d.place) as success
      from (select peak.place, count(m.day)::integer as n, avg(m.success)::float8 as success
              from profile p
             cross join unnest(p.peak_focus_days) with ordinality peak (day, place)
              left join mine m on m.day = peak.day
             group by peak.place) d
  )
  select p.avg_focus_duration_minutes, p.avg_break_duration_minutes, p.avg_interruption_count,
         p.avg_underestimation_pct, p.total_sessions_count, p.completed_sessions_count,
         p.sessions_analyzed_count,
         case when p.user_id is not null then (select avg(m.success)::float8 from mine m) end,
         p.peak_focus_hours, h.sessions, h.success, p.peak_focus_days, d.sessions, d.success
    from profile p cross join by_hour h cross join by_day d
$$;

-- One named member's profile. Whoever agreed to the words of 2026-11 did not agree to telling how
-- much success is behind their peaks, so that stays null until they agree to newer ones.
create function app.named_profile(cohort uuid, member uuid) returns setof app.shared_profile
  volatile security definer set search_path = public, pg_temp language plpgsql as
$$
declare
  shown app.shared_profile;
begin
  if not app.is_coach_of(cohort) or not exists (
       select from app.members_of(cohort) m where m.user_id = member and m.coach_named) then
    return;
  end if;
  perform app.note_look(cohort, 'profile', array[member]);
  select * into shown from app.profile_of(member);
  if (select k.wording_version from consents k
       where k.user_id = member and k.purpose = 'coach_named' and k.cohort_id = cohort
       order by k.id desc limit 1) = '2026-11' then
    shown.success := null;
    shown.peak_hour_sessions := null;
    shown.peak_hour_success := null;
    shown.peak_day_sessions := null;
    shown.peak_day_success := null;
  end if;
  return next shown;
end
$$;

-- The actor's own, as a coach would get it.
create function app.my_shared_profile() returns setof app.shared_profile
  stable security definer set search_path = public, pg_temp language sql as
$$
  select * from app.profile_of((select app.uid()))
$$;

-- Ends one named member's time in a cohort, with what they agreed to there. Those who are not named
-- a coach can't tell apart, so neither can they be removed. False when there is nobody to remove.
create function app.remove_member(cohort uuid, member uuid) returns boolean
  volatile security definer set search_path = public, pg_temp language plpgsql as
$$
begin
  if not app.is_coach_of(cohort) or not exists (
       select from app.members_of(cohort) m where m.user_id = member and m.coach_named) then
    return false;
  end if;
  insert into consents (user_id, purpose, cohort_id, granted, wording_version)
  select member, newest.purpose, cohort, false, newest.wording_version
    from (select distinct on (k.purpose) k.purpose, k.granted, k.wording_version
            from consents k where k.user_id = member and k.cohort_id = cohort
           order by k.purpose, k.id desc) newest
   where newest.granted;
  delete from cohort_weeks w where w.cohort_id = cohort and w.user_id = member;
  update cohort_members m set left_at = now(), removed = true
   where m.cohort_id = cohort and m.user_id = member and m.left_at is null;
  return true;
end
$$;

-- Cohorts the actor was removed from in the last ninety days and has not joined again.
create function app.my_removals() returns table (cohort text, coach text, at timestamptz)
  stable security definer set search_path = public, pg_temp language sql as
$$
  select c.name, u.display_name, max(m.left_at)
    from cohort_members m join cohorts c on c.id = m.cohort_id join users u on u.id = c.user_id
   where m.user_id = (select app.uid())
   group by c.id, u.id
  having bool_or(m.removed and m.left_at > now() - interval '90 days')
     and bool_and(m.left_at is not null)
   order by max(m.left_at) desc
$$;

-- What the actor wrote as a coach. To whom it went is told by a pseudonym, the same for all notes
-- to one person.
create function app.notes_i_wrote()
  returns table (written_to text, cohort_id uuid, body text, created_at timestamptz)
  stable security definer set search_path = public, pg_temp language sql as
$$
  select substr(encode(sha256(convert_to(n.user_id::text || n.author_id::text, 'UTF8')), 'hex'),
                1, 16),
         n.cohort_id, n.body, n.created_at
    from feedback_notes n where n.author_id = (select app.uid()) order by n.created_at
$$;

-- What the log says about the actor, or that the actor did; nobody else is named.
create function app.my_log()
  returns table (at timestamptz, action text, detail text, by_you boolean, about_you boolean)
  stable security definer set search_path = public, pg_temp language sql as
$$
  select l.at, l.action, l.detail, l.actor_id is not distinct from (select app.uid()),
         l.subject_id is not distinct from (select app.uid())
    from audit_log l where (select app.uid()) in (l.actor_id, l.subject_id) order by l.at, l.id
$$;
