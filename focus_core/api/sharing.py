"""/memberships and /sharing: what a person shares with coaches and peers, and what came of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from focus_core.api import idempotency
from focus_core.api.bodies import Body, Flag, MomentOut, stored
from focus_core.api.caller import Reader, SignedIn, Writer
from focus_core.api.consents import NEWEST, WordingVersion
from focus_core.api.idempotency import IdempotencyKey
from focus_core.api.routing import EMPTY, WITH_BODY, make_router, signed_in
from focus_core.api.sharing_models import MemberWeek, SharedProfile
from focus_core.domain.consent import Sharing
from focus_core.domain.errors import NotFound
from focus_core.services import cohorts, peers, sharing

membership_router = make_router("/memberships", "Sharing")
router = make_router("/sharing", "Sharing")

EXAMPLE_CODE = "ABCD-EFGH-JKMN"
Code = Annotated[
    str, stored(64, 1), Field(description="However it is typed", examples=[EXAMPLE_CODE])
]


class Choice(Body):
    """What a coach gets to see; all of it at once, so that nothing is shared by omission."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"sharing": "aggregates", "peers": False, "wording_version": NEWEST}
        }
    )

    sharing: Sharing = Field(
        description="`aggregates`: in the group's figures only; `named`: also by name, with"
        " profile and trend"
    )
    peers: Flag = Field(description="Be compared with the group")
    wording_version: WordingVersion


class NewMembership(Choice):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "code": EXAMPLE_CODE,
                "sharing": "aggregates",
                "peers": False,
                "wording_version": NEWEST,
            }
        }
    )

    code: Code


class Membership(BaseModel):
    cohort_id: UUID
    name: str
    coach: str
    joined_at: MomentOut
    sharing: Sharing
    peers: bool
    outdated: bool = Field(
        description="There are newer words; those agreed to hold until the person chooses again"
    )


class Removal(BaseModel):
    cohort: str
    coach: str
    at: MomentOut


class MembershipList(BaseModel):
    memberships: list[Membership]
    removals: list[Removal] = Field(
        description="Cohorts that a coach took the person out of within 90 days"
    )


class Invitation(BaseModel):
    name: str
    coach: str
    hindrance: str | None = Field(description="Why this person can't join; null if they can")


class Position(BaseModel):
    """Mean focused hours a week over the last four frozen weeks, each capped at 40."""

    lower_hours: float = Field(description="The middle half of those who compare begins here")
    upper_hours: float
    own_hours: float
    band: Literal["lower", "middle", "upper"]


class Preview(BaseModel):
    weeks: list[MemberWeek] = Field(description="Twelve full ones, then the present one")
    slot_minutes: list[int] = Field(
        description="Focused minutes of those weeks by three hours of the day"
    )
    profile: SharedProfile


class Look(BaseModel):
    at: MomentOut
    what: Literal["group", "list", "profile"]
    looker: str | None = Field(description="Null where the account is gone")
    cohort: str | None


class LookList(BaseModel):
    looks: list[Look]


class Note(BaseModel):
    id: UUID
    body: str
    author: str | None = Field(description="Null where the account is gone")
    cohort: str | None
    created_at: MomentOut
    read_at: MomentOut | None


class NoteList(BaseModel):
    notes: list[Note]


@membership_router.get(
    "", operation_id="listMemberships", response_model=MembershipList, responses=signed_in()
)
def list_memberships(caller: Reader) -> Any:
    """The cohorts the person is in, and what they share there now."""
    return {
        "memberships": cohorts.memberships(caller.user_id),
        "removals": cohorts.removals(caller.user_id),
    }


@membership_router.get(
    "/invitation",
    operation_id="getInvitation",
    response_model=Invitation,
    responses=signed_in(404, 422),
)
def invitation(
    caller: SignedIn,
    code: Annotated[str, Query(min_length=1, max_length=64, examples=[EXAMPLE_CODE])],
) -> Any:
    """What a code leads to, before joining."""
    return cohorts.look_up(caller.user_id, code)


