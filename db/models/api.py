"""How programs prove who they are, and what they were answered."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY

from db.models.base import Timestamp, id_column, metadata, now_column, owner_column

api_sign_ins = Table(
    "api_sign_ins",
    metadata,
    id_column(),
    owner_column(index=True),
    Column("token_version", Integer, nullable=False),
    Column("address", String(64), nullable=False, server_default=""),
    now_column("created_at"),
    Column("expires_at", Timestamp, nullable=False),
    Column("revoked_at", Timestamp),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column(
        "sign_in_id",
        Uuid,
        ForeignKey("api_sign_ins.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    now_column("created_at"),
    Column("used_at", Timestamp),
)

personal_tokens = Table(
    "personal_tokens",
    metadata,
    id_column(),
    owner_column(index=True),
    Column("name", Text, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("token_version", Integer, nullable=False),
    now_column("created_at"),
    Column("expires_at", Timestamp, nullable=False),
    Column("last_used_at", Timestamp),
    Column("revoked_at", Timestamp),
)

idempotent_replies = Table(
    "idempotent_replies",
    metadata,
    owner_column(primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("reply", Text),
    now_column("created_at"),
)
Index("ix_idempotent_replies_created_at", idempotent_replies.c.created_at)
