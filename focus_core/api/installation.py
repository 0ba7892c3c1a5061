"""/installation: how its parts are doing, who may sign up, which addresses have to wait."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from focus_core.api.bodies import Body, MomentOut
from focus_core.api.caller import SignedIn
from focus_core.api.routing import EMPTY, WITH_BODY, make_router, signed_in
from focus_core.services import installation, people
from focus_core.services.api_access import actor_of

router = make_router("/installation", "Administration")

Mode = Literal["open", "invited"]


class SignUpMode(Body):
    model_config = ConfigDict(json_schema_extra={"example": {"mode": "invited"}})

    mode: Mode = Field(description="Anybody who reaches the page, or only who has an invitation")


class DatabaseHealth(BaseModel):
    version: str = Field(description="Of Postgres")
    size_bytes: int
    revision: str = Field(description="Of the tables")


class SchedulerHealth(BaseModel):
    runs: bool = Field(description="It gave a sign of life within two minutes")
    seen_at: MomentOut | None = Field(description="Null when it has never run")


class CacheHealth(BaseModel):
    in_use: bool = Field(description="Not while it can't hear of changes: then all is read anew")
    where: Literal["process", "redis"]


class InstallationHealth(BaseModel):
    sign_up: Mode
    database: DatabaseHealth
    scheduler: SchedulerHealth
    cache: CacheHealth
    waiting_addresses: int = Field(description="That tried too many passwords")


@router.get(
    "",
    operation_id="getInstallation",
    response_model=InstallationHealth,
    responses=signed_in(),
)
def health(caller: SignedIn) -> Any:
    """How database, scheduler and cache are doing, and who may make an account. Whether all is
    well enough to be used, `/ready` says to anybody."""
    admin = actor_of(caller)
    found = installation.get_health(admin)
    return {
        "sign_up": "open" if installation.sign_up_is_open() else "invited",
        "database": {
            "version": found.database_version,
            "size_bytes": found.database_bytes,
            "revision": found.revision,
        },
        "scheduler": {"runs": found.scheduler_runs, "seen_at": found.scheduler_seen_at},
        "cache": {
            "in_use": found.cache_in_use,
            "where": "redis" if found.cache_is_shared else "process",
        },
        "waiting_addresses": people.count_waiting_addresses(admin),
    }


@router.put(
    "/sign-up",
    operation_id="setSignUp",
    responses=signed_in(*WITH_BODY),
    **EMPTY,
)
def set_sign_up(caller: SignedIn, body: SignUpMode) -> None:
    """Say who may make an account. Accounts and invitations that there are stay as they are."""
    installation.set_sign_up(actor_of(caller), anybody=body.mode == "open")


@router.delete(
    "/waiting-addresses",
    operation_id="freeAddresses",
    responses=signed_in(),
    **EMPTY,
)
def free_addresses(caller: SignedIn) -> None:
    """Let every address that tried too many passwords try again at once."""
    people.free_addresses(actor_of(caller))
