"""Members can be removed, releases withdrawn, looks swept; people get what the log says of them.

Also: nobody erases the last administrator of others, and a coach gets no more of a profile than the
page needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"

TABLES = """
alter table cohort_members add column removed boolean not null default false;  -- by the coach

-- A coach who removes somebody ends their consent, so the actor may be another person, and go.
alter table consents alter column actor_id drop not null;
-- Within this transaction the owner may look at the rows that the new key is checked against.
alter table consents no force row level security;
alter table users no force row level security;
alter table consents add constraint consents_actor_id_fkey
  foreign key (actor_id) references users on delete set null;
alter table consents force row level security;
alter table users force row level security;

-- A release that was withdrawn keeps its record and loses its rows.
alter table research_releases alter column rows drop not null;
alter table research_releases add column withdrawn_at timestamptz;
alter table research_releases add constraint research_releases_rows_check
  check ((rows is null) = (withdrawn_at is not null));
"""

POLICIES = """
-- The helper can end consent in somebody's name and never give it.
create policy help_end on consents for insert to focus_helper with check (not granted);
create policy help on audit_log for select to focus_helper using (true);
grant insert (user_id, purpose, cohort_id, granted, wording_version) on consents to focus_helper;
grant update (removed) on cohort_members to focus_helper;
grant select (focus_score) on focus_sessions to focus_helper;
grant select on audit_log to focus_helper;

create policy schedule on looks to focus_scheduler using (true);
grant select (at), delete on looks to focus_scheduler;

create policy withdraw_only on research_releases as restrictive for update to focus_research
  using (withdrawn_at is null) with check (withdrawn_at is not null);
grant update (rows, withdrawn_at) on research_releases to focus_research;
create policy write_withdrawal on audit_log for insert to focus_research
  with check (actor_id = (select app.uid()) and action = 'withdrew a release');
grant insert (actor_id, action, subject_id, detail) on audit_log to focus_research;

grant select (role) on users to focus_privacy;
grant select (withdrawn_at) on research_releases to focus_privacy;
"""

PRIVACY = """
-- Whether this person is the only administrator of others. Who waits to be erased is no other.
create function app.must_stay(person uuid) returns boolean
  stable security definer set search_path = public, pg_temp language sql as
$$
  select exists (select from users u
                  where u.id = person and u.role = 'admin' and u.disabled_at is null)
     and exists (select from users o where o.id <> person and not o.demo)
     and not exists (select from users a
           where a.id <> person and a.role = 'admin' and a.disabled_at is null
             and not exists (select from account_erasures e where e.user_id = a.id))
$$;

create or replace function app.erase_due() returns setof uuid
  security definer set search_path = public, pg_temp language sql as
$$
  delete from users u using account_erasures e
   where e.user_id = u.id and e.due_at <= now() and not app.must_stay(u.id) returning u.id
$$;

create function app.my_releases()
  returns table (id uuid, tier text, period_start date, period_end date, subjects integer,
                 created_at timestamptz, withdrawn_at timestamptz)
  stable security definer set search_path = public, pg_temp language sql as
$$
  select r.id, r.tier, r.period_start, r.period_end, r.subjects, r.created_at, r.withdrawn_at
    from research_releases r join release_subjects b on b.release_id = r.id
   where b.user_id = (select app.uid()) order by r.created_at desc
$$;
"""

SHARING = Path(__file__).with_name("0008_sharing.sql")

OF_THE_HELPER = {
    "profile_of(uuid)": None,
    "named_profile(uuid, uuid)": "focus_app",
    "my_shared_profile()": "focus_app",
    "remove_member(uuid, uuid)": "focus_app",
    "my_removals()": "focus_app",
    "notes_i_wrote()": "focus_app",
    "my_log()": "focus_app",
}
OF_PRIVACY = {
    "must_stay(uuid)": "focus_app, focus_sign_in",
    "my_releases()": "focus_app",
}

AS_BEFORE = """
create or replace function app.erase_due() returns setof uuid
  security definer set search_path = public, pg_temp language sql as
$$
  delete from users u using account_erasures e
   where e.user_id = u.id and e.due_at <= now() returning u.id
$$;

create function app.my_releases()
  returns table (id uuid, tier text, period_start date, period_end date, subjects integer,
                 created_at timestamptz)
  stable security definer set search_path = public, pg_temp language sql as
$$
  select r.id, r.tier, r.period_start, r.period_end, r.subjects, r.created_at
    from research_releases r join release_subjects b on b.release_id = r.id
   where b.user_id = (select app.uid()) order by r.created_at desc
$$;

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
"""

HANDED_BACK = """
drop policy help_end on consents;
drop policy help on audit_log;
revoke insert (user_id, purpose, cohort_id, granted, wording_version) on consents
  from focus_helper;
revoke select (focus_score) on focus_sessions from focus_helper;
revoke all on audit_log from focus_helper;
drop policy schedule on looks;
revoke all on looks from focus_scheduler;
drop policy withdraw_only on research_releases;
revoke update (rows, withdrawn_at) on research_releases from focus_research;
drop policy write_withdrawal on audit_log;
revoke insert (actor_id, action, subject_id, detail) on audit_log from focus_research;
revoke select (role) on users from focus_privacy;

alter table research_releases drop constraint research_releases_rows_check,
  drop column withdrawn_at, alter column rows set not null;
alter table consents drop constraint consents_actor_id_fkey, alter column actor_id set not null;
alter table cohort_members drop column removed;
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(POLICIES)
    op.execute("drop function app.named_profile(uuid, uuid); drop function app.my_releases()")
    # Their bodies are for their owner-to-be, not for who migrates, whom the policies stop.
    op.execute("set local check_function_bodies = off")
    _make(SHARING.read_text(), OF_THE_HELPER, "focus_helper")
    _make(PRIVACY, OF_PRIVACY, "focus_privacy")


def downgrade() -> None:
    """Fails, and changes nothing, where a release was withdrawn or an actor of a consent erased."""
    for function in (*reversed(OF_THE_HELPER), *OF_PRIVACY):
        op.execute(f"drop function app.{function}")
    op.execute("drop type app.shared_profile")
    op.execute(HANDED_BACK)
    op.execute("set local check_function_bodies = off")
    before = {"named_profile(uuid, uuid)": "focus_app"}
    _make(AS_BEFORE, before, "focus_helper")
    _hand_over({"my_releases()": "focus_app"}, "focus_privacy")


def _make(functions: str, named: Mapping[str, str | None], owner: str) -> None:
    op.execute(functions)
    _hand_over(named, owner)


def _hand_over(named: Mapping[str, str | None], owner: str) -> None:
    op.execute(f"grant create on schema app to {owner}")  # what taking over a function needs
    for function, role in named.items():
        op.execute(f"revoke all on function app.{function} from public")
        if role:
            op.execute(f"grant execute on function app.{function} to {role}")
        op.execute(f"alter function app.{function} owner to {owner}")
    op.execute(f"revoke create on schema app from {owner}")
