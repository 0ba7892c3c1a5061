"""Aggregated analytics of each person, and who waits for theirs to be refreshed."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Numeric, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from db.models.base import Timestamp, id_column, metadata, now_column, owner_column

user_focus_profiles = Table(
    "user_focus_profiles",
    metadata,
    id_column(),
    owner_column(unique=True),
    Column("avg_focus_duration_minutes", Integer),
    Column("avg_break_duration_minutes", Integer),
    Column("avg_interruption_count", Numeric(4, 2)),
    Column("avg_completion_ratio", Numeric(4, 2)),
    Column("avg_underestimation_pct", Numeric(5, 2)),
    Column("peak_focus_hours", ARRAY(Integer)),
    Column("peak_focus_days", ARRAY(Text)),
    Column("total_sessions_count", Integer, server_default="0"),
    Column("completed_sessions_count", Integer, server_default="0"),
    Column("focus_by_hour", JSONB, server_default=text("'{}'")),
    Column("performance_by_course", JSONB, server_default=text("'{}'")),
    Column("last_computed_at", Timestamp, server_default=text("now()")),
    Column("sessions_analyzed_count", Integer, server_default="0"),
    now_column("created_at"),
    now_column("updated_at"),
)

profile_refresh_requests = Table(
    "profile_refresh_requests",
    metadata,
    Column("user_id", Uuid, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    now_column("requested_at"),
    now_column("due_at"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("last_error", Text),
)
