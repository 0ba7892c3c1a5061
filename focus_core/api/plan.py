"""/plan: today's tasks in order, when all of them will be done, and what to leave out."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from focus_core.api import idempotency
from focus_core.api.bodies import Body, Day, Flag, Id, IdOut, MomentOut, absent
from focus_core.api.caller import Reader, Writer
from focus_core.api.idempotency import IdempotencyKey
from focus_core.api.routing import EMPTY, WITH_BODY, make_router, signed_in
from focus_core.api.session_models import CourseName
from focus_core.api.tasks import Estimate, Task, TaskType, Title
from focus_core.services import plan

router = make_router("/plan", "Planning")

Wall = Annotated[
    str | None,
    Query(
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
        examples=["18:00"],
        description="By default the time that the person chose on the timer",
    ),
]


class AddTask(Body):
    """A task by its id alone, or by its title and course: the open one there is, or a new one."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["title"], "properties": {"task_id": {"not": {}}}},
                {
                    "required": ["task_id"],
                    "properties": {
                        "title": {"not": {}},
                        "course_id": {"type": "null"},
                        "course": {"type": "null"},
                    },
                },
            ],
            "example": {
                "title": "Lab report",
                "course": "Biology 101",
                "task_type": "assignment",
                "estimate_minutes": 120,
            },
        }
    )

    task_id: Id = absent()
    title: Title = absent()
    course_id: Id | None = None
    course: CourseName | None = Field(
        default=None, description="Name of the course of that title, made if it is new"
    )
    task_type: TaskType | None = Field(default=None, description="Left out, it stays as it is")
    estimate_minutes: Estimate | None = Field(
        default=None, description="Left out, it stays as it is"
    )


