"""Making, changing and deleting tasks and courses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from db import constraints
from db.queries import tasks as queries
from db.session import Transaction, open_for
from focus_core.domain import limits
from focus_core.domain.errors import InvalidInput, NameTaken, NotFound
from focus_core.services.rows import as_dict

_TASKS_WOULD_MEET = (
    "An open task of this course has the title of one without a course. Rename or finish one first."
)


def create_task(user_id: UUID | str, title: str, **details: Any) -> dict[str, Any]:
    """A new task. `details`: course_id, task_type, estimate_minutes, due_on.

    Raises NameTaken when an open task of that title is in that course, InvalidInput, NotFound.
    """
    owner = limits.identifier(user_id)
    values = _task_values({"title": title, **details})
    with _names_kept_apart(), open_for(owner) as transaction:
        made = queries.insert_task(transaction, {**values, "user_id": owner})
        return _task(transaction, owner, made)


def update_task(user_id: UUID | str, task_id: UUID | str, **changes: Any) -> dict[str, Any]:
    """Change what is named: title, course_id, task_type, estimate_minutes, due_on, done.

    Raises NameTaken, InvalidInput, NotFound.
    """
    owner, key = limits.identifier(user_id), limits.identifier(task_id)
    done = limits.flag("done", changes.pop("done", None))
    values = _task_values(changes)
    with _names_kept_apart(), open_for(owner) as transaction:
        before = _task(transaction, owner, key)
        if done is not None and done != (before["done_at"] is not None):
            values["done_at"] = transaction.now if done else None
        queries.change_task(transaction, owner, key, values)
        return _task(transaction, owner, key)


def delete_task(user_id: UUID | str, task_id: UUID | str) -> None:
    """Delete a task; its sessions stay, without it. Raises NotFound."""
    owner, key = limits.identifier(user_id), limits.identifier(task_id)
    with open_for(owner) as transaction:
        if not queries.delete_task(transaction, owner, key):
            raise NotFound


def create_course(user_id: UUID | str, name: str) -> dict[str, Any]:
    """A new course. Raises NameTaken, InvalidInput."""
    owner = limits.identifier(user_id)
    values = {"user_id": owner, "name": _course_name(name)}
    with _names_kept_apart(), open_for(owner) as transaction:
        return as_dict(queries.insert_course(transaction, values))


def update_course(user_id: UUID | str, course_id: UUID | str, **changes: Any) -> dict[str, Any]:
    """Change what is named: name, archived. An archived course is offered nowhere.

    Raises NameTaken, InvalidInput, NotFound.
    """
    owner, key = limits.identifier(user_id), limits.identifier(course_id)
    values: dict[str, Any] = {}
    if "name" in changes:
        values["name"] = _course_name(changes["name"])
    archived = limits.flag("archived", changes.get("archived"))
    with _names_kept_apart(), open_for(owner) as transaction:
        if archived is not None:
            values["archived_at"] = transaction.now if archived else None
        row = queries.change_course(transaction, owner, key, values)
        if row is None:
            raise NotFound
        return as_dict(row)


def delete_course(user_id: UUID | str, course_id: UUID | str) -> None:
    """Delete a course; its tasks and sessions stay, without it.

    Raises NotFound, and NameTaken when an open task would meet another one of its title.
    """
    owner, key = limits.identifier(user_id), limits.identifier(course_id)
    with _names_kept_apart(_TASKS_WOULD_MEET), open_for(owner) as transaction:
        if not queries.delete_course(transaction, owner, key):
            raise NotFound


def _task(transaction: Transaction, owner: UUID, task_id: UUID) -> dict[str, Any]:
    row = queries.find_task_with_course(transaction, owner, task_id)
    if row is None:
        raise NotFound
    return as_dict(row)


def _task_values(changes: Mapping[str, Any]) -> dict[str, Any]:
    checks: dict[str, Callable[[Any], Any]] = {
        "title": _title,
        "course_id": lambda value: None if value is None else limits.identifier(value),
        "task_type": lambda value: limits.title("task_type", value, limits.TASK_TYPE_LENGTH),
        "estimate_minutes": lambda value: limits.minutes(
            "estimate_minutes", value, limits.LONGEST_TASK_MINUTES
        ),
        "due_on": _day,
    }
    unknown = changes.keys() - checks.keys()
    if unknown:
        raise InvalidInput(min(unknown), f"The {limits.words(min(unknown))} can't be changed.")
    return {name: checks[name](value) for name, value in changes.items()}


def _title(value: Any) -> str:
    title = limits.title("title", value, limits.TITLE_LENGTH)
    if title is None:
        raise InvalidInput("title", "Give the task a title.")
    return title


def _course_name(value: Any) -> str:
    name = limits.title("name", value, limits.COURSE_LENGTH)
    if name is None:
        raise InvalidInput("name", "Give the course a name.")
    return name


def _day(value: Any) -> date | None:
    if value is None or isinstance(value, date):
        return value
    raise InvalidInput("due_on", "The due day must be a date.")


@contextmanager
def _names_kept_apart(message: str | None = None) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        name = constraints.violated(error)
        if name in (constraints.OPEN_TITLE, constraints.COURSE_NAME):
            raise NameTaken(message) from error
        if name == constraints.TASK_COURSE_IS_OWN:
            raise NotFound from error
        raise
