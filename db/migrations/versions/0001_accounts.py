"""People, how they prove who they are, and where they are signed in."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

FUNCTIONS = """
create schema app;
grant usage on schema app to focus_app, focus_sign_in, focus_admin, focus_scheduler;

-- uuidv7 keys insert twice as fast as random ones; servers before 18 do not have it.
do $$
begin
  execute format(
    'create function app.new_id() returns uuid volatile parallel safe language sql as'
    ' $f$ select %s $f$',
    case when current_setting('server_version_num')::int >= 180000
         then 'uuidv7()' else 'gen_random_uuid()' end);
end
$$;

-- Who acts in this transaction. After one, the setting reads back as '' and not as null.
create function app.uid() returns uuid stable parallel safe language sql as
$$ select nullif(current_setting('app.user_id', true), '')::uuid $$;

-- Whose rows the actor may read. Compared with any((select ...)), it keeps the index.
create function app.visible_users() returns uuid[] stable parallel safe language sql as
$$ select array_remove(array[app.uid()], null) $$;
"""

TABLES = """
create table users (
  id uuid primary key default app.new_id(),
  username text not null unique
    check (username = lower(username) and length(username) between 2 and 64),
  display_name text not null check (length(display_name) between 1 and 80),
  role text not null default 'user' check (role in ('user', 'coach', 'researcher', 'admin')),
  timezone text not null check (length(timezone) <= 64),
  week_start smallint not null default 1 check (week_start between 1 and 7),
  day_start time not null default '00:00' check (day_start < '12:00'),
  work_minutes smallint not null default 25 check (work_minutes between 1 and 240),
  short_break_minutes smallint not null default 5 check (short_break_minutes between 1 and 60),
  long_break_minutes smallint not null default 15 check (long_break_minutes between 1 and 120),
  long_break_every smallint not null default 4 check (long_break_every between 2 and 12),
  overtime boolean not null default false,
  auto_start_breaks boolean not null default true,
  sound boolean not null default true,
  sound_volume_pct smallint not null default 60 check (sound_volume_pct between 0 and 100),
  notifications boolean not null default true,
  token_version integer not null default 1,
  data_version integer not null default 1,
  disabled_at timestamptz,
  demo boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table user_credentials (
  user_id uuid primary key references users on delete cascade,
  password_hash text not null,
  failed_attempts integer not null default 0,
  locked_until timestamptz,
  password_changed_at timestamptz not null default now()
);

create table sign_in_addresses (
  address varchar(64) primary key,
  attempts integer not null,
  window_started_at timestamptz not null
);

create table sign_in_tickets (
  ticket_hash bytea primary key,
  user_id uuid not null references users on delete cascade,
  browser_hash bytea not null,
  expires_at timestamptz not null
);

create table web_sessions (
  id uuid primary key default app.new_id(),
  user_id uuid not null references users on delete cascade,
  token_hash bytea not null unique,
  user_agent text not null default '' check (length(user_agent) <= 300),
  address varchar(64) not null default '',
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index ix_web_sessions_user_id on web_sessions (user_id);

create table password_reset_links (
  token_hash bytea primary key,
  user_id uuid not null references users on delete cascade,
  created_by uuid references users on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
"""

POLICIES = """
alter table users enable row level security;
alter table users force row level security;
alter table user_credentials enable row level security;
alter table user_credentials force row level security;
alter table sign_in_addresses enable row level security;
alter table sign_in_addresses force row level security;
alter table sign_in_tickets enable row level security;
alter table sign_in_tickets force row level security;
alter table web_sessions enable row level security;
alter table web_sessions force row level security;
alter table password_reset_links enable row level security;
alter table password_reset_links force row level security;

-- A person: reads and sets up their own account, never their role or token version.
create policy own_read on users for select to focus_app
  using (id = any ((select app.visible_users())::uuid[]));
create policy own_update on users for update to focus_app
  using (id = (select app.uid())) with check (id = (select app.uid()));
grant select on users to focus_app;
grant update (display_name, timezone, week_start, day_start, work_minutes, short_break_minutes,
  long_break_minutes, long_break_every, overtime, auto_start_breaks, sound, sound_volume_pct,
  notifications, data_version, updated_at) on users to focus_app;
create policy own_read on web_sessions for select to focus_app using (user_id = (select app.uid()));
grant select on web_sessions to focus_app;

-- Sign-in: the only duty that meets passwords, tickets and cookies.
create policy sign_in on users to focus_sign_in using (true) with check (true);
create policy sign_in on user_credentials to focus_sign_in using (true) with check (true);
create policy sign_in on sign_in_addresses to focus_sign_in using (true) with check (true);
create policy sign_in on sign_in_tickets to focus_sign_in using (true) with check (true);
create policy sign_in on web_sessions to focus_sign_in using (true) with check (true);
create policy sign_in on password_reset_links to focus_sign_in using (true) with check (true);
grant select, insert, update, delete on users, user_credentials, sign_in_addresses,
  sign_in_tickets, web_sessions, password_reset_links to focus_sign_in;

-- An administrator: accounts and one-time links, no password and no session content.
create policy administer on users to focus_admin using (true) with check (true);
create policy administer on password_reset_links to focus_admin using (true) with check (true);
grant select, delete on users to focus_admin;
grant update (role, token_version, disabled_at, updated_at) on users to focus_admin;
grant select, insert on password_reset_links to focus_admin;

-- The scheduler: zones and day rules to compute with, and what has run out to sweep away.
create policy schedule on users to focus_scheduler using (true) with check (true);
grant select on users to focus_scheduler;
grant update (data_version) on users to focus_scheduler;
create policy schedule on sign_in_addresses to focus_scheduler using (true);
create policy schedule on sign_in_tickets to focus_scheduler using (true);
create policy schedule on web_sessions to focus_scheduler using (true);
create policy schedule on password_reset_links to focus_scheduler using (true);
grant select, delete on sign_in_addresses, sign_in_tickets, web_sessions, password_reset_links
  to focus_scheduler;
"""


def upgrade() -> None:
    op.execute(FUNCTIONS)
    op.execute(TABLES)
    op.execute(POLICIES)


def downgrade() -> None:
    op.execute(
        "drop table password_reset_links, web_sessions, sign_in_tickets, sign_in_addresses,"
        " user_credentials, users; drop schema app cascade"
    )
