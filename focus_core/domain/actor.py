"""Who acts, in which role, in which time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo


class Role(StrEnum):
    USER = "user"
    COACH = "coach"
    RESEARCHER = "researcher"
    ADMIN = "admin"


@dataclass(frozen=True)
class Actor:
    """A signed-in person. `week_start` counts from Monday = 1; `day_start` is local wall time."""

    user_id: UUID
    username: str
    display_name: str
    role: Role
    timezone: ZoneInfo
    week_start: int
    day_start: time
    data_version: int
    """Grows with every change of the person's sessions or of one of their tasks, so that a page can
    keep a finished chart until it does."""
    web_session_id: UUID | None = None
    """The browser sign-in this actor came by; None where there is none."""
