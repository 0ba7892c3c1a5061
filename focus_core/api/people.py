"""/people and /audit-log: what administrators do with accounts. Session content is none of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from focus_core.api.bodies import Body, Flag, MomentOut
from focus_core.api.caller import SignedIn
from focus_core.api.routing import EMPTY, WITH_BODY, make_router, signed_in
from focus_core.config import read_settings
from focus_core.domain.actor import Role
from focus_core.services import administration, password_reset, people
from focus_core.services.api_access import actor_of

router = make_router("/people", "Administration")
audit_router = make_router("/audit-log", "Administration")


class NewRole(Body):
    model_config = ConfigDict(json_schema_extra={"example": {"role": "coach"}})

    role: Role


class Standing(Body):
    model_config = ConfigDict(json_schema_extra={"example": {"disabled": True}})

    disabled: Flag


class Account(BaseModel):
    id: UUID
    username: str
    display_name: str
    role: Role
    created_at: MomentOut
    disabled_at: MomentOut | None
    locked_until: MomentOut | None = Field(description="Where too many passwords were tried")
    demo: bool = Field(description="A demonstration")


class ResetLink(BaseModel):
    link: str = Field(description="Leads to where a new password is chosen: shown this once")
    expires_in: int = Field(description="Seconds it is good for, unless it is used before")


class AccountList(BaseModel):
    people: list[Account]


class Entry(BaseModel):
    at: MomentOut
    actor: str | None = Field(description="User name; null where the account is gone")
    action: str
    subject: str | None
    detail: str


class EntryList(BaseModel):
    entries: list[Entry]


@router.get("", operation_id="listPeople", response_model=AccountList, responses=signed_in())
def list_people(caller: SignedIn) -> Any:
    """Every account by user name. 403 for whoever is no administrator, here and below."""
    return {"people": people.list_people(actor_of(caller))}


@router.put(
    "/{user_id:uuid}/role",
    operation_id="setRole",
    responses=signed_in(404, *WITH_BODY),
    **EMPTY,
)
def set_role(caller: SignedIn, user_id: UUID, body: NewRole) -> None:
    """Give another person a role; it holds from their next request. One's own is 422."""
    people.set_role(actor_of(caller), user_id, body.role)


@router.put(
    "/{user_id:uuid}/disabled",
    operation_id="setDisabled",
    responses=signed_in(404, *WITH_BODY),
    **EMPTY,
)
def set_disabled(caller: SignedIn, user_id: UUID, body: Standing) -> None:
    """Lock an account out at once, wherever it is signed in, or let it in again. One's own is
    422."""
    people.set_disabled(actor_of(caller), user_id, body.disabled)


@router.delete("/{user_id:uuid}/lock", operation_id="liftLock", responses=signed_in(404), **EMPTY)
def lift_lock(caller: SignedIn, user_id: UUID) -> None:
    """Let somebody who tried too many passwords try again at once."""
    people.lift_lock(actor_of(caller), user_id)


@router.post(
    "/{user_id:uuid}/reset-link",
    operation_id="createResetLink",
    status_code=201,
    response_model=ResetLink,
    responses=signed_in(404),
)
def make_reset_link(caller: SignedIn, user_id: UUID) -> Any:
    """Make a link with which somebody who forgot their password chooses a new one, once. It is in
    this answer and nowhere else; give it to nobody but them. For oneself it is 403."""
    token = password_reset.make_link(actor_of(caller), user_id)
    return {
        "link": f"{read_settings().home}/?reset={token}",
        "expires_in": int(password_reset.LIFETIME.total_seconds()),
    }


@audit_router.get("", operation_id="listAuditLog", response_model=EntryList, responses=signed_in())
def audit_log(caller: SignedIn) -> Any:
    """What administrators did, and commands on the host; the newest 200 entries first."""
    return {"entries": administration.list_log(actor_of(caller))}
