"""Statements over courses and tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from db.models import courses, tasks, users
from db.session import Transaction

# The timer reads these with every move: building a statement costs more than running it.
_OPEN_TASKS = (
    select(tasks, courses.c.name.label("course_name"))
    .outerjoin(courses, courses.c.id == tasks.c.course_id)
    .where(tasks.c.user_id == bindparam("owner"), tasks.c.done_at.is_(None))
    .order_by(tasks.c.updated_at.desc())
    .limit(bindparam("most"))
)
_COURSES = (
    select(courses)
    .where(courses.c.user_id == bindparam("owner"), courses.c.archived_at.is_(None))
    .order_by(func.lower(courses.c.name))
    .limit(bindparam("most"))
)


def course_named(transaction: Transaction, user_id: UUID, name: str) -> UUID:
    """The person's course of that name in any case of letters, made if there is none."""
    match = (courses.c.user_id == user_id, func.lower(courses.c.name) == func.lower(name))
    found: UUID | None = transaction.execute(select(courses.c.id).where(*match)).scalar()
    if found is not None:
        return found
    made = insert(courses).values(user_id=user_id, name=name).on_conflict_do_nothing()
    transaction.execute(made)  # another tab may have been faster; then its row is the one
    created: UUID = transaction.execute(select(courses.c.id).where(*match)).scalar_one()
    return created


def task_named(
    transaction: Transaction,
    user_id: UUID,
    title: str,
    course_id: UUID | None,
    **columns: Any,
) -> UUID:
    """The person's open task of that title in that course, made if there is none."""
    same_course: ColumnElement[bool] = tasks.c.course_id.is_not_distinct_from(course_id)
    match = (
        tasks.c.user_id == user_id,
        same_course,
        func.lower(tasks.c.title) == func.lower(title),
        tasks.c.done_at.is_(None),
    )
    found: UUID | None = transaction.execute(select(tasks.c.id).where(*match)).scalar()
    if found is not None:
        return found
    values = {"user_id": user_id, "title": title, "course_id": course_id, **columns}
    transaction.execute(insert(tasks).values(**values).on_conflict_do_nothing())
    created: UUID = transaction.execute(select(tasks.c.id).where(*match)).scalar_one()
    return created


def has_course(transaction: Transaction, user_id: UUID, course_id: UUID) -> bool:
    statement = select(courses.c.id).where(courses.c.user_id == user_id, courses.c.id == course_id)
    return transaction.execute(statement).first() is not None


def find_task(transaction: Transaction, user_id: UUID, task_id: UUID) -> RowMapping | None:
    statement = select(tasks).where(tasks.c.user_id == user_id, tasks.c.id == task_id)
    return transaction.execute(statement).mappings().first()


def mark_done(transaction: Transaction, user_id: UUID, task_id: UUID) -> bool:
    """False when there is no such task; one that is done already keeps its time."""
    statement = (
        update(tasks)
        .where(tasks.c.user_id == user_id, tasks.c.id == task_id)
        .values(done_at=func.coalesce(tasks.c.done_at, transaction.now), updated_at=transaction.now)
        .returning(tasks.c.id)
    )
    _count_change(transaction, user_id)
    return transaction.execute(statement).first() is not None


def open_tasks(transaction: Transaction, user_id: UUID, limit: int) -> Sequence[RowMapping]:
    """Tasks that are not done, the latest touched first, with their course's name."""
    values = {"owner": user_id, "most": limit}
    return transaction.execute(_OPEN_TASKS, values).mappings().all()


def all_tasks(transaction: Transaction, user_id: UUID, limit: int) -> Sequence[RowMapping]:
    """Every task, done ones too, by title."""
    statement = (
        select(tasks, courses.c.name.label("course_name"))
        .outerjoin(courses, courses.c.id == tasks.c.course_id)
        .where(tasks.c.user_id == user_id)
        .order_by(func.lower(tasks.c.title))
        .limit(limit)
    )
    return transaction.execute(statement).mappings().all()


def all_courses(transaction: Transaction, user_id: UUID, limit: int) -> Sequence[RowMapping]:
    values = {"owner": user_id, "most": limit}
    return transaction.execute(_COURSES, values).mappings().all()


def find_task_with_course(
    transaction: Transaction, user_id: UUID, task_id: UUID
) -> RowMapping | None:
    statement = (
        select(tasks, courses.c.name.label("course_name"))
        .outerjoin(courses, courses.c.id == tasks.c.course_id)
        .where(tasks.c.user_id == user_id, tasks.c.id == task_id)
    )
    return transaction.execute(statement).mappings().first()


def insert_task(transaction: Transaction, values: Mapping[str, Any]) -> UUID:
    statement = insert(tasks).values(**values).returning(tasks.c.id)
    made: UUID = transaction.execute(statement).scalar_one()
    return made


def change_task(
    transaction: Transaction, user_id: UUID, task_id: UUID, values: Mapping[str, Any]
) -> None:
    transaction.execute(
        update(tasks)
        .where(tasks.c.user_id == user_id, tasks.c.id == task_id)
        .values(**values, updated_at=transaction.now)
    )
    _count_change(transaction, user_id)


def delete_task(transaction: Transaction, user_id: UUID, task_id: UUID) -> bool:
    statement = delete(tasks).where(tasks.c.user_id == user_id, tasks.c.id == task_id)
    return transaction.execute(statement).rowcount == 1


def insert_course(transaction: Transaction, values: Mapping[str, Any]) -> RowMapping:
    statement = insert(courses).values(**values).returning(*courses.c)
    return transaction.execute(statement).mappings().one()


def change_course(
    transaction: Transaction, user_id: UUID, course_id: UUID, values: Mapping[str, Any]
) -> RowMapping | None:
    statement = (
        update(courses)
        .where(courses.c.user_id == user_id, courses.c.id == course_id)
        .values(**{"name": courses.c.name, **values})  # without values nothing would be returned
        .returning(*courses.c)
    )
    return transaction.execute(statement).mappings().first()


def delete_course(transaction: Transaction, user_id: UUID, course_id: UUID) -> bool:
    statement = delete(courses).where(courses.c.user_id == user_id, courses.c.id == course_id)
    return transaction.execute(statement).rowcount == 1


def _count_change(transaction: Transaction, user_id: UUID) -> None:
    """A task's estimate and its end are what forecasts rest on: pages look at those again."""
    transaction.execute(
        update(users).where(users.c.id == user_id).values(data_version=users.c.data_version + 1)
    )
