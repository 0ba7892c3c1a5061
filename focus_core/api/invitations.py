"""/invitations: links that make one account each, for where only who is invited may make one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from focus_core.api.bodies import MomentOut
from focus_core.api.caller import SignedIn
from focus_core.api.routing import EMPTY, make_router, signed_in
from focus_core.config import read_settings
from focus_core.services import invitations
from focus_core.services.api_access import actor_of

router = make_router("/invitations", "Administration")


class AccountInvitation(BaseModel):
    id: UUID
    created_by: str | None = Field(description="User name; null where the account is gone")
    created_at: MomentOut
    expires_at: MomentOut


class MadeAccountInvitation(AccountInvitation):
    link: str = Field(description="Makes one account: shown this once")


class AccountInvitationList(BaseModel):
    invitations: list[AccountInvitation]


@router.get(
    "",
    operation_id="listAccountInvitations",
    response_model=AccountInvitationList,
    responses=signed_in(),
)
def list_invitations(caller: SignedIn) -> Any:
    """Those that are still good, the newest first. Their links are told only when they are made."""
    return {"invitations": invitations.list_invitations(actor_of(caller))}


@router.post(
    "",
    operation_id="createAccountInvitation",
    status_code=201,
    response_model=MadeAccountInvitation,
    responses=signed_in(),
)
def make(caller: SignedIn) -> Any:
    """Make a link that makes one account, within 14 days. It is in this answer and nowhere else."""
    token, listed = invitations.make_invitation(actor_of(caller))
    return {**listed, "link": f"{read_settings().home}/?invite={token}"}


@router.delete(
    "/{invitation_id:uuid}",
    operation_id="revokeAccountInvitation",
    responses=signed_in(404),
    **EMPTY,
)
def revoke(caller: SignedIn, invitation_id: UUID) -> None:
    """Its link makes no account from now on. 404 once it was used or has run out."""
    invitations.revoke_invitation(actor_of(caller), invitation_id)
