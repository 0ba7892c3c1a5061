"""What the settings screen stands on, read in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from db.session import open_around
from focus_core.services import accounts, personal_tokens, web_sessions


@dataclass(frozen=True)
class PersonSettings:
    account: dict[str, Any]
    devices: list[dict[str, Any]]
    """Where the person is signed in, the latest used first."""
    tokens: list[dict[str, Any]]
    """Personal tokens that are still good, the newest first."""


def get_person_settings(user_id: UUID) -> PersonSettings:
    """Times in UTC. Raises NotFound when the account is gone."""
    with open_around(user_id):
        return PersonSettings(
            accounts.get_account(user_id),
            web_sessions.list_devices(user_id),
            personal_tokens.list_tokens(user_id),
        )
