"""What has run out and goes: the scheduler sweeps it once an hour."""

from __future__ import annotations

from sqlalchemy import text

from db.session import Transaction

DELETED_SESSIONS_DAYS = 30
"""How long a deleted session can be taken back."""

_SWEEPS = {
    "deleted_sessions": "deleted_at < :now - make_interval(days => :deleted_sessions_days)",
    "web_sessions": "coalesce(revoked_at, expires_at) < :now - interval '30 days'",
    "sign_in_tickets": "expires_at < :now",
    "password_reset_links": "coalesce(used_at, expires_at) < :now - interval '30 days'",
    "api_sign_ins": "coalesce(revoked_at, expires_at) < :now - interval '30 days'",
    "personal_tokens": "coalesce(revoked_at, expires_at) < :now - interval '30 days'",
    "idempotent_replies": "created_at < :now - interval '24 hours'",
    "sign_in_addresses": "window_started_at < :now - interval '1 day'",
}


def sweep(transaction: Transaction) -> dict[str, int]:
    """Delete what has run out; how many rows of which table."""
    swept = {}
    for table, condition in _SWEEPS.items():
        result = transaction.execute(
            text(f"delete from {table} where {condition}"),  # noqa: S608 - our own constants
            {"now": transaction.now, "deleted_sessions_days": DELETED_SESSIONS_DAYS}
            if "deleted_sessions_days" in condition
            else {"now": transaction.now},
        )
        swept[table] = result.rowcount
    return swept
