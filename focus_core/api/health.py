"""/health and /ready: for whoever watches over the process."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import Depends
from pydantic import BaseModel

from focus_core.api.caller import anybody
from focus_core.api.routing import answers, make_router
from focus_core.services import health

router = make_router("", "Health")


class Alive(BaseModel):
    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    status: Literal["ready"] = "ready"


@router.get("/health", operation_id="getHealth", response_model=Alive)
async def alive() -> Any:
    """The process answers. Asks nothing of the database."""
    return Alive()


@router.get(
    "/ready",
    operation_id="getReadiness",
    response_model=Ready,
    responses=answers(429, 503),
    dependencies=[Depends(anybody)],
)
def ready() -> Any:
    """The database can be reached and its tables fit this code."""
    health.require_ready()
    return Ready()
