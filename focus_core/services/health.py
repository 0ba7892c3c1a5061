"""Whether what everything stands on is there."""

from __future__ import annotations

from functools import cache

from db.session import ask_alone, open_for_sign_in
from db.setup import newest_revision
from focus_core.domain.errors import DatabaseUnavailable


def database_answers() -> bool:
    try:
        with open_for_sign_in():
            return True
    except DatabaseUnavailable:
        return False


def require_ready() -> None:
    """Raises DatabaseUnavailable unless the database answers and its tables fit this code."""
    found = ask_alone("select version_num from alembic_version", ())
    if found is None or found[0] != _needed():
        raise DatabaseUnavailable("The database's tables don't fit this version of Focus.")


@cache
def _needed() -> str:
    return newest_revision()
