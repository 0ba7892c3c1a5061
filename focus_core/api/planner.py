"""/planner-feed: the scheduler input."""

from __future__ import annotations

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field

from focus_core.api.bodies import IdOut, MomentOut
from focus_core.api.caller import Reader
from focus_core.api.routing import make_router, signed_in
from focus_core.api.validators import NOT_MODIFIED, not_modified
from focus_core.services.planner import get_planner_feed

router = make_router("/planner-feed", "Planning")


class PlannerFeed(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "user_id": "019ab1c2-3d4e-7f50-8a6b-9c0d1e2f3a4b",
                "typical_focus_duration": 42,
                "peak_hours": [9, 14, 22],
                "underestimation_factor": 1.125,
                "n": 87,
                "last_computed_at": "2026-11-23T17:00:00Z",
            }
        }
    )

    user_id: IdOut
    typical_focus_duration: int | None = Field(description="Minutes")
    peak_hours: list[int] = Field(description="Local hours, 0 to 23, the best first")
    underestimation_factor: float | None = Field(
        description="Multiply an estimate by it: 1.125 adds a buffer of 12.5 %"
    )
    n: int = Field(description="Sessions it rests on")
    last_computed_at: MomentOut


@router.get(
    "",
    operation_id="getPlannerFeed",
    response_model=PlannerFeed,
    responses=signed_in(404) | NOT_MODIFIED,
)
def feed(caller: Reader, request: Request) -> Response:
    """How long the person focuses, when best, and how far off their estimates are. As the
    profile, it needs three finished sessions."""
    return not_modified(request, PlannerFeed, get_planner_feed(caller.user_id))
