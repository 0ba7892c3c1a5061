"""What every table shares."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, MetaData, Uuid, text
from sqlalchemy.dialects.postgresql import TIMESTAMP

metadata = MetaData()

Timestamp = TIMESTAMP(timezone=True)


def id_column() -> Column[Any]:
    """Time-ordered where the server can (uuidv7 of Postgres 18), otherwise random."""
    return Column("id", Uuid, primary_key=True, server_default=text("app.new_id()"))


def owner_column(**options: Any) -> Column[Any]:
    return Column(
        "user_id", Uuid, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, **options
    )


def now_column(name: str) -> Column[Any]:
    return Column(name, Timestamp, nullable=False, server_default=text("now()"))
