"""Courses, tasks, focus sessions and what happens inside them."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = """
create table courses (
  id uuid primary key default app.new_id(),
  user_id uuid not null references users on delete cascade,
  name text not null check (length(name) between 1 and 120),
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  constraint courses_user_id_id_key unique (user_id, id)
);
create unique index courses_user_name_key on courses (user_id, lower(name));

create table tasks (
  id uuid primary key default app.new_id(),
  user_id uuid not null references users on delete cascade,
  course_id uuid,
  title text not null check (length(title) between 1 and 300),
  task_type text check (length(task_type) between 1 and 60),
  estimate_minutes integer check (estimate_minutes between 1 and 60000),
  due_on date,
  done_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint tasks_user_id_id_key unique (user_id, id),
  constraint tasks_course_fkey foreign key (user_id, course_id)
    references courses (user_id, id) on delete set null (course_id)
);
create unique index tasks_open_title_key on tasks (user_id, course_id, lower(title))
  nulls not distinct where done_at is null;

create table focus_sessions (
  id uuid primary key default app.new_id(),
  user_id uuid not null references users on delete cascade,
  task_id uuid,
  course_id uuid,
  start_time timestamptz not null,
  end_time timestamptz,
  actual_start_time timestamptz,
  actual_end_time timestamptz,
  -- 18 would make these virtual by default; stored ones cost half of a trigger.
  duration_minutes integer generated always as (
    round((extract(epoch from (end_time - start_time))::integer - paused_seconds) / 60.0)::integer
  ) stored,
  expected_duration integer
    constraint focus_sessions_expected_duration_check check (expected_duration between 1 and 1440),
  session_type text not null default 'pomodoro'
    check (session_type in ('pomodoro', 'flowtime', 'custom')),
  cycles_completed integer not null default 1 check (cycles_completed between 0 and 100),
  break_minutes integer not null default 0 check (break_minutes between 0 and 1440),
  was_completed boolean not null default false,
  context text check (length(context) <= 2000),
  focus_score integer check (focus_score >= 1 and focus_score <= 5),
  interruption_count integer not null default 0 check (interruption_count between 0 and 1000),
  focus_quality jsonb not null default '{}'
    check (jsonb_typeof(focus_quality) = 'object' and octet_length(focus_quality::text) <= 16384),
  session_notes text check (length(session_notes) <= 10000),
  created_at timestamptz not null default now(),
  paused_seconds integer not null default 0 check (paused_seconds >= 0),
  paused_at timestamptz,
  focused_seconds integer generated always as (
    extract(epoch from (end_time - start_time))::integer - paused_seconds
  ) stored,
  timezone text not null check (length(timezone) <= 64),
  overtime boolean not null default false,
  ended_by text check (ended_by in ('user', 'timer', 'auto_close')),
  source text not null default 'timer' check (source ~ '^(timer|manual|import:.{1,60})$'),
  last_seen_at timestamptz,
  confirmed_at timestamptz,  -- when its owner said how it went, or passed that step over
  updated_at timestamptz not null default now(),
  constraint focus_sessions_user_id_id_key unique (user_id, id),
  constraint focus_sessions_task_fkey foreign key (user_id, task_id)
    references tasks (user_id, id) on delete set null (task_id),
  constraint focus_sessions_course_fkey foreign key (user_id, course_id)
    references courses (user_id, id) on delete set null (course_id),
  constraint focus_sessions_end_after_start check (end_time >= start_time),
  constraint focus_sessions_pauses_fit check (
    end_time is null or paused_seconds <= extract(epoch from (end_time - start_time))::integer),
  constraint focus_sessions_ended_by_someone check ((end_time is null) = (ended_by is null)),
  -- A running session reaches into the future, so that nothing can be added under it either.
  constraint focus_sessions_no_overlap exclude using gist (
    user_id with =,
    tstzrange(start_time, coalesce(end_time, 'infinity'::timestamptz)) with &&)
);
create index focus_sessions_history on focus_sessions (user_id, start_time desc, id desc);
create unique index focus_sessions_one_running on focus_sessions (user_id)
  where end_time is null;

