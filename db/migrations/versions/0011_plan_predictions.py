"""When a day's plan will be done, as it was forecast."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"

TABLES = """
create table plan_predictions (
  id uuid primary key default app.new_id(),
  user_id uuid not null references users on delete cascade,
  day date not null,  -- the person's own day, by their zone and day start
  issued_at timestamptz not null default now(),
  -- What was left to do, in order, each with its estimate and what had gone into it. No foreign
  -- key: a forecast stays as it was made when one of its tasks is deleted.
  task_ids uuid[] not null check (cardinality(task_ids) > 0),
  estimates_minutes integer[] not null,
  spent_minutes double precision[] not null,
  under_way boolean not null,  -- a session ran on the first of them
  model_version text not null,
  models_id bigint references prediction_models on delete set null,
  known_count integer not null check (known_count >= 0),
  -- From the moment of issue until all is done, breaks included.
  p50_minutes double precision not null,
  low80_minutes double precision not null,
  high80_minutes double precision not null,
  low90_minutes double precision not null,
  high90_minutes double precision not null,
  mean_minutes double precision not null,
  -- What the estimates leave, added up, with the same breaks; null when one is missing or all are
  -- used up.
  estimate_minutes double precision check (estimate_minutes > 0),
  done_by timestamptz not null,
  probability double precision not null check (probability between 0 and 1),
  leave_out uuid[] not null,
  inputs jsonb not null default '{}',
  constraint plan_predictions_tasks_check check (
    cardinality(estimates_minutes) = cardinality(task_ids)
    and cardinality(spent_minutes) = cardinality(task_ids)),
  constraint plan_predictions_minutes_check check (
    0 <= low90_minutes and low90_minutes <= low80_minutes and low80_minutes <= p50_minutes
    and p50_minutes <= high80_minutes and high80_minutes <= high90_minutes and 0 < mean_minutes)
);
create index plan_predictions_issued on plan_predictions (user_id, day, issued_at);
create index plan_predictions_models on plan_predictions (models_id) where models_id is not null;
"""

POLICIES = """
alter table plan_predictions enable row level security;
alter table plan_predictions force row level security;

-- What was forecast stays as it was said: nobody may change it afterwards.
create policy own on plan_predictions to focus_app
  using (user_id = (select app.uid())) with check (user_id = (select app.uid()));
grant select, insert on plan_predictions to focus_app;
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(POLICIES)


def downgrade() -> None:
    op.execute("drop table plan_predictions")
