"""/cohorts: what a coach does with the groups they made, and what they see of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from focus_core.api import idempotency
from focus_core.api.bodies import TELLING, Body, MomentOut, stored
from focus_core.api.caller import SignedIn
from focus_core.api.idempotency import IdempotencyKey
from focus_core.api.routing import EMPTY, WITH_BODY, make_router, signed_in
from focus_core.api.sharing_models import MemberWeek, SharedProfile
from focus_core.domain.actor import Actor
from focus_core.domain.errors import NotFound
from focus_core.services import coaching, cohorts, weekly_summaries
from focus_core.services.api_access import Caller, actor_of

router = make_router("/cohorts", "Coaching")


class NewCohort(Body):
    model_config = ConfigDict(json_schema_extra={"example": {"name": "Thesis class"}})

    name: Annotated[str, stored(cohorts.NAME_LENGTH, 1), TELLING]


class Cohort(BaseModel):
    id: UUID
    name: str
    invite_code: str = Field(description="Whoever has it can join")
    created_at: MomentOut
    members: int
    named: int = Field(description="Members who share under their name")


class CohortList(BaseModel):
    cohorts: list[Cohort]


class InviteCode(BaseModel):
    invite_code: str


class GroupWeek(BaseModel):
    """One frozen week of the group. Null: fewer than five people would be behind the figure."""

    week: date = Field(description="Its Monday")
    state: Literal["shown", "held", "gone"] = Field(
        description="`held`: somebody withdrew, and it comes back without them on the next"
        " Tuesday, UTC"
    )
    people: str | None = Field(description='A band, such as "10 to 19"')
    focused_hours: float | None = Field(
        description="Mean a person, to the half hour; each person's capped at 40"
    )
    active_pct: float | None
    completion_pct: float | None
    estimation_error_pct: float | None = Field(description="Negative: things took longer")


class Group(BaseModel):
    weeks: list[GroupWeek] = Field(description="Twelve at most, the oldest first")
    slots: list[float | None] = Field(
        description="Share of focus in percent by three hours of the members' own day; empty"
        " without figures"
    )
    change: Literal["few", "most", "about", "unknown"] = Field(
        description="How many of those not named dropped below two thirds of their own past"
    )
    dropped_pct: float | None = Field(description="With `about`: their share, to ten percent")


class NamedMember(BaseModel):
    user_id: UUID
    name: str
    active: bool = Field(description="Any focus in the last full week or in this one")
    dropped: bool = Field(
        description="The last four full weeks hold less than two thirds of those before"
    )
    weeks: list[MemberWeek] = Field(description="Twelve full ones, then the present one")


class MemberList(BaseModel):
    members: list[NamedMember]


class SentNote(BaseModel):
    body: str
    created_at: MomentOut
    read_at: MomentOut | None = Field(description="Null: not read yet")


class MemberProfile(SharedProfile):
    notes: list[SentNote] = Field(description="What this coach wrote to them, the newest first")


class Section(BaseModel):
    heading: str
    lines: list[str]


class WeeklySummary(BaseModel):
    week: date = Field(description="Its Monday")
    title: str
    sections: list[Section]
    text: str = Field(description="All of it, to copy and to keep")


class NewNote(Body):
    model_config = ConfigDict(json_schema_extra={"example": {"note": "Four good weeks. Go on!"}})

    note: Annotated[str, stored(coaching.NOTE_LENGTH, 1), TELLING]


@router.get("", operation_id="listCohorts", response_model=CohortList, responses=signed_in())
def list_cohorts(caller: SignedIn) -> Any:
    """The coach's open cohorts by name. 403 for whoever is no coach, here and below."""
    return {"cohorts": cohorts.list_own(actor_of(caller))}


@router.post(
    "",
    operation_id="createCohort",
    status_code=201,
    response_model=Cohort,
    responses=signed_in(409, *WITH_BODY),
)
def create(caller: SignedIn, body: NewCohort, idempotency_key: IdempotencyKey = None) -> Any:
    """Make a cohort. People join it with its code, and each chooses what they share. One more
    than 50 is 409."""
    return idempotency.answer(
        caller,
        idempotency_key,
        ("createCohort", body.name),
        lambda: _create(caller, body.name),
        model=Cohort,
        status=201,
    )