@membership_router.post(
    "",
    operation_id="joinCohort",
    status_code=201,
    response_model=Membership,
    responses=signed_in(404, *WITH_BODY),
)
def join(caller: SignedIn, body: NewMembership, idempotency_key: IdempotencyKey = None) -> Any:
    """Join a cohort and share what was chosen, from this moment on. 404 when the code leads
    nowhere, 422 when the person can't join."""
    return idempotency.answer(
        caller,
        idempotency_key,
        ("joinCohort", body.model_dump()),
        lambda: _join(caller.user_id, body),
        model=Membership,
        status=201,
    )


@membership_router.put(
    "/{cohort_id:uuid}/sharing",
    operation_id="chooseSharing",
    response_model=Membership,
    responses=signed_in(404, *WITH_BODY),
)
def choose(caller: SignedIn, cohort_id: UUID, body: Choice) -> Any:
    """Share more or less than before. It holds from the coach's next request."""
    cohorts.choose(caller.user_id, cohort_id, body.sharing, peers=body.peers)
    return _membership(caller.user_id, cohort_id)


@membership_router.delete(
    "/{cohort_id:uuid}/sharing",
    operation_id="withdrawSharing",
    responses=signed_in(404),
    **EMPTY,
)
def withdraw(caller: SignedIn, cohort_id: UUID) -> None:
    """Share nothing any more, and stay a member."""
    cohorts.choose(caller.user_id, cohort_id, Sharing.NOTHING, peers=False)


@membership_router.delete(
    "/{cohort_id:uuid}", operation_id="leaveCohort", responses=signed_in(404), **EMPTY
)
def leave(caller: SignedIn, cohort_id: UUID) -> None:
    """Withdraw everything and leave."""
    cohorts.leave(caller.user_id, cohort_id)


@membership_router.get(
    "/{cohort_id:uuid}/position",
    operation_id="getPosition",
    response_model=Position | None,
    responses=signed_in(404),
)
def position(caller: Reader, cohort_id: UUID) -> Any:
    """Where the person stands among those who compare: a band, never a rank. Null when they don't
    compare, are not in the frozen weeks yet, or fewer than ten others are."""
    _membership(caller.user_id, cohort_id)
    return peers.get_position(caller.user_id, cohort_id)


@router.get(
    "/preview", operation_id="previewSharing", response_model=Preview, responses=signed_in()
)
def preview(caller: Reader) -> Any:
    """Just what a coach would get of this person: of the weeks one row each in the group's
    figures, capped at 40 hours; by name, all of it."""
    shared = sharing.profile(caller.user_id)
    return asdict(sharing.preview(caller.user_id)) | {"profile": shared}


@router.get("/looks", operation_id="listLooks", response_model=LookList, responses=signed_in())
def looks(caller: Reader) -> Any:
    """Who looked at what of this person, the newest first, at most 500. Looks of one kind within an
    hour count as one."""
    return {"looks": sharing.list_looks(caller.user_id)}


@router.get("/notes", operation_id="listNotes", response_model=NoteList, responses=signed_in())
def notes(caller: Reader) -> Any:
    """Notes from coaches, the newest first, at most 100."""
    return {"notes": sharing.list_notes(caller.user_id)}


@router.post(
    "/notes/{note_id:uuid}/read", operation_id="markNoteRead", responses=signed_in(404), **EMPTY
)
def mark_read(caller: Writer, note_id: UUID) -> None:
    """Let the coach know that a note was read."""
    sharing.mark_read(caller.user_id, note_id)


@router.delete(
    "/notes/{note_id:uuid}", operation_id="deleteNote", responses=signed_in(404), **EMPTY
)
def delete_note(caller: Writer, note_id: UUID) -> None:
    """Delete a note for good."""
    sharing.delete_note(caller.user_id, note_id)


def _join(user_id: UUID, wanted: NewMembership) -> dict[str, Any]:
    cohort_id = cohorts.join(user_id, wanted.code, wanted.sharing, peers=wanted.peers)
    return asdict(_membership(user_id, cohort_id))


def _membership(user_id: UUID, cohort_id: UUID) -> cohorts.Membership:
    for found in cohorts.memberships(user_id):
        if found.cohort_id == cohort_id:
            return found
    raise NotFound("You aren't in this group any more.")
