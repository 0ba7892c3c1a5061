"""One member, and everybody of whom it must be known what they see of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from uuid import UUID

from focus_core.domain.consent import Sharing
from focus_core.services import cohorts, profiles, task_changes
from tests.cohort_people import actor_of, join_all
from tests.factories import Person, add_session, make_person, utc

CONSENT, AGGREGATES = "coach with consent", "coach with aggregates only"
NEVER, WITHDRAWN = "coach never allowed", "coach after withdrawal"
MEMBER = "member"
ROLES = {
    CONSENT: "coach",
    AGGREGATES: "coach",
    NEVER: "coach",
    WITHDRAWN: "coach",
    "researcher": "researcher",
    "admin": "admin",
    MEMBER: "user",
    "stranger": "user",
}
"""By identity."""
NAME = "Wilhelmina the member"
SECRETS = ("what the member worked on", "what the member noted", "what the member has to do")
"""What nobody but the member ever sees."""


@dataclass(frozen=True)
class Scene:
    people: dict[str, Person]
    cohorts: dict[str, UUID]
    """Of each coach; the member is in all of them."""

    @property
    def member(self) -> Person:
        return self.people[MEMBER]


@cache
def the_scene() -> Scene:
    """Made once: whoever may not change it does not, and whoever may, in tests of their own."""
    people = {
        identity: make_person(role=role, **({"display_name": NAME} if identity == MEMBER else {}))
        for identity, role in ROLES.items()
    }
    member = people[MEMBER]
    for day in range(1, 4):
        add_session(member, utc(2026, 3, day, 9), context=SECRETS[0], session_notes=SECRETS[1])
    task_changes.create_task(member.user_id, SECRETS[2])
    profiles.compute_user_profile(member.user_id)
    made = {
        identity: _cohort(people[identity], member, sharing)
        for identity, sharing in {
            CONSENT: Sharing.NAMED,
            AGGREGATES: Sharing.AGGREGATES,
            NEVER: Sharing.NOTHING,
            WITHDRAWN: Sharing.NAMED,
        }.items()
    }
    cohorts.choose(member.user_id, made[WITHDRAWN], Sharing.NOTHING, peers=False)
    return Scene(people, made)


def _cohort(coach: Person, member: Person, sharing: Sharing) -> UUID:
    made = cohorts.create(actor_of(coach), "Class")
    join_all(actor_of(coach), made, [member], sharing)
    return made
