"""What has run out and goes: the scheduler sweeps it once an hour."""

from __future__ import annotations

from sqlalchemy import text

from db.session import Transaction

_ENDED = "coalesce({}, expires_at) < :now - make_interval(days => :sign_ins_days)"

_LONG_DELETED = "deleted_at < :now - make_interval(days => :deleted_days)"

_SWEEPS = {
    # First those of the sessions that go next: until then a session that is taken back finds them.
    "session_predictions": (
        f"session_id in (select id from deleted_sessions where {_LONG_DELETED})"  # noqa: S608
    ),
    "deleted_sessions": _LONG_DELETED,
    "web_sessions": _ENDED.format("revoked_at"),
    "api_sign_ins": _ENDED.format("revoked_at"),
    "personal_tokens": _ENDED.format("revoked_at"),
    "looks": "at < :now - make_interval(days => :looks_days)",
    "account_invitations": _ENDED.format("used_at"),
    "password_reset_links": _ENDED.format("used_at"),
    "sign_in_tickets": "expires_at < :now",
    "sign_in_addresses": "window_started_at < :now - interval '1 day'",
    "idempotent_replies": "created_at < :now - interval '1 day'",
}


def sweep(
    transaction: Transaction, *, deleted_days: int, sign_ins_days: int, looks_days: int
) -> dict[str, int]:
    """Delete what has run out; how many rows of which table."""
    known = {
        "now": transaction.now,
        "deleted_days": deleted_days,
        "sign_ins_days": sign_ins_days,
        "looks_days": looks_days,
    }
    swept = {}
    for table, condition in _SWEEPS.items():
        statement = text(f"delete from {table} where {condition}")  # noqa: S608 - our own constants
        needed = {name: known[name] for name in statement.compile().params}
        swept[table] = transaction.execute(statement, needed).rowcount
    return swept
