"""What an account may hold: its names, and the settings a person chooses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from typing import Any

from focus_core.domain import limits
from focus_core.domain.errors import InvalidInput

_USERNAME = re.compile(r"[a-z0-9._-]{2,64}")
_DISPLAY_NAME_LENGTH = 80

WHOLE_NUMBERS = {
    "work_minutes": (1, 240),
    "short_break_minutes": (1, 60),
    "long_break_minutes": (1, 120),
    "long_break_every": (2, 12),
    "sound_volume_pct": (0, 100),
    "week_start": (1, 7),
}
"""Lowest and highest; the week starts on Monday = 1 to Sunday = 7."""
SWITCHES = frozenset({"overtime", "auto_start_breaks", "sound", "notifications"})


def username(value: str) -> str:
    """The name as it is stored: trimmed and lower-cased. Raises InvalidInput."""
    name = value.strip().lower()
    if not _USERNAME.fullmatch(name):
        raise InvalidInput(
            "username",
            "A user name has 2 to 64 characters: letters a to z, digits, dots, dashes and"
            " underscores.",
        )
    return name


def display_name(value: str) -> str:
    """What this person is called, on one line. Raises InvalidInput."""
    name = limits.title("display_name", value, _DISPLAY_NAME_LENGTH)
    if name is None:
        raise InvalidInput("display_name", "Tell us what to call you: one character is enough.")
    return name


def settings(columns: Mapping[str, Any]) -> dict[str, Any]:
    """`columns` of `users`, tidied. Raises InvalidInput naming the first that can't be used."""
    return {name: _setting(name, value) for name, value in columns.items()}


def _setting(name: str, value: Any) -> Any:
    if value is None:
        raise InvalidInput(name, f"Choose a value for the {limits.words(name)}.")
    if name in WHOLE_NUMBERS:
        return limits.whole_number(name, value, *WHOLE_NUMBERS[name])
    if name in SWITCHES:
        return limits.flag(name, value)
    if name == "day_start":
        return _day_start(value)
    if name == "timezone":
        return limits.timezone(value)
    if name == "display_name":
        return display_name(value)
    raise InvalidInput(name, f"There is no setting called {limits.words(name)}.")


def _day_start(value: Any) -> time:
    if not isinstance(value, time) or value.tzinfo is not None or value >= time(12):
        raise InvalidInput("day_start", "A day starts between 00:00 and 11:59.")
    return value.replace(second=0, microsecond=0)