@router.post(
    "/{cohort_id:uuid}/code",
    operation_id="renewCohortCode",
    response_model=InviteCode,
    responses=signed_in(404),
)
def renew_code(caller: SignedIn, cohort_id: UUID) -> Any:
    """A new code; the old one leads nowhere any more."""
    return {"invite_code": cohorts.renew_code(actor_of(caller), cohort_id)}


@router.delete("/{cohort_id:uuid}", operation_id="closeCohort", responses=signed_in(404), **EMPTY)
def close(caller: SignedIn, cohort_id: UUID) -> None:
    """End a cohort for good: nobody joins, and nothing of it is shown to anybody any more."""
    cohorts.close(actor_of(caller), cohort_id)


@router.get(
    "/{cohort_id:uuid}/group",
    operation_id="getCohortGroup",
    response_model=Group,
    responses=signed_in(404),
)
def group(caller: SignedIn, cohort_id: UUID) -> Any:
    """The figures of the group, frozen once a week. Whoever is in them is told of the look."""
    return coaching.get_group(actor_of(caller), cohort_id)


@router.get(
    "/{cohort_id:uuid}/summary",
    operation_id="getCohortSummary",
    response_model=WeeklySummary,
    responses=signed_in(404),
)
def summary(caller: SignedIn, cohort_id: UUID) -> Any:
    """The last full week in words, of the group and of the members who agreed to be named. Whoever
    is in it is told of the look."""
    return weekly_summaries.write(actor_of(caller), cohort_id)


@router.get(
    "/{cohort_id:uuid}/members",
    operation_id="listCohortMembers",
    response_model=MemberList,
    responses=signed_in(404),
)
def members(caller: SignedIn, cohort_id: UUID) -> Any:
    """The members who agreed to be named, at this moment. Each is told of the look."""
    coach = actor_of(caller)
    _own(coach, cohort_id)
    return {"members": coaching.list_members(coach, cohort_id)}


@router.get(
    "/{cohort_id:uuid}/members/{member_id:uuid}",
    operation_id="getCohortMember",
    response_model=MemberProfile,
    responses=signed_in(404),
)
def member(caller: SignedIn, cohort_id: UUID, member_id: UUID) -> Any:
    """A named member's profile, and the notes to them; they are told of the look. 404 as well when
    they never agreed or have withdrawn."""
    coach = actor_of(caller)
    profile = coaching.get_profile(coach, cohort_id, member_id)
    return {**profile, "notes": coaching.list_notes(coach, cohort_id, member_id)}


@router.delete(
    "/{cohort_id:uuid}/members/{member_id:uuid}",
    operation_id="removeCohortMember",
    responses=signed_in(404),
    **EMPTY,
)
def remove(caller: SignedIn, cohort_id: UUID, member_id: UUID) -> None:
    """End a named member's time in a cohort, and all they agreed to there. They are told."""
    cohorts.remove_member(actor_of(caller), cohort_id, member_id)


@router.post(
    "/{cohort_id:uuid}/members/{member_id:uuid}/notes",
    operation_id="sendCohortMemberNote",
    responses=signed_in(404, *WITH_BODY),
    **EMPTY,
)
def send_note(
    caller: SignedIn,
    cohort_id: UUID,
    member_id: UUID,
    body: NewNote,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Write to a named member; they find it on their insights page."""
    return idempotency.answer(
        caller,
        idempotency_key,
        ("sendCohortMemberNote", str(cohort_id), str(member_id), body.note),
        lambda: coaching.leave_note(actor_of(caller), cohort_id, member_id, body.note),
        model=None,
        status=204,
    )


def _create(caller: Caller, name: str) -> dict[str, Any]:
    coach = actor_of(caller)
    return _own(coach, cohorts.create(coach, name))


def _own(coach: Actor, cohort_id: UUID) -> dict[str, Any]:
    for cohort in cohorts.list_own(coach):
        if cohort["id"] == cohort_id:
            return cohort
    raise NotFound("There is no such group, or it is closed.")
