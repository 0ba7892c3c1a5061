"""Which named rule of the database was broken. Services turn the name into a domain error."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

NO_OVERLAP = "focus_sessions_no_overlap"
PAUSES_FIT = "focus_sessions_pauses_fit"
TASK_IS_OWN = "focus_sessions_task_fkey"
COURSE_IS_OWN = "focus_sessions_course_fkey"
TASK_COURSE_IS_OWN = "tasks_course_fkey"
OPEN_TITLE = "tasks_open_title_key"
COURSE_NAME = "courses_user_name_key"


def violated(error: IntegrityError) -> str | None:
    """The constraint's name, None if the server didn't say."""
    diagnostics = getattr(error.orig, "diag", None)
    name: str | None = getattr(diagnostics, "constraint_name", None)
    return name
