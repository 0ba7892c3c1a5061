"""Cohorts, consent, who looked at whom; what an administrator sets and what they did.

Nobody's rows are opened to anybody else. What a coach or a peer may learn they get from functions
(0005_sharing.sql) that ask for consent themselves and give out numbers.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"

COHORTS = """
create table cohorts (
  id uuid primary key default app.new_id(),
  user_id uuid not null references users on delete cascade,  -- the coach
  name text not null check (length(name) between 1 and 80),
  invite_code text not null unique check (length(invite_code) between 12 and 64),
  created_at timestamptz not null default now(),
  closed_at timestamptz
);
create index ix_cohorts_user_id on cohorts (user_id);

create table cohort_members (
  id uuid primary key default app.new_id(),
  cohort_id uuid not null references cohorts on delete cascade,
  user_id uuid not null references users on delete cascade,
  joined_at timestamptz not null default now(),
  left_at timestamptz
);
create unique index cohort_members_once on cohort_members (cohort_id, user_id)
  where left_at is null;
create index ix_cohort_members_user_id on cohort_members (user_id);

-- The log only grows. A cohort that is gone stays in it by its id: no foreign key.
create table consents (
  id bigint generated always as identity primary key,
  user_id uuid not null references users on delete cascade,
  purpose text not null
    check (purpose in ('coach_aggregates', 'coach_named', 'peers', 'research')),
  cohort_id uuid,
  granted boolean not null,
  wording_version text not null check (length(wording_version) between 1 and 40),
  actor_id uuid not null default app.uid(),
  at timestamptz not null default now(),
  constraint consents_cohort_check check ((purpose = 'research') = (cohort_id is null))
);
create index consents_latest on consents (user_id, purpose, cohort_id, id desc);

create table looks (
  id bigint generated always as identity primary key,
  user_id uuid not null references users on delete cascade,  -- who was looked at
  looker_id uuid references users on delete set null,
  cohort_id uuid references cohorts on delete set null,
  what text not null check (what in ('group', 'list', 'profile')),
  at timestamptz not null default now()
);
create index looks_latest on looks (user_id, at desc);

create table feedback_notes (
  id uuid primary key default app.new_id(),
  user_id uuid not null references users on delete cascade,  -- who it is for
  author_id uuid references users on delete set null,
  cohort_id uuid references cohorts on delete set null,
  body text not null check (length(body) between 1 and 2000),
  created_at timestamptz not null default now(),
  read_at timestamptz
);
create index feedback_notes_latest on feedback_notes (user_id, created_at desc);

-- Which weeks of which cohort are out, and over how many people. When fewer of them are left than
-- this says, somebody withdrew, and the week is held back until it can be mended.
create table cohort_freezes (
  cohort_id uuid not null references cohorts on delete cascade,
  purpose text not null check (purpose in ('coach_aggregates', 'peers')),
  week date not null,
  people integer not null check (people >= 0),
  frozen_at timestamptz not null default now(),
  primary key (cohort_id, purpose, week)
);

-- One clipped row a person and week. Who was left out to cover somebody's withdrawal stays out.
create table cohort_weeks (
  cohort_id uuid not null references cohorts on delete cascade,
  purpose text not null check (purpose in ('coach_aggregates', 'peers')),
  week date not null,
  user_id uuid not null references users on delete cascade,
  focused_minutes integer not null,
  completion real,
  estimation_error real,
  slot_minutes integer[] not null,
  included boolean not null default true,
  primary key (cohort_id, purpose, week, user_id)
);
create index ix_cohort_weeks_user_id on cohort_weeks (user_id);
"""

INSTALLATION = """
create table installation (
  single boolean primary key default true check (single),
  sign_up text not null default 'open' check (sign_up in ('open', 'invited'))
);
insert into installation default values;

create table account_invitations (
  token_hash bytea primary key,
  created_by uuid references users on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);

create table heartbeats (
  process text primary key check (process in ('scheduler')),
  at timestamptz not null default now()
);

create table audit_log (
  id bigint generated always as identity primary key,
  actor_id uuid references users on delete set null,
  action text not null check (length(action) between 1 and 60),
  subject_id uuid references users on delete set null,
  detail text not null default '' check (length(detail) <= 200),
  at timestamptz not null default now()
);
create index audit_log_latest on audit_log (at desc, id desc);
"""

TABLES = (
    "cohorts",
    "cohort_members",
    "consents",
    "looks",
    "feedback_notes",
    "cohort_freezes",
    "cohort_weeks",
    "installation",
    "account_invitations",
    "heartbeats",
    "audit_log",
)

POLICIES = """
create policy own on cohorts to focus_app
  using (user_id = (select app.uid()))
  with check (user_id = (select app.uid()));
create policy coaches_make on cohorts as restrictive for insert to focus_app
  with check (exists (select from users u
                       where u.id = (select app.uid()) and u.role = 'coach'));
grant select, insert (user_id, name, invite_code), update (name, invite_code, closed_at)
  on cohorts to focus_app;

create policy own_read on cohort_members for select to focus_app
  using (user_id = (select app.uid()));
create policy own_read on looks for select to focus_app using (user_id = (select app.uid()));
create policy own_read on cohort_weeks for select to focus_app
  using (user_id = (select app.uid()));
create policy own_delete on cohort_weeks for delete to focus_app
  using (user_id = (select app.uid()));
grant select on cohort_members, looks, cohort_weeks to focus_app;
grant delete on cohort_weeks to focus_app;

create policy own_read on consents for select to focus_app using (user_id = (select app.uid()));
create policy own_insert on consents for insert to focus_app
  with check (user_id = (select app.uid()));
