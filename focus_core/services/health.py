"""Whether what everything stands on is there."""

from __future__ import annotations

from db.session import open_for_sign_in
from focus_core.domain.errors import DatabaseUnavailable


def database_answers() -> bool:
    try:
        with open_for_sign_in():
            return True
    except DatabaseUnavailable:
        return False
