"""Courses and tasks: what a session is spent on, picked from a list or typed in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from db.queries import tasks as queries
from db.session import Transaction, open_around, open_for
from focus_core.domain import limits
from focus_core.domain.errors import NotFound
from focus_core.services.rows import as_dict

MOST_LISTED = 500


def list_courses(user_id: UUID | str) -> list[dict[str, Any]]:
    """The person's courses by name, at most 500."""
    owner = limits.identifier(user_id)
    with open_for(owner) as transaction:
        return [as_dict(row) for row in queries.all_courses(transaction, owner, MOST_LISTED)]


def list_tasks(user_id: UUID | str, *, only_open: bool = True) -> list[dict[str, Any]]:
    """The person's tasks with `course_name`, the latest touched first, at most 500; with
    `only_open=False` the done ones too, by title."""
    owner = limits.identifier(user_id)
    wanted = queries.open_tasks if only_open else queries.all_tasks
    with open_for(owner) as transaction:
        return [as_dict(row) for row in wanted(transaction, owner, MOST_LISTED)]


def list_choices(
    user_id: UUID | str, *, only_open: bool = True
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """`list_tasks` and `list_courses`, of one moment."""
    with open_around(limits.identifier(user_id)):
        return list_tasks(user_id, only_open=only_open), list_courses(user_id)


def mark_done(user_id: UUID | str, task_id: UUID | str) -> None:
    """The task is finished: it is picked from no list any more. Raises NotFound."""
    owner, key = limits.identifier(user_id), limits.identifier(task_id)
    with open_for(owner) as transaction:
        if not queries.mark_done(transaction, owner, key):
            raise NotFound


def resolve(
    transaction: Transaction,
    user_id: UUID,
    *,
    task_id: UUID | str | None = None,
    course_id: UUID | str | None = None,
    task: str | None = None,
    course: str | None = None,
) -> dict[str, UUID | None]:
    """`task_id` and `course_id` of what was picked (by id) or typed (by name, made if new).

    A task brings its course along unless another was chosen. Raises NotFound for an id that is
    not the person's own, InvalidInput for a name out of bounds.
    """
    course_key = _own_course(transaction, user_id, course_id) if course_id else None
    course_name = limits.title("course", course, limits.COURSE_LENGTH)
    if course_name:
        course_key = queries.course_named(transaction, user_id, course_name)
    if task_id:
        task_key = limits.identifier(task_id)
        found = queries.find_task(transaction, user_id, task_key)
        if found is None:
            raise NotFound
        return {"task_id": task_key, "course_id": course_key or found["course_id"]}
    title = limits.title("task", task, limits.TITLE_LENGTH)
    if title is None:
        return {"task_id": None, "course_id": course_key}
    return {
        "task_id": queries.task_named(transaction, user_id, title, course_key),
        "course_id": course_key,
    }


def _own_course(transaction: Transaction, user_id: UUID, course_id: UUID | str) -> UUID:
    key = limits.identifier(course_id)
    if not queries.has_course(transaction, user_id, key):
        raise NotFound
    return key
