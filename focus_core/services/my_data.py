"""Everything that is held about a person, for them to see and to take away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text

from db.session import open_for


def releases(user_id: UUID) -> list[dict[str, Any]]:
    """The research releases a person's data were in, the newest first; times in UTC."""
    with open_for(user_id) as transaction:
        rows = transaction.execute(text("select * from app.my_releases()"))
        return [dict(row) for row in rows.mappings()]
