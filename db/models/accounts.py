"""People, how they prove who they are, and where they are signed in."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    Time,
    Uuid,
    text,
)

from db.models.base import Timestamp, id_column, metadata, now_column, owner_column

users = Table(
    "users",
    metadata,
    id_column(),
    Column("username", Text, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("role", Text, nullable=False, server_default="user"),
    Column("timezone", Text, nullable=False),
    Column("week_start", SmallInteger, nullable=False, server_default="1"),
    Column("day_start", Time, nullable=False, server_default="00:00"),
    Column("work_minutes", SmallInteger, nullable=False, server_default="25"),
    Column("short_break_minutes", SmallInteger, nullable=False, server_default="5"),
    Column("long_break_minutes", SmallInteger, nullable=False, server_default="15"),
    Column("long_break_every", SmallInteger, nullable=False, server_default="4"),
    Column("overtime", Boolean, nullable=False, server_default=text("false")),
    Column("auto_start_breaks", Boolean, nullable=False, server_default=text("true")),
    Column("sound", Boolean, nullable=False, server_default=text("true")),
    Column("sound_volume_pct", SmallInteger, nullable=False, server_default="60"),
    Column("notifications", Boolean, nullable=False, server_default=text("true")),
    Column("plan_done_by", Time, nullable=False, server_default="18:00"),
    Column("token_version", Integer, nullable=False, server_default="1"),
    Column("data_version", Integer, nullable=False, server_default="1"),
    Column("disabled_at", Timestamp),
    Column("demo", Boolean, nullable=False, server_default=text("false")),
    now_column("created_at"),
    now_column("updated_at"),
)

user_credentials = Table(
    "user_credentials",
    metadata,
    owner_column(primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("failed_attempts", Integer, nullable=False, server_default="0"),
    Column("locked_until", Timestamp),
    now_column("password_changed_at"),
)

sign_in_addresses = Table(
    "sign_in_addresses",
    metadata,
    Column("address", String(64), primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("window_started_at", Timestamp, nullable=False),
)

sign_in_tickets = Table(
    "sign_in_tickets",
    metadata,
    Column("ticket_hash", LargeBinary, primary_key=True),
    owner_column(),
    Column("browser_hash", LargeBinary, nullable=False),
    Column("expires_at", Timestamp, nullable=False),
)

web_sessions = Table(
    "web_sessions",
    metadata,
    id_column(),
    owner_column(index=True),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("user_agent", Text, nullable=False, server_default=""),
    Column("address", String(64), nullable=False, server_default=""),
    now_column("created_at"),
    now_column("last_seen_at"),
    Column("expires_at", Timestamp, nullable=False),
    Column("revoked_at", Timestamp),
)

password_reset_links = Table(
    "password_reset_links",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    owner_column(),
    Column("created_by", Uuid, ForeignKey("users.id", ondelete="SET NULL")),
    now_column("created_at"),
    Column("expires_at", Timestamp, nullable=False),
    Column("used_at", Timestamp),
)
