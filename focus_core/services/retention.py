"""Keeps no more than is needed: expired sign-ins, old looks and long-deleted sessions go."""

from __future__ import annotations

from db.queries import retention
from db.session import open_for_scheduler
from focus_core.config import read_settings


def sweep() -> dict[str, int]:
    """Delete what has run out; how many rows of which table."""
    settings = read_settings()
    with open_for_scheduler() as transaction:
        return retention.sweep(
            transaction,
            deleted_days=settings.keep_deleted_days,
            sign_ins_days=settings.keep_sign_ins_days,
            looks_days=settings.keep_looks_days,
        )
