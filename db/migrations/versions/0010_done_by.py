"""The time of day that a person's plans are to be done by stays as they chose it."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("alter table users add column plan_done_by time not null default '18:00'")
    op.execute("grant update (plan_done_by) on users to focus_app")


def downgrade() -> None:
    op.execute("alter table users drop column plan_done_by")
