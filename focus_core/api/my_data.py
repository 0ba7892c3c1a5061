"""/me: what is held about a person, to take away or to have erased."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from focus_core.api import downloads
from focus_core.api.bodies import Body, MomentOut
from focus_core.api.caller import Reader, SignedIn, SignedInForMuch
from focus_core.api.routing import EMPTY, WITH_BODY, make_router, signed_in
from focus_core.services import erasure, my_data

router = make_router("/me", "My data")


class Proof(Body):
    model_config = ConfigDict(
        json_schema_extra={"example": {"current_password": "correct horse battery staple"}}
    )

    current_password: Annotated[str, Field(strict=True, min_length=1, max_length=1024)]


class Erasure(BaseModel):
    due_at: MomentOut | None = Field(description="Null when nobody asked for it")


class OwnRelease(BaseModel):
    created_at: MomentOut
    tier: Literal["A", "B"] = Field(description="A: one row a person. B: up to 40 rows")
    period_start: date
    period_end: date = Field(description="The first day that is not in it")
    subjects: int
    withdrawn_at: MomentOut | None = Field(description="Since when its rows are gone")


class OwnReleaseList(BaseModel):
    releases: list[OwnRelease]


@router.get(
    "/archive",
    operation_id="downloadMyData",
    response_class=Response,
    responses=signed_in()
    | downloads.an_archive("A zip: all of it as JSON, and a CSV file for each kind"),
)
def archive(caller: SignedInForMuch) -> Response:
    """Everything held about the person."""
    return downloads.archive(my_data.archive(caller.user_id), "my-focus-data.zip")


@router.get(
    "/releases",
    operation_id="listMyReleases",
    response_model=OwnReleaseList,
    responses=signed_in(),
)
def releases(caller: Reader) -> Any:
    """The research releases this person's data were in, the newest first."""
    return {"releases": my_data.releases(caller.user_id)}


@router.get("/erasure", operation_id="getErasure", response_model=Erasure, responses=signed_in())
def waiting(caller: SignedIn) -> Any:
    """When the account will be erased, if that was asked for."""
    return {"due_at": erasure.due_at(caller.user_id)}


@router.post(
    "/erasure",
    operation_id="askForErasure",
    status_code=202,
    response_model=Erasure,
    responses=signed_in(409, *WITH_BODY),
)
def ask(caller: SignedInForMuch, body: Proof) -> Any:
    """Have the account erased with all that is in it, after some days in which that can be taken
    back. Guesses at the password count as they do at sign-in. 409 for the only administrator of
    others."""
    return {"due_at": erasure.ask(caller.user_id, body.current_password)}


@router.delete("/erasure", operation_id="cancelErasure", responses=signed_in(), **EMPTY)
def keep(caller: SignedIn) -> None:
    """Keep the account after all."""
    erasure.keep(caller.user_id)


@router.post("/erasure/now", operation_id="eraseNow", responses=signed_in(409, *WITH_BODY), **EMPTY)
def erase_now(caller: SignedInForMuch, body: Proof) -> None:
    """Erase the account with all that is in it at once. It can't be undone."""
    erasure.erase_now(caller.user_id, body.current_password)
