"""Courses and tasks: what a session is spent on."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)

from db.models.base import Timestamp, id_column, metadata, now_column, owner_column

courses = Table(
    "courses",
    metadata,
    id_column(),
    owner_column(),
    Column("name", Text, nullable=False),
    Column("archived_at", Timestamp),
    now_column("created_at"),
    UniqueConstraint("user_id", "id", name="courses_user_id_id_key"),
)
Index("courses_user_name_key", courses.c.user_id, func.lower(courses.c.name), unique=True)

tasks = Table(
    "tasks",
    metadata,
    id_column(),
    owner_column(),
    Column("course_id", Uuid),
    Column("title", Text, nullable=False),
    Column("task_type", Text),
    Column("estimate_minutes", Integer),
    Column("due_on", Date),
    Column("done_at", Timestamp),
    now_column("created_at"),
    now_column("updated_at"),
    UniqueConstraint("user_id", "id", name="tasks_user_id_id_key"),
    # The pair keeps a task from pointing at somebody else's course: such checks ignore policies.
    ForeignKeyConstraint(
        ["user_id", "course_id"],
        ["courses.user_id", "courses.id"],
        name="tasks_course_fkey",
        ondelete="SET NULL (course_id)",
    ),
)
Index(
    "tasks_open_title_key",
    tasks.c.user_id,
    tasks.c.course_id,
    func.lower(tasks.c.title),
    unique=True,
    postgresql_where=text("done_at is null"),
    postgresql_nulls_not_distinct=True,
)
