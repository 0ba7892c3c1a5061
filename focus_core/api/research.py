"""/research: what a release would cost, making it, and taking it away."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from focus_core.api import downloads
from focus_core.api.bodies import WHOLE, Body, Day, MomentOut, within
from focus_core.api.caller import SignedIn, SignedInForMuch
from focus_core.api.problems import Problem
from focus_core.api.routing import EMPTY, WITH_BODY, make_router, signed_in
from focus_core.domain.errors import NotFound
from focus_core.research.files import Format
from focus_core.research.ladder import Tier
from focus_core.services import research
from focus_core.services.api_access import actor_of

router = make_router("/research", "Research")

Seed = Annotated[int, within(0, 2**31 - 1), WHOLE]
_PERIOD: JsonDict = {"first": "2026-08-31", "last": "2026-11-22"}


class Period(Body):
    first: Day
    last: Day = Field(description="In it as well; both are widened to whole weeks")


class WantedRelease(Body):
    model_config = ConfigDict(json_schema_extra={"example": {"tier": "A", "period": _PERIOD}})

    tier: Tier = Field(description="A: one row a person. B: up to 40 rows")
    period: Period = Field(description="At most 53 weeks")


class NewRelease(WantedRelease):
    model_config = ConfigDict(
        json_schema_extra={"example": {"tier": "A", "period": _PERIOD, "seed": 20_261_123}}
    )

    seed: Seed = Field(description="That of the preview, for the same release but its pseudonyms")


class Figures(BaseModel):
    """What was measured; shares are of 1, null where there was nothing to measure."""

    subjects: int
    rows: int
    k: int | None
    l: int | None  # noqa: E741 - its name since 2007
    t: float | None
    unicity: float = Field(description="Share of subjects singled out by four telling points")
    unicity_at_random: float | None
    unicity_knowing_values: float | None
    suppressed_subjects: int
    suppressed_share: float
    left_out_at_random: int


class Attempt(BaseModel):
    generalisation: str
    measured: Figures
    reasons: list[str] = Field(description="The bars it misses and what to do; empty if none")


class Preview(BaseModel):
    population: int = Field(description="Consenting people with sessions in the period")
    eligible: int = Field(description="Those of them with enough")
    attempts: list[Attempt] = Field(description="Finest first; the last is what would go out")
    reasons: list[str] = Field(description="Why there would be no release; empty if there would")
    seed: int


class Release(BaseModel):
    id: UUID
    created_at: MomentOut
    tier: Tier
    period_start: date
    period_end: date = Field(description="The first day that is not in it")
    subjects: int
    withdrawn_at: MomentOut | None = Field(description="Since when its rows are gone")


class ReleaseList(BaseModel):
    releases: list[Release]


class Column(BaseModel):
    name: str
    type: str
    meaning: str
    values: list[str]


class DescribedRelease(Release):
    manifest: dict[str, Any] = Field(
        description="What was measured, the bars, the generalisation, the version and the seed"
    )
    dictionary: list[Column]


class ReleaseProblem(Problem):
    reasons: list[str] | None = Field(default=None, description="Each bar missed, and what to do")


@router.post(
    "/preview",
    operation_id="previewRelease",
    response_model=Preview,
    responses=signed_in(*WITH_BODY),
)
def preview(caller: SignedInForMuch, body: WantedRelease) -> Any:
    """What a release would cost and be measured as; nothing is kept. It can take a minute. 403 for
    whoever is no researcher, here and below."""
    found = research.preview(actor_of(caller), body.tier, _weeks(body.period))
    return {
        "population": found.outcome.population,
        "eligible": found.outcome.eligible,
        "attempts": [
            {
                "generalisation": attempt.rung.says,
                "measured": attempt.figures,
                "reasons": attempt.reasons,
            }
            for attempt in found.outcome.attempts
        ],
        "reasons": found.reasons,
        "seed": found.seed,
    }


@router.post(
    "/releases",
    operation_id="createRelease",
    status_code=201,
    response_model=DescribedRelease,
    responses=signed_in(409, *WITH_BODY, conflict=ReleaseProblem),
)
def create(caller: SignedInForMuch, body: NewRelease) -> Any:
    """Make a release and record it. 409 with the reasons when a bar is missed. The same seed makes
    the same once: sent again, it is too close to what is there, and refused."""
    actor = actor_of(caller)
    made = research.release(actor, body.tier, _weeks(body.period), body.seed)
    return _found(research.list_releases(actor), made)


@router.get(
    "/releases", operation_id="listReleases", response_model=ReleaseList, responses=signed_in()
)
def list_releases(caller: SignedIn) -> Any:
    """Every release, the newest first."""
    return {"releases": research.list_releases(actor_of(caller))}


@router.get(
    "/releases/{release_id:uuid}",
    operation_id="getRelease",
    response_model=DescribedRelease,
    responses=signed_in(404),
)
def read(caller: SignedIn, release_id: UUID) -> Any:
    """One release with its manifest and data dictionary."""
    return _found(research.list_releases(actor_of(caller)), release_id)


@router.get(
    "/releases/{release_id:uuid}/archive",
    operation_id="downloadRelease",
    response_class=Response,
    responses=signed_in(404, 422)
    | downloads.an_archive("A zip of rows, dictionary.csv and manifest.json"),
)
def download(
    caller: SignedInForMuch,
    release_id: UUID,
    form: Annotated[Format, Query(alias="format")] = Format.CSV,
) -> Response:
    """The release to take away."""
    content = research.download(actor_of(caller), release_id, form)
    return downloads.archive(content, f"focus-release-{str(release_id)[-8:]}-{form}.zip")


@router.delete(
    "/releases/{release_id:uuid}",
    operation_id="withdrawRelease",
    responses=signed_in(404),
    **EMPTY,
)
def withdraw(caller: SignedIn, release_id: UUID) -> None:
    """Delete the rows of a release for good. Its record stays, and it still counts as one of the
    two that a week may have in a tier."""
    research.withdraw(actor_of(caller), release_id)


def _weeks(wanted: Period) -> research.Period:
    return research.period(wanted.first, wanted.last)


def _found(releases: list[dict[str, Any]], release_id: UUID) -> dict[str, Any]:
    for release in releases:
        if release["id"] == release_id:
            return release
    raise NotFound("There is no such release.")
