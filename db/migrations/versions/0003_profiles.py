"""Focus profiles, and who waits for theirs to be refreshed."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = """
create table user_focus_profiles (
  id uuid primary key default app.new_id(),
  user_id uuid not null unique references users on delete cascade,
  avg_focus_duration_minutes integer,
  avg_break_duration_minutes integer,
  avg_interruption_count numeric(4, 2),
  avg_completion_ratio numeric(4, 2),
  avg_underestimation_pct numeric(5, 2),
  peak_focus_hours integer[],
  peak_focus_days text[],
  total_sessions_count integer default 0,
  completed_sessions_count integer default 0,
  focus_by_hour jsonb default '{}',
  performance_by_course jsonb default '{}',
  last_computed_at timestamptz default now(),
  sessions_analyzed_count integer default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table profile_refresh_requests (
  user_id uuid primary key references users on delete cascade,
  requested_at timestamptz not null default now(),
  due_at timestamptz not null default now(),
  attempts integer not null default 0,
  last_error text
);

alter table user_focus_profiles enable row level security;
alter table user_focus_profiles force row level security;
alter table profile_refresh_requests enable row level security;
alter table profile_refresh_requests force row level security;

create policy own_read on user_focus_profiles for select to focus_app
  using (user_id = any ((select app.visible_users())::uuid[]));
create policy own_insert on user_focus_profiles for insert to focus_app
  with check (user_id = (select app.uid()));
create policy own_update on user_focus_profiles for update to focus_app
  using (user_id = (select app.uid())) with check (user_id = (select app.uid()));
create policy own_delete on user_focus_profiles for delete to focus_app
  using (user_id = (select app.uid()));
grant select, insert, update, delete on user_focus_profiles to focus_app;

create policy own on profile_refresh_requests to focus_app
  using (user_id = (select app.uid())) with check (user_id = (select app.uid()));
grant select, insert, update on profile_refresh_requests to focus_app;

create policy schedule on user_focus_profiles to focus_scheduler using (true) with check (true);
create policy schedule on profile_refresh_requests to focus_scheduler
  using (true) with check (true);
grant select, insert, update, delete on user_focus_profiles, profile_refresh_requests
  to focus_scheduler;
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("drop table profile_refresh_requests, user_focus_profiles")
