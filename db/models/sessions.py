"""Focus sessions, what happened inside them, their breaks, and the ones that were deleted."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from db.models.base import Timestamp, id_column, metadata, now_column, owner_column

_FOCUSED_SECONDS = "extract(epoch from (end_time - start_time))::integer - paused_seconds"

focus_sessions = Table(
    "focus_sessions",
    metadata,
    id_column(),
    owner_column(),
    Column("task_id", Uuid),
    Column("course_id", Uuid),
    Column("start_time", Timestamp, nullable=False),
    Column("end_time", Timestamp),
    Column("actual_start_time", Timestamp),
    Column("actual_end_time", Timestamp),
    Column(
        "duration_minutes",
        Integer,
        Computed(f"round(({_FOCUSED_SECONDS}) / 60.0)::integer", persisted=True),
    ),
    Column("expected_duration", Integer),
    Column("session_type", Text, nullable=False, server_default="pomodoro"),
    Column("cycles_completed", Integer, nullable=False, server_default="1"),
    Column("break_minutes", Integer, nullable=False, server_default="0"),
    Column("was_completed", Boolean, nullable=False, server_default=text("false")),
    Column("context", Text),
    Column("focus_score", Integer),
    Column("interruption_count", Integer, nullable=False, server_default="0"),
    Column("focus_quality", JSONB, nullable=False, server_default=text("'{}'")),
    Column("session_notes", Text),
    now_column("created_at"),
    Column("paused_seconds", Integer, nullable=False, server_default="0"),
    Column("paused_at", Timestamp),
    Column("focused_seconds", Integer, Computed(_FOCUSED_SECONDS, persisted=True)),
    Column("timezone", Text, nullable=False),
    Column("overtime", Boolean, nullable=False, server_default=text("false")),
    Column("ended_by", Text),
    Column("source", Text, nullable=False, server_default="timer"),
    Column("last_seen_at", Timestamp),
    Column("confirmed_at", Timestamp),
    now_column("updated_at"),
    UniqueConstraint("user_id", "id", name="focus_sessions_user_id_id_key"),
    ForeignKeyConstraint(
        ["user_id", "task_id"],
        ["tasks.user_id", "tasks.id"],
        name="focus_sessions_task_fkey",
        ondelete="SET NULL (task_id)",
    ),
    ForeignKeyConstraint(
        ["user_id", "course_id"],
        ["courses.user_id", "courses.id"],
        name="focus_sessions_course_fkey",
        ondelete="SET NULL (course_id)",
    ),
)
Index(
    "focus_sessions_history",
    focus_sessions.c.user_id,
    focus_sessions.c.start_time.desc(),
    focus_sessions.c.id.desc(),
)
Index(
    "focus_sessions_one_running",
    focus_sessions.c.user_id,
    unique=True,
    postgresql_where=text("end_time is null"),
)

session_events = Table(
    "session_events",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("session_id", Uuid, nullable=False),
    owner_column(),
    Column("event_type", Text, nullable=False),
    now_column("occurred_at"),
    Column("reason_kind", Text),
    Column("reason", Text),
    ForeignKeyConstraint(
        ["user_id", "session_id"],
        ["focus_sessions.user_id", "focus_sessions.id"],
        name="session_events_session_fkey",
        ondelete="CASCADE",
    ),
)
Index("session_events_session", session_events.c.session_id)

breaks = Table(
    "breaks",
    metadata,
    Column("session_id", Uuid, primary_key=True),
    owner_column(),
    Column("planned_minutes", SmallInteger, nullable=False),
    Column("start_time", Timestamp, nullable=False),
    Column("end_time", Timestamp),
    ForeignKeyConstraint(
        ["user_id", "session_id"],
        ["focus_sessions.user_id", "focus_sessions.id"],
        name="breaks_session_fkey",
        ondelete="CASCADE",
    ),
)
Index(
    "breaks_one_running",
    breaks.c.user_id,
    unique=True,
    postgresql_where=text("end_time is null"),
)

deleted_sessions = Table(
    "deleted_sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    owner_column(index=True),
    Column("session", JSONB, nullable=False),
    Column("events", JSONB, nullable=False),
    now_column("deleted_at"),
)
