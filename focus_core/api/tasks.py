"""/tasks and /courses: what sessions are spent on."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict

from focus_core.api import idempotency
from focus_core.api.bodies import (
    TELLING,
    WHOLE,
    Body,
    Day,
    Flag,
    Id,
    IdOut,
    MomentOut,
    absent,
    stored,
    within,
)
from focus_core.api.caller import Reader, Writer
from focus_core.api.idempotency import IdempotencyKey
from focus_core.api.routing import EMPTY, WITH_BODY, make_router, signed_in
from focus_core.domain import limits
from focus_core.services import task_changes, tasks

router = make_router("/tasks", "Tasks and courses")
course_router = make_router("/courses", "Tasks and courses")

Title = Annotated[str, stored(limits.TITLE_LENGTH, 1), TELLING]
TaskType = Annotated[str, stored(limits.TASK_TYPE_LENGTH)]
Estimate = Annotated[int, within(1, limits.LONGEST_TASK_MINUTES), WHOLE]
CourseName = Annotated[str, stored(limits.COURSE_LENGTH, 1), TELLING]


class NewTask(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "title": "Lab report",
                "task_type": "assignment",
                "estimate_minutes": 120,
                "due_on": "2026-12-01",
            }
        }
    )

    title: Title
    course_id: Id | None = None
    task_type: TaskType | None = None
    estimate_minutes: Estimate | None = None
    due_on: Day | None = None


class ChangeTask(Body):
    """Only what is named changes; null empties what may be empty."""

    model_config = ConfigDict(json_schema_extra={"example": {"done": True}})

    title: Title = absent()
    course_id: Id | None = None
    task_type: TaskType | None = None
    estimate_minutes: Estimate | None = None
    due_on: Day | None = None
    done: Flag = absent()


class Task(BaseModel):
    id: IdOut
    title: str
    course_id: IdOut | None
    course_name: str | None
    task_type: str | None
    estimate_minutes: int | None
    due_on: date | None
    done_at: MomentOut | None
    created_at: MomentOut
    updated_at: MomentOut


class TaskList(BaseModel):
    tasks: list[Task]


class NewCourse(Body):
    model_config = ConfigDict(json_schema_extra={"example": {"name": "Biology 101"}})

    name: CourseName


class ChangeCourse(Body):
    model_config = ConfigDict(json_schema_extra={"example": {"archived": True}})

    name: CourseName = absent()
    archived: Flag = absent()


class Course(BaseModel):
    id: IdOut
    name: str
    archived_at: MomentOut | None
    created_at: MomentOut


class CourseList(BaseModel):
    courses: list[Course]


@router.get("", operation_id="listTasks", response_model=TaskList, responses=signed_in(422))
def list_tasks(
    caller: Reader, only_open: Annotated[bool, Query(description="Leave out what is done")] = True
) -> Any:
    """At most 500 tasks: the open ones by when they were last touched, or all by title."""
    return {"tasks": tasks.list_tasks(caller.user_id, only_open=only_open)}


@router.post(
    "",
    operation_id="createTask",
    status_code=201,
    response_model=Task,
    responses=signed_in(404, 409, *WITH_BODY),
)
def create(caller: Writer, body: NewTask, idempotency_key: IdempotencyKey = None) -> Any:
    """Make a task. An open one of the same title in the same course is 409."""
    wanted = body.model_dump()
    return idempotency.answer(
        caller,
        idempotency_key,
        ("createTask", wanted),
        lambda: task_changes.create_task(caller.user_id, **wanted),
        model=Task,
        status=201,
    )


@router.patch(
    "/{task_id:uuid}",
    operation_id="updateTask",
    response_model=Task,
    responses=signed_in(404, 409, *WITH_BODY),
)
def change(caller: Writer, task_id: UUID, body: ChangeTask) -> Any:
    """Change a task; `done` true or false closes it or opens it again."""
    return task_changes.update_task(caller.user_id, task_id, **body.named())


@router.delete(
    "/{task_id:uuid}",
    operation_id="deleteTask",
    responses=signed_in(404),
    **EMPTY,
)
def delete(caller: Writer, task_id: UUID) -> None:
    """Delete a task; its sessions stay, without it."""
    task_changes.delete_task(caller.user_id, task_id)


@course_router.get("", operation_id="listCourses", response_model=CourseList, responses=signed_in())
def list_courses(caller: Reader) -> Any:
    """At most 500 courses by name, without the archived ones."""
    return {"courses": tasks.list_courses(caller.user_id)}


@course_router.post(
    "",
    operation_id="createCourse",
    status_code=201,
    response_model=Course,
    responses=signed_in(409, *WITH_BODY),
)
def create_course(caller: Writer, body: NewCourse, idempotency_key: IdempotencyKey = None) -> Any:
    """Make a course. One of the same name is 409, an archived one too."""
    return idempotency.answer(
        caller,
        idempotency_key,
        ("createCourse", body.name),
        lambda: task_changes.create_course(caller.user_id, body.name),
        model=Course,
        status=201,
    )


@course_router.patch(
    "/{course_id:uuid}",
    operation_id="updateCourse",
    response_model=Course,
    responses=signed_in(404, 409, *WITH_BODY),
)
def change_course(caller: Writer, course_id: UUID, body: ChangeCourse) -> Any:
    """Rename a course, or archive it: then it is offered nowhere, and its sessions keep it."""
    return task_changes.update_course(caller.user_id, course_id, **body.named())


@course_router.delete(
    "/{course_id:uuid}",
    operation_id="deleteCourse",
    responses=signed_in(404, 409),
    **EMPTY,
)
def delete_course(caller: Writer, course_id: UUID) -> None:
    """Delete a course; its tasks and sessions stay, without it. Where two open tasks of one title
    would meet, that is 409."""
    task_changes.delete_course(caller.user_id, course_id)
