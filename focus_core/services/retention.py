"""Keeps no more than is needed: expired sign-ins and long-deleted sessions go."""

from __future__ import annotations

from db.queries import retention
from db.session import open_for_scheduler


def sweep() -> dict[str, int]:
    """Delete what has run out; how many rows of which table."""
    with open_for_scheduler() as transaction:
        return retention.sweep(transaction)
