"""A week of nothing has no estimation error; a group's ratios are means of the middle half."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"

FUNCTIONS = Path(__file__).with_name("0012_sharing.sql")
BEFORE = Path(__file__).with_name("0005_sharing.sql")

# An error of exactly 1 was never measured: a session that counts has a minute in it at least.
FROZEN = """
alter table cohort_weeks no force row level security;
update cohort_weeks set estimation_error = null where estimation_error = 1;
alter table cohort_weeks force row level security;
"""


def upgrade() -> None:
    # Their bodies are for their owner-to-be, not for who migrates, whom the policies stop.
    op.execute("set local check_function_bodies = off")
    op.execute(FUNCTIONS.read_text())
    op.execute("grant create on schema app to focus_helper")  # what taking over a function needs
    for function, offered in (("middle_mean(real[])", False), ("my_groups()", True)):
        op.execute(f"revoke all on function app.{function} from public")
        if offered:
            op.execute(f"grant execute on function app.{function} to focus_app")
        op.execute(f"alter function app.{function} owner to focus_helper")
    op.execute("revoke create on schema app from focus_helper")
    op.execute(FROZEN)


def downgrade() -> None:
    """The functions as they were; frozen weeks of nothing stay without an error."""
    op.execute("set local check_function_bodies = off")
    for name in ("group_weeks", "weeks_of"):
        op.execute(_as_before(name))
    op.execute("drop function app.my_groups(); drop function app.middle_mean(real[])")


def _as_before(name: str) -> str:
    head = f"create function app.{name}("
    body = BEFORE.read_text().split(head)[1].split("\n$$;")[0]
    return f"create or replace function app.{name}({body}\n$$;"
