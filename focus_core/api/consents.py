"""/consents: what a person agreed to, in which words, and the decision about research.

Consent to words that nobody read is none: whoever agrees for a person names the version shown.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from focus_core.api.bodies import Body, MomentOut, stored
from focus_core.api.caller import Reader, SignedIn
from focus_core.api.routing import EMPTY, WITH_BODY, make_router, signed_in
from focus_core.domain.consent import NEVER_SHARED, WORDINGS, Purpose, wording
from focus_core.services import consents, my_data

router = make_router("/consents", "Consents")

NEWEST = max(version for _, version in WORDINGS)


def _newest(version: str) -> str:
    if version != NEWEST:
        raise ValueError(
            "These are not the words of today. Show the person those of /consents/wordings, and"
            " ask again."
        )
    return version


WordingVersion = Annotated[
    str,
    stored(40),
    AfterValidator(_newest),
    Field(
        description="`version` of the wordings that the person read and agreed to",
        json_schema_extra={"enum": [NEWEST]},
    ),
]


class ResearchConsent(Body):
    model_config = ConfigDict(json_schema_extra={"example": {"wording_version": NEWEST}})

    wording_version: WordingVersion


class Wordings(BaseModel):
    version: str = Field(description="To be sent with a consent, once the person has read them")
    wordings: dict[Purpose, str] = Field(description="What each consent says")
    never_shared: str


class Decision(BaseModel):
    purpose: Purpose
    cohort_id: UUID | None = Field(description="Null for research")
    granted: bool = Field(description="False: withdrawn")
    wording_version: str
    wording: str | None = Field(description="The words of that version")
    by_coach: bool = Field(description="A coach ended it, not the person")
    at: MomentOut


class Decisions(BaseModel):
    research: bool = Field(description="Whether the person takes part in research now")
    decisions: list[Decision] = Field(description="Every one, the newest first")


@router.get("", operation_id="listConsents", response_model=Decisions, responses=signed_in())
def list_consents(caller: Reader) -> Any:
    """What the person agreed to and withdrew, when, and in which words."""
    found = consents.history(caller.user_id)
    for decision in found:
        decision["wording"] = WORDINGS.get((decision["purpose"], decision["wording_version"]))
    taking_part = my_data.takes_part_in_research(caller.user_id)
    return {"research": taking_part, "decisions": found}


@router.get("/wordings", operation_id="getWordings", response_model=Wordings, responses=signed_in())
def wordings(caller: Reader) -> Any:
    """The words of today: to be shown before somebody agrees."""
    return {
        "version": NEWEST,
        "wordings": {purpose: wording(purpose) for purpose in Purpose},
        "never_shared": NEVER_SHARED,
    }


@router.put(
    "/research",
    operation_id="takePartInResearch",
    responses=signed_in(*WITH_BODY),
    **EMPTY,
)
def take_part(caller: SignedIn, body: ResearchConsent) -> None:
    """Agree to be in research releases, from the next one on."""
    my_data.take_part_in_research(caller.user_id, granted=True)


@router.delete("/research", operation_id="withdrawFromResearch", responses=signed_in(), **EMPTY)
def withdraw(caller: SignedIn) -> None:
    """Withdraw: the person is in no release from now on."""
    my_data.take_part_in_research(caller.user_id, granted=False)
