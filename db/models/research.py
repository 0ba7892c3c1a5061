"""Research releases, who was in them, and who asked to be erased or was."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from db.models.base import Timestamp, id_column, metadata, now_column, owner_column

research_releases = Table(
    "research_releases",
    metadata,
    id_column(),
    Column("created_by", Uuid, ForeignKey("users.id", ondelete="SET NULL")),
    now_column("created_at"),
    Column("tier", Text, nullable=False),
    Column("period_start", Date, nullable=False),
    Column("period_end", Date, nullable=False),
    Column("subjects", Integer, nullable=False),
    Column("manifest", JSONB, nullable=False),
    Column("dictionary", JSONB, nullable=False),
    Column("rows", LargeBinary),
    Column("withdrawn_at", Timestamp),
)

release_subjects = Table(
    "release_subjects",
    metadata,
    Column(
        "release_id",
        Uuid,
        ForeignKey("research_releases.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    owner_column(primary_key=True, index=True),
)

account_erasures = Table(
    "account_erasures",
    metadata,
    owner_column(primary_key=True),
    now_column("requested_at"),
    Column("due_at", Timestamp, nullable=False),
)

erased_people = Table(
    "erased_people",
    metadata,
    Column("id_hash", LargeBinary, primary_key=True),
    now_column("erased_at"),
)
