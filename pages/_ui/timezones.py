"""Choosing a time zone."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

import streamlit as st

_OLD_NAMES = ("Etc/", "SystemV/", "US/", "posix", "right")


def choose(label: str, current: str | None, *, key: str) -> str:
    """A select box that starts at `current` when that is a zone we know."""
    zones = _places()
    if current in _all() and current not in zones:
        zones = [current, *zones]
    return st.selectbox(
        label,
        zones,
        index=zones.index(current) if current in zones else zones.index("UTC"),
        key=key,
        help="Hours, weekdays and days are counted in it. Type to search.",
    )


@cache
def _places() -> list[str]:
    """Those named after a place, and UTC."""
    places = {name for name in _all() if "/" in name and not name.startswith(_OLD_NAMES)}
    return [*sorted(places), "UTC"]


@cache
def _all() -> frozenset[str]:
    return frozenset(available_timezones())  # reads a directory tree: 5 ms
