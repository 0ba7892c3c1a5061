"""Forecasts as they were issued, the models behind them, and what is planned for a day."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

TABLES = """
-- What all people share: histograms, rates, weights. Nothing in it leads to a person.
create table prediction_models (
  id bigint generated always as identity primary key,
  trained_at timestamptz not null default now(),
  versions jsonb not null,
  sessions integer not null check (sessions >= 0),
  people integer not null check (people >= 0),
  data bytea not null
);

create table session_predictions (
  id uuid primary key default app.new_id(),
  user_id uuid not null references users on delete cascade,
  -- No foreign key: a session that is deleted and taken back finds its forecasts again.
  session_id uuid not null,
  target text not null
    check (target in ('session_minutes', 'task_minutes', 'completion', 'focus_score')),
  issued_at timestamptz not null default now(),
  model_version text not null,
  models_id bigint references prediction_models on delete set null,
  known_count integer not null check (known_count >= 0),
  similar_count integer check (similar_count >= 0),
  spent_minutes double precision check (spent_minutes >= 0),
  estimate_minutes integer,
  p50_minutes double precision,
  low80_minutes double precision,
  high80_minutes double precision,
  low90_minutes double precision,
  high90_minutes double precision,
  mean_minutes double precision,
  probability double precision check (probability between 0 and 1),
  score_probabilities double precision[] check (cardinality(score_probabilities) = 5),
  -- What the plain answer was at that moment: the median minutes, or the share completed, of what
  -- was known; unknown before the first.
  baseline double precision,
  baseline_score_probabilities double precision[]
    check (cardinality(baseline_score_probabilities) = 5),
  inputs jsonb not null default '{}',
  constraint session_predictions_once unique (session_id, target),
  constraint session_predictions_minutes_check check (
    target not in ('session_minutes', 'task_minutes')
    or (0 < low90_minutes and low90_minutes <= low80_minutes and low80_minutes <= p50_minutes
        and p50_minutes <= high80_minutes and high80_minutes <= high90_minutes
        and mean_minutes > 0)),
  constraint session_predictions_completion_check check (
    target <> 'completion' or probability is not null),
  constraint session_predictions_score_check check (
    target <> 'focus_score' or score_probabilities is not null)
);
create index session_predictions_issued on session_predictions (user_id, issued_at desc);

create table planned_tasks (
  user_id uuid not null references users on delete cascade,
  day date not null,  -- the person's own day, by their zone and day start
  task_id uuid not null,
  position integer not null check (position >= 0),
  created_at timestamptz not null default now(),
  primary key (user_id, day, task_id),
  constraint planned_tasks_task_fkey foreign key (user_id, task_id)
    references tasks (user_id, id) on delete cascade
);
"""

POLICIES = """
alter table prediction_models enable row level security;
alter table prediction_models force row level security;
alter table session_predictions enable row level security;
alter table session_predictions force row level security;
alter table planned_tasks enable row level security;
alter table planned_tasks force row level security;

create policy shared on prediction_models for select to focus_app
  using ((select app.uid()) is not null);
grant select on prediction_models to focus_app;
create policy schedule on prediction_models to focus_scheduler using (true) with check (true);
grant select, insert, delete on prediction_models to focus_scheduler;

-- What was forecast stays as it was said: nobody may change it afterwards.
create policy own_read on session_predictions for select to focus_app
  using (user_id = any ((select app.visible_users())::uuid[]));
create policy own_insert on session_predictions for insert to focus_app
  with check (user_id = (select app.uid()));
grant select, insert on session_predictions to focus_app;
create policy schedule on session_predictions to focus_scheduler using (true) with check (true);
grant select, insert, delete on session_predictions to focus_scheduler;

create policy own on planned_tasks to focus_app
  using (user_id = (select app.uid())) with check (user_id = (select app.uid()));
grant select, insert, update, delete on planned_tasks to focus_app;

create policy schedule on tasks for select to focus_scheduler using (true);
grant select (id, user_id, course_id, task_type, estimate_minutes, done_at) on tasks
  to focus_scheduler;
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(POLICIES)


def downgrade() -> None:
    op.execute(
        """
        revoke all on tasks from focus_scheduler;
        drop policy schedule on tasks;
        drop table planned_tasks, session_predictions, prediction_models;
        """
    )
