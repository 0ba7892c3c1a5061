"""Cohorts, who is in them, what was consented to, and what was frozen, looked at and said."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from db.models.base import Timestamp, id_column, metadata, now_column, owner_column


def _cohort(**options: Any) -> Column[Any]:
    return Column(
        "cohort_id", Uuid, ForeignKey("cohorts.id", ondelete="CASCADE"), nullable=False, **options
    )


cohorts = Table(
    "cohorts",
    metadata,
    id_column(),
    owner_column(index=True),
    Column("name", Text, nullable=False),
    Column("invite_code", Text, nullable=False, unique=True),
    now_column("created_at"),
    Column("closed_at", Timestamp),
)

cohort_members = Table(
    "cohort_members",
    metadata,
    id_column(),
    _cohort(),
    owner_column(index=True),
    now_column("joined_at"),
    Column("left_at", Timestamp),
    Column("removed", Boolean, nullable=False, server_default=text("false")),
)
Index(
    "cohort_members_once",
    cohort_members.c.cohort_id,
    cohort_members.c.user_id,
    unique=True,
    postgresql_where=text("left_at is null"),
)

consents = Table(
    "consents",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    owner_column(),
    Column("purpose", Text, nullable=False),
    Column("cohort_id", Uuid),
    Column("granted", Boolean, nullable=False),
    Column("wording_version", Text, nullable=False),
    Column(
        "actor_id",
        Uuid,
        ForeignKey("users.id", ondelete="SET NULL"),
        server_default=text("app.uid()"),
    ),
    now_column("at"),
)
Index(
    "consents_latest",
    consents.c.user_id,
    consents.c.purpose,
    consents.c.cohort_id,
    consents.c.id.desc(),
)

looks = Table(
    "looks",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    owner_column(),
    Column("looker_id", Uuid, ForeignKey("users.id", ondelete="SET NULL")),
    Column("cohort_id", Uuid, ForeignKey("cohorts.id", ondelete="SET NULL")),
    Column("what", Text, nullable=False),
    now_column("at"),
)
Index("looks_latest", looks.c.user_id, looks.c.at.desc())

feedback_notes = Table(
    "feedback_notes",
    metadata,
    id_column(),
    owner_column(),
    Column("author_id", Uuid, ForeignKey("users.id", ondelete="SET NULL")),
    Column("cohort_id", Uuid, ForeignKey("cohorts.id", ondelete="SET NULL")),
    Column("body", Text, nullable=False),
    now_column("created_at"),
    Column("read_at", Timestamp),
)
Index("feedback_notes_latest", feedback_notes.c.user_id, feedback_notes.c.created_at.desc())

cohort_freezes = Table(
    "cohort_freezes",
    metadata,
    _cohort(primary_key=True),
    Column("purpose", Text, primary_key=True),
    Column("week", Date, primary_key=True),
    Column("people", Integer, nullable=False),
    now_column("frozen_at"),
)

cohort_weeks = Table(
    "cohort_weeks",
    metadata,
    _cohort(primary_key=True),
    Column("purpose", Text, primary_key=True),
    Column("week", Date, primary_key=True),
    owner_column(primary_key=True, index=True),
    Column("focused_minutes", Integer, nullable=False),
    Column("completion", REAL),
    Column("estimation_error", REAL),
    Column("slot_minutes", ARRAY(Integer), nullable=False),
    Column("included", Boolean, nullable=False, server_default=text("true")),
)
