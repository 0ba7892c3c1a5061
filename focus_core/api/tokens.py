"""/tokens: personal tokens, what a person gives to a script instead of a password.

Only who signed in may see to them: a token makes no tokens.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from focus_core.api.bodies import TELLING, WHOLE, Body, IdOut, MomentOut, stored, within
from focus_core.api.caller import SignedIn
from focus_core.api.routing import EMPTY, WITH_BODY, make_router, signed_in
from focus_core.services import personal_tokens

router = make_router("/tokens", "Personal tokens")

Scope = Literal["read", "write"]


class NewToken(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {"name": "My planner", "scopes": ["read"], "expires_in_days": 90}
        }
    )

    name: Annotated[str, stored(personal_tokens.NAME_LENGTH, 1), TELLING]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=2)]
    expires_in_days: Annotated[int, within(1, personal_tokens.LONGEST_DAYS), WHOLE]


class PersonalToken(BaseModel):
    id: IdOut
    name: str
    scopes: list[Scope]
    created_at: MomentOut
    expires_at: MomentOut
    last_used_at: MomentOut | None = Field(description="To the minute")


class MadeToken(PersonalToken):
    token: str = Field(description="The token itself: shown this once")


class TokenList(BaseModel):
    tokens: list[PersonalToken]


@router.get("", operation_id="listPersonalTokens", response_model=TokenList, responses=signed_in())
def list_tokens(caller: SignedIn) -> Any:
    """The person's tokens that are still good, the newest first."""
    return {"tokens": personal_tokens.list_tokens(caller.user_id)}


@router.post(
    "",
    operation_id="createPersonalToken",
    status_code=201,
    response_model=MadeToken,
    responses=signed_in(409, *WITH_BODY),
)
def make(caller: SignedIn, body: NewToken) -> Any:
    """Make a token. It is in this answer and nowhere else. One more than 50 is 409."""
    token, listed = personal_tokens.make_token(
        caller.user_id,
        body.name,
        list(body.scopes),
        body.expires_in_days,
    )
    return {**listed, "token": token}


@router.delete(
    "/{token_id:uuid}",
    operation_id="revokePersonalToken",
    responses=signed_in(404),
    **EMPTY,
)
def revoke(caller: SignedIn, token_id: UUID) -> None:
    """End a token at once."""
    personal_tokens.revoke_token(caller.user_id, token_id)