grant select, insert (user_id, purpose, cohort_id, granted, wording_version)
  on consents to focus_app;

create policy own on feedback_notes to focus_app
  using (user_id = (select app.uid())) with check (user_id = (select app.uid()));
grant select, update (read_at), delete on feedback_notes to focus_app;

-- The owner of the sharing functions: no password, no login, and no column it has no use for.
create policy help on users for select to focus_helper using (true);
create policy help on focus_sessions for select to focus_helper using (true);
create policy help on user_focus_profiles for select to focus_helper using (true);
create policy help on cohorts for select to focus_helper using (true);
create policy help on cohort_members to focus_helper using (true) with check (true);
create policy help on consents for select to focus_helper using (true);
create policy help on looks to focus_helper using (true) with check (true);
create policy help on feedback_notes to focus_helper using (true) with check (true);
create policy help on cohort_freezes to focus_helper using (true) with check (true);
create policy help on cohort_weeks to focus_helper using (true) with check (true);
grant usage on schema app to focus_helper;
grant select (id, display_name, role, timezone, day_start, created_at, disabled_at)
  on users to focus_helper;
grant select (user_id, start_time, end_time, focused_seconds, expected_duration, was_completed,
  ended_by) on focus_sessions to focus_helper;
grant select (user_id, avg_focus_duration_minutes, avg_break_duration_minutes,
  avg_interruption_count, avg_completion_ratio, avg_underestimation_pct, peak_focus_hours,
  peak_focus_days, total_sessions_count, completed_sessions_count, sessions_analyzed_count,
  last_computed_at) on user_focus_profiles to focus_helper;
grant select on cohorts, consents to focus_helper;
grant select, insert, update (left_at) on cohort_members to focus_helper;
grant select, insert on looks, feedback_notes to focus_helper;
grant select, insert, update, delete on cohort_freezes, cohort_weeks to focus_helper;

-- Administration. The log can be read and added to; nobody may change it.
create policy administer on installation to focus_admin using (true) with check (true);
create policy administer on account_invitations to focus_admin using (true) with check (true);
create policy administer on heartbeats for select to focus_admin using (true);
create policy read on audit_log for select to focus_admin using (true);
create policy write on audit_log for insert to focus_admin
  with check (actor_id = (select app.uid()));
create policy administer on user_credentials to focus_admin using (true) with check (true);
create policy administer on sign_in_addresses to focus_admin using (true);
grant select, update (sign_up) on installation to focus_admin;
grant select, insert, delete on account_invitations to focus_admin;
grant select on heartbeats to focus_admin;
grant select, insert (actor_id, action, subject_id, detail) on audit_log to focus_admin;
grant select (user_id, failed_attempts, locked_until),
  update (failed_attempts, locked_until) on user_credentials to focus_admin;
grant select, delete on sign_in_addresses to focus_admin;

create policy sign_in on installation for select to focus_sign_in using (true);
create policy sign_in on account_invitations to focus_sign_in using (true) with check (true);
grant select on installation to focus_sign_in;
grant select, update (used_at) on account_invitations to focus_sign_in;

create policy schedule on heartbeats to focus_scheduler using (true) with check (true);
create policy schedule on account_invitations to focus_scheduler using (true);
grant select, insert, update on heartbeats to focus_scheduler;
grant select (expires_at, used_at), delete on account_invitations to focus_scheduler;
"""

FUNCTIONS = Path(__file__).with_name("0005_sharing.sql")

INTERNAL = (
    "is_coach_of(uuid)",
    "members_of(uuid)",
    "weeks_of(uuid[], date, date)",
    "note_look(uuid, text, uuid[])",
    "mend_week(uuid, text, integer, date)",
    "freeze_week(uuid, text, integer, date)",
    "standing_weeks(uuid, text)",
)
"""What only the other functions call."""

OFFERED = (
    "freeze_cohort(uuid)",
    "cohort_sizes()",
    "group_weeks(uuid)",
    "group_hours(uuid)",
    "group_change(uuid)",
    "named_weeks(uuid)",
    "named_profile(uuid, uuid)",
    "leave_note(uuid, uuid, text)",
    "notes_for(uuid, uuid)",
    "peer_bands(uuid)",
    "cohort_by_code(text)",
    "join_cohort(text)",
    "leave_cohort(uuid)",
    "my_cohorts()",
    "my_looks()",
    "my_notes()",
    "my_weeks()",
)


def upgrade() -> None:
    op.execute(COHORTS)
    op.execute(INSTALLATION)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
    op.execute(POLICIES)
    op.execute("set local row_security = on")  # checking their bodies would touch policies
    op.execute(FUNCTIONS.read_text())
    op.execute("set local row_security = off")
    op.execute("grant create on schema app to focus_helper")  # what taking over a function needs
    for function in (*INTERNAL, *OFFERED):
        op.execute(f"revoke all on function app.{function} from public")
        if function in OFFERED:
            op.execute(f"grant execute on function app.{function} to focus_app")
        op.execute(f"alter function app.{function} owner to focus_helper")
    op.execute("revoke create on schema app from focus_helper")


def downgrade() -> None:
    for function in (*reversed(OFFERED), *reversed(INTERNAL)):
        op.execute(f"drop function app.{function}")
    op.execute(
        """
        drop policy help on users;
        drop policy help on focus_sessions;
        drop policy help on user_focus_profiles;
        drop policy administer on user_credentials;
        drop policy administer on sign_in_addresses;
        revoke all on users, focus_sessions, user_focus_profiles from focus_helper;
        revoke usage on schema app from focus_helper;
        revoke all on user_credentials, sign_in_addresses from focus_admin;
        """
    )
    op.execute(f"drop table {', '.join(reversed(TABLES))}")
