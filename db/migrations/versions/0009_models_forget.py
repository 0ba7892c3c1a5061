"""Models that knew somebody go with them, and nobody who asked to be erased is trained on."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"

POLICIES = """
-- Two models are kept: when one goes, the forecasts that rest on it are found at once.
create index session_predictions_models on session_predictions (models_id)
  where models_id is not null;

create policy schedule on account_erasures for select to focus_scheduler using (true);
grant select (user_id) on account_erasures to focus_scheduler;
create policy privacy on prediction_models for delete to focus_privacy using (true);
grant delete on prediction_models to focus_privacy;
"""

# Nobody can be taken out of stored models, so all of them go; the scheduler trains new ones.
FUNCTION = """
create function app.forget_models() returns trigger
  security definer set search_path = public, pg_temp language plpgsql as
$$
begin
  if exists (select from gone where not demo) then
    delete from prediction_models;
  end if;
  return null;
end
$$;
revoke all on function app.forget_models() from public;
grant create on schema app to focus_privacy;
alter function app.forget_models() owner to focus_privacy;
revoke create on schema app from focus_privacy;
"""

TRIGGER = """
create trigger forget_models after delete on users
  referencing old table as gone for each statement execute function app.forget_models();
"""


def upgrade() -> None:
    op.execute(POLICIES)
    # Its body is for its owner-to-be, not for who migrates, whom the policies stop.
    op.execute("set local check_function_bodies = off")
    op.execute(FUNCTION)
    op.execute(TRIGGER)


def downgrade() -> None:
    op.execute(
        """
        drop trigger forget_models on users;
        drop function app.forget_models();
        drop policy privacy on prediction_models;
        revoke all on prediction_models from focus_privacy;
        drop policy schedule on account_erasures;
        revoke all on account_erasures from focus_scheduler;
        drop index session_predictions_models;
        """
    )