create table session_events (
  id bigint generated always as identity primary key,
  session_id uuid not null,
  user_id uuid not null references users on delete cascade,
  event_type text not null
    check (event_type in ('pause', 'resume', 'interruption', 'cycle', 'hidden', 'shown')),
  occurred_at timestamptz not null default now(),
  reason_kind text check (reason_kind in ('internal', 'external')),
  reason text check (length(reason) <= 500),
  constraint session_events_session_fkey foreign key (user_id, session_id)
    references focus_sessions (user_id, id) on delete cascade
);
create index session_events_session on session_events (session_id);

create table breaks (
  session_id uuid primary key,
  user_id uuid not null references users on delete cascade,
  planned_minutes smallint not null check (planned_minutes between 1 and 240),
  start_time timestamptz not null,
  end_time timestamptz check (end_time >= start_time),
  constraint breaks_session_fkey foreign key (user_id, session_id)
    references focus_sessions (user_id, id) on delete cascade
);
create unique index breaks_one_running on breaks (user_id) where end_time is null;

create table deleted_sessions (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  session jsonb not null,
  events jsonb not null,
  deleted_at timestamptz not null default now()
);
create index ix_deleted_sessions_user_id on deleted_sessions (user_id);
"""

# Pages keep a finished chart until the person's data change. One update a statement, not a row,
# so that an import of thousands costs no more than one.
DATA_VERSION = """
create function app.count_data_change() returns trigger language plpgsql as $$
begin
  update public.users set data_version = data_version + 1
   where id in (select distinct user_id from changed);
  return null;
end
$$;
create trigger count_insert after insert on focus_sessions
  referencing new table as changed for each statement execute function app.count_data_change();
create trigger count_update after update on focus_sessions
  referencing new table as changed for each statement execute function app.count_data_change();
create trigger count_delete after delete on focus_sessions
  referencing old table as changed for each statement execute function app.count_data_change();
"""

OWN_TABLES = ("courses", "tasks", "focus_sessions", "breaks", "deleted_sessions")


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(DATA_VERSION)
    for table in (*OWN_TABLES, "session_events"):
        op.execute(
            f"""
            alter table {table} enable row level security;
            alter table {table} force row level security;
            create policy own_read on {table} for select to focus_app
              using (user_id = any ((select app.visible_users())::uuid[]));
            create policy own_insert on {table} for insert to focus_app
              with check (user_id = (select app.uid()));
            grant select, insert on {table} to focus_app;
            """
        )
    for table in OWN_TABLES:
        op.execute(
            f"""
            create policy own_update on {table} for update to focus_app
              using (user_id = (select app.uid())) with check (user_id = (select app.uid()));
            create policy own_delete on {table} for delete to focus_app
              using (user_id = (select app.uid()));
            grant update, delete on {table} to focus_app;
            """
        )
    # What happened stays as it was recorded; only a reason may be added to it.
    op.execute(
        """
        create policy explain on session_events for update to focus_app
          using (user_id = (select app.uid()) and event_type = 'interruption')
          with check (user_id = (select app.uid()));
        grant update (reason, reason_kind) on session_events to focus_app;
        """
    )
    op.execute(
        """
        create policy schedule on courses for select to focus_scheduler using (true);
        create policy schedule on focus_sessions to focus_scheduler using (true) with check (true);
        create policy schedule on breaks to focus_scheduler using (true) with check (true);
        create policy schedule on deleted_sessions to focus_scheduler using (true);
        grant select on courses to focus_scheduler;
        grant select, update on focus_sessions, breaks to focus_scheduler;
        grant select (id, deleted_at), delete on deleted_sessions to focus_scheduler;
        """
    )


def downgrade() -> None:
    op.execute(
        "drop table deleted_sessions, breaks, session_events, focus_sessions, tasks, courses;"
        " drop function app.count_data_change()"
    )