class ChangePlannedTask(Body):
    """Only what is named changes; null empties what may be empty."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"estimate_minutes": 90, "done": False}}
    )

    title: Title = absent()
    course_id: Id | None = None
    course: CourseName | None = Field(
        default=None, description="Name, made if it is new; it goes before `course_id`"
    )
    task_type: TaskType | None = None
    estimate_minutes: Estimate | None = None
    done: Flag = absent()


class Order(Body):
    model_config = ConfigDict(
        json_schema_extra={"example": {"task_ids": ["019ab1c2-3d4e-7f50-8a6b-9c0d1e2f3a4b"]}}
    )

    task_ids: list[Id] = Field(
        max_length=plan.MOST_A_DAY,
        json_schema_extra={"uniqueItems": True},
        description="The first ones; those that are not named come after, as they were",
    )


class PlannedTask(BaseModel):
    task_id: IdOut
    title: str
    course_id: IdOut | None
    course_name: str | None
    task_type: str | None
    estimate_minutes: int | None
    due_on: date | None
    done_at: MomentOut | None
    spent_minutes: float = Field(description="Focus so far, that of a running session included")
    spent_today_minutes: float = Field(description="What of it fell into today")
    running_minutes: float | None = Field(
        description="What of it is the running session's; null unless one runs on this task"
    )


class LeftOver(BaseModel):
    task_id: IdOut
    title: str
    day: date = Field(description="The last day it was planned for")


class Finish(BaseModel):
    """When all that is not done will be, breaks included, from simulated sums."""

    finish_time: MomentOut
    low80_time: MomentOut = Field(description="The range holds four days of five")
    high80_time: MomentOut
    day_ends: MomentOut
    done_by: MomentOut
    chance: float = Field(description="Probability that all is done by `done_by`")
    leave_out: list[IdOut] = Field(
        description="Tasks to drop so that the rest is done by `done_by` with 80 %"
    )
    guessing: bool = Field(description="Fewer than three sessions are known")


class Suggestion(BaseModel):
    """A better order; the person decides. `PUT /plan/order` takes it."""

    task_id: IdOut = Field(description="The task to move into the best hours")
    order: list[IdOut]
    from_time: MomentOut = Field(description="The best hours it would fall into")
    to_time: MomentOut
    low80_minutes: float = Field(description="What is left of the task")
    high80_minutes: float
    success: float = Field(description="Success in those hours, 0 to 1")
    sessions: int
    overall_success: float


class Plan(BaseModel):
    day: date = Field(description="The person's own")
    timezone: str
    server_time: MomentOut
    tasks: list[PlannedTask] = Field(description="In order")
    left_over: list[LeftOver] = Field(description="Planned in the last 7 days, and not done")
    forecast: Finish | None = Field(description="Null when nothing is left to do")
    suggestion: Suggestion | None


class IssuedPlan(BaseModel):
    """A forecast of when the plan is done, as it was made. Minutes count from `issued_at`."""

    day: date = Field(description="The person's own")
    issued_at: MomentOut
    task_ids: list[IdOut] = Field(description="What was left to do, in order")
    estimates_minutes: list[int | None]
    spent_minutes: list[float] = Field(description="What had gone into each")
    under_way: bool = Field(description="A session ran on the first of them")
    model_version: str
    known_count: int = Field(description="Sessions and done tasks it rested on")
    p50_minutes: float
    low80_minutes: float
    high80_minutes: float
    low90_minutes: float
    high90_minutes: float
    mean_minutes: float
    estimate_minutes: float | None = Field(
        description="What the estimates left, added up, with breaks; null when one was missing"
    )
    done_by: MomentOut
    probability: float = Field(description="That all is done by `done_by`")
    leave_out: list[IdOut]


class IssuedPlans(BaseModel):
    forecasts: list[IssuedPlan] = Field(description="Oldest first")


class CarriedOver(BaseModel):
    carried_over: int = Field(description="How many tasks came over")


@router.get("", operation_id="getPlan", response_model=Plan, responses=signed_in(422))
def today(caller: Reader, done_by: Wall = None) -> Any:
    """Today's plan, and what is to be left out to be done by `done_by` on the person's clock."""
    return plan.get_plan(caller.user_id, time.fromisoformat(done_by) if done_by else None)


@router.get(
    "/forecasts",
    operation_id="listPlanForecasts",
    response_model=IssuedPlans,
    responses=signed_in(422),
)
def issued(caller: Reader, day: Annotated[Day, Query(examples=["2026-03-02"])]) -> Any:
    """What was forecast for a day's plan. It is never changed, and kept when the list or the time
    to be done by changed, else every quarter of an hour while somebody looked at it."""
    from focus_core.services import issued_plans  # brings numpy along

    return {"forecasts": issued_plans.of_day(caller.user_id, day)}


@router.post(
    "/tasks",
    operation_id="addPlannedTask",
    status_code=201,
    response_model=Task,
    responses=signed_in(404, 409, *WITH_BODY),
)
def add(caller: Writer, body: AddTask, idempotency_key: IdempotencyKey = None) -> Any:
    """Put a task at the end of today's list; one that is on it stays where it is. 409 when the
    list is full."""
    wanted = body.model_dump()
    return idempotency.answer(
        caller,
        idempotency_key,
        ("addPlannedTask", wanted),
        lambda: plan.add_task(caller.user_id, **wanted),
        model=Task,
        status=201,
    )


@router.patch(
    "/tasks/{task_id:uuid}",
    operation_id="updatePlannedTask",
    response_model=Task,
    responses=signed_in(404, 409, *WITH_BODY),
)
def change(caller: Writer, task_id: UUID, body: ChangePlannedTask) -> Any:
    """Change a task, here and everywhere; one that is done stays on the list."""
    return plan.change_task(caller.user_id, task_id, **body.named())


@router.delete(
    "/tasks/{task_id:uuid}",
    operation_id="removePlannedTask",
    responses=signed_in(404),
    **EMPTY,
)
def remove(caller: Writer, task_id: UUID) -> None:
    """Take a task off the list; the task itself stays."""
    plan.remove_task(caller.user_id, task_id)


@router.put(
    "/order",
    operation_id="orderPlan",
    responses=signed_in(404, *WITH_BODY),
    **EMPTY,
)
def order(caller: Writer, body: Order) -> None:
    """Put today's tasks in this order."""
    plan.reorder(caller.user_id, body.task_ids)


@router.post(
    "/carry-over",
    operation_id="carryOverPlan",
    response_model=CarriedOver,
    responses=signed_in(),
)
def carry_over(caller: Writer) -> Any:
    """Put what was left over at the end of today's list, as far as it has room."""
    return {"carried_over": plan.carry_over(caller.user_id)}
