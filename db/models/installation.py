"""What administrators set for everybody, and the log of what they did."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)

from db.models.base import Timestamp, metadata, now_column

installation = Table(
    "installation",
    metadata,
    Column("single", Boolean, primary_key=True, server_default=text("true")),
    Column("sign_up", Text, nullable=False, server_default="open"),
)

account_invitations = Table(
    "account_invitations",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("created_by", Uuid, ForeignKey("users.id", ondelete="SET NULL")),
    now_column("created_at"),
    Column("expires_at", Timestamp, nullable=False),
    Column("used_at", Timestamp),
)

heartbeats = Table(
    "heartbeats", metadata, Column("process", Text, primary_key=True), now_column("at")
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("actor_id", Uuid, ForeignKey("users.id", ondelete="SET NULL")),
    Column("action", Text, nullable=False),
    Column("subject_id", Uuid, ForeignKey("users.id", ondelete="SET NULL")),
    Column("detail", Text, nullable=False, server_default=""),
    now_column("at"),
)
Index("audit_log_latest", audit_log.c.at.desc(), audit_log.c.id.desc())
