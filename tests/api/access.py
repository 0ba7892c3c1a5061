"""The table of who may do what: every route, every kind of caller, whosever the thing is."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pandas as pd
from sqlalchemy import Engine, insert, text

from db.models import research_releases
from db.session import open_for_research
from focus_core.api.consents import NEWEST
from focus_core.api.sharing import EXAMPLE_CODE
from focus_core.domain.consent import Sharing
from focus_core.services import (
    coaching,
    cohorts,
    get_focus_session_service,
    personal_tokens,
    plan,
    sharing,
    task_changes,
)
from tests.api.conftest import PASSWORD, give_password
from tests.cohort_people import actor_of, code_of, join_all, make_coach
from tests.factories import Person, add_session, make_person, utc

service = get_focus_session_service()
_days = itertools.count()

ROLES = ("user", "coach", "researcher", "admin")
COACH, RESEARCHER, ADMIN = ("coach",), ("researcher",), ("admin",)


@dataclass(frozen=True)
class ForEverybody:
    """Asks no token; answers everybody alike."""

    status: int
    body: Any = None


@dataclass(frozen=True)
class Signed:
    """A person's own things; what is not theirs is not there."""

    status: int
    body: Any = None
    """What is sent, or a function of who asks; with GET it goes into the query."""
    make: Callable[[Person], tuple[str, ...]] | None = None
    """Makes the thing that the ids in the address name, for its owner."""
    before: Callable[[Person], object] | None = None
    personal: bool = True
    """Whether a personal token will do."""
    roles: tuple[str, ...] = ROLES
    """Everybody else gets 403."""
    in_common: bool = False
    """All of these roles have the same things."""
    tells: str = "nobody"
    """Whose name stands in the answer beside one's own: a named member's, or everybody's."""


def once(thing: Callable[[Person], Any]) -> Callable[[Person], tuple[str, ...]]:
    return lambda person: (str(thing(person)),)


@once
def finished(person: Person) -> UUID:
    start = utc(2025, 1, 1, 9) + timedelta(days=next(_days))
    return add_session(person, start)


@once
def running(person: Person) -> str:
    active = service.get_active_session(person.user_id)
    return str((active or service.start_session(person.user_id))["id"])


@once
def task(person: Person) -> str:
    return str(task_changes.create_task(person.user_id, f"Task {uuid4()}")["id"])


@once
def planned(person: Person) -> str:
    return str(plan.add_task(person.user_id, title=f"Task {uuid4()}")["id"])


def in_order(person: Person) -> dict[str, Any]:
    return {"task_ids": list(planned(person))}


@once
def course(person: Person) -> str:
    return str(task_changes.create_course(person.user_id, f"Course {uuid4()}")["id"])


@once
def token(person: Person) -> str:
    return str(personal_tokens.make_token(person.user_id, "Script", ["read"], 1)[1]["id"])


def profile(person: Person) -> None:
    for _ in range(3):
        finished(person)


@once
def cohort(person: Person) -> UUID:
    return cohorts.create(actor_of(person), "Class")


def named_member(person: Person) -> tuple[str, str]:
    member = make_person()
    own = UUID(cohort(person)[0])
    join_all(actor_of(person), own, [member], Sharing.NAMED)
    return str(own), str(member.user_id)


@once
def membership(person: Person) -> UUID:
    coach = make_coach()
    joined = cohorts.create(coach, "Class")
    join_all(coach, joined, [person], Sharing.NAMED)
    return joined


@once
def note(person: Person) -> UUID:
    coach = make_coach()
    joined = cohorts.create(coach, "Class")
    join_all(coach, joined, [person], Sharing.NAMED)
    coaching.leave_note(coach, joined, person.user_id, "Go on!")
    found: UUID = sharing.list_notes(person.user_id)[0]["id"]
    return found


@once
def release(person: Person) -> UUID:
    """The record of one; making one takes a hundred people."""
    rows = io.BytesIO()
    pd.DataFrame({"subject": ["x"]}).to_parquet(rows, index=False)
    with open_for_research(person.user_id) as transaction:
        values = {
            "created_by": person.user_id,
            "tier": "A",
            "period_start": date(2020, 1, 6),
            "period_end": date(2020, 1, 13),
            "subjects": 100,
            "manifest": {"generalisation": "nothing but three measures", "seed": 1},
            "dictionary": [{"name": "subject", "type": "text", "meaning": "-", "values": []}],
            "rows": rows.getvalue(),
        }
        statement = insert(research_releases).values(values).returning(research_releases.c.id)
        made: UUID = transaction.execute(statement).scalar_one()
    return made


@once
def somebody(_admin: Person) -> UUID:
    return give_password(make_person()).user_id


def invited(_person: Person) -> dict[str, str]:
    coach = make_coach()
    return {"code": code_of(coach, cohorts.create(coach, "Class"))}


def open_to_the_example(admin_engine: Engine, cohort_id: UUID) -> None:
    """Let the code in the document's examples lead to this cohort, and to no other."""
    with admin_engine.begin() as connection:
        for change in (
            "update cohorts set invite_code = id::text where invite_code = :code",
            "update cohorts set invite_code = :code where id = :id",
        ):
            asked = {"code": cohorts.tidy_code(EXAMPLE_CODE), "id": cohort_id}
            connection.execute(text(change), asked)


def joining(person: Person) -> dict[str, Any]:
    return invited(person) | SHARE


def leaving(person: Person) -> None:
    """Somebody with a password, who is not the last to administer."""
    give_password(person)
    make_person(role="admin")


def alone(status: int, *more: Any, **options: Any) -> Signed:
    """For who signed in with a password, and no personal token."""
    return Signed(status, *more, **options, personal=False)


SHARE = {"sharing": "named", "peers": True, "wording_version": NEWEST}
PERIOD = {"first": "2020-01-06", "last": "2020-01-12"}
SESSIONS = "/api/v1/focus-sessions"
COHORT = "/api/v1/cohorts/{cohort_id}"
MEMBERSHIP = "/api/v1/memberships/{cohort_id}"
RELEASE = "/api/v1/research/releases/{release_id}"
SOMEBODY = "/api/v1/people/{user_id}"
PROOF = {"current_password": PASSWORD}

ACCESS: dict[tuple[str, str], ForEverybody | Signed] = {
    ("GET", "/api/v1/health"): ForEverybody(200),
    ("GET", "/api/v1/ready"): ForEverybody(200),
    ("GET", "/api/v1/openapi.json"): ForEverybody(200),
    ("GET", "/api/v1/docs"): ForEverybody(200),
    ("GET", "/api/v1/docs/{name}"): ForEverybody(404),
    ("POST", "/api/v1/auth/token"): ForEverybody(401, {"username": "nobody", "password": "x"}),
    ("POST", "/api/v1/auth/refresh"): ForEverybody(401, {"refresh_token": "x"}),
    ("POST", "/api/v1/auth/revoke"): ForEverybody(204, {"refresh_token": "x"}),
    ("POST", f"{SESSIONS}/start"): Signed(201, {}),
    ("GET", f"{SESSIONS}/active"): Signed(200),
    ("GET", f"{SESSIONS}/history"): Signed(200),
    ("GET", f"{SESSIONS}/profile"): Signed(200, before=profile),
    ("GET", f"{SESSIONS}/{{session_id}}"): Signed(200, make=finished),
    ("PATCH", f"{SESSIONS}/{{session_id}}"): Signed(200, {"focus_score": 4}, make=finished),
    ("DELETE", f"{SESSIONS}/{{session_id}}"): Signed(204, make=finished),
    ("GET", f"{SESSIONS}/{{session_id}}/insights"): Signed(200, make=finished),
    ("POST", f"{SESSIONS}/{{session_id}}/end"): Signed(200, {}, make=running),
    ("POST", f"{SESSIONS}/{{session_id}}/pause"): Signed(200, {}, make=running),
    ("POST", f"{SESSIONS}/{{session_id}}/resume"): Signed(200, make=running),
    ("POST", f"{SESSIONS}/{{session_id}}/interruptions"): Signed(200, {}, make=running),
    ("GET", "/api/v1/tasks"): Signed(200),
    ("POST", "/api/v1/tasks"): Signed(201, {"title": "Essay"}),
    ("PATCH", "/api/v1/tasks/{task_id}"): Signed(200, {"done": True}, make=task),
    ("DELETE", "/api/v1/tasks/{task_id}"): Signed(204, make=task),
    ("GET", "/api/v1/courses"): Signed(200),
    ("POST", "/api/v1/courses"): Signed(201, {"name": "Bio"}),
    ("PATCH", "/api/v1/courses/{course_id}"): Signed(200, {"archived": True}, make=course),
    ("DELETE", "/api/v1/courses/{course_id}"): Signed(204, make=course),
    ("GET", "/api/v1/plan"): Signed(200),
    ("POST", "/api/v1/plan/tasks"): Signed(201, {"title": "Essay"}),
    ("PATCH", "/api/v1/plan/tasks/{task_id}"): Signed(200, {"done": True}, make=planned),
    ("DELETE", "/api/v1/plan/tasks/{task_id}"): Signed(204, make=planned),
    ("PUT", "/api/v1/plan/order"): Signed(204, in_order),
    ("POST", "/api/v1/plan/carry-over"): Signed(200),
    ("GET", f"{SESSIONS}/{{session_id}}/forecast"): Signed(200, make=finished),
    ("GET", f"{SESSIONS}/{{session_id}}/break-advice"): Signed(200, make=finished),
    ("GET", "/api/v1/predictions/forecast"): Signed(200),
    ("GET", "/api/v1/predictions/similar"): Signed(200),
    ("GET", "/api/v1/predictions/scorecard"): Signed(200),
    ("GET", "/api/v1/predictions/features"): Signed(200),
    ("GET", "/api/v1/predictions/features/export"): Signed(200),
    ("GET", "/api/v1/predictions/features/dictionary"): Signed(200),
    ("GET", "/api/v1/tokens"): alone(200),
    ("POST", "/api/v1/tokens"): alone(
        201, {"name": "Script", "scopes": ["read"], "expires_in_days": 1}
    ),
    ("DELETE", "/api/v1/tokens/{token_id}"): alone(204, make=token),
    ("GET", "/api/v1/planner-feed"): Signed(200, before=profile),
    ("GET", "/api/v1/events"): Signed(200),
    ("GET", "/api/v1/memberships"): Signed(200),
    ("POST", "/api/v1/memberships"): alone(201, joining),
    ("GET", "/api/v1/memberships/invitation"): alone(200, invited),
    ("DELETE", MEMBERSHIP): alone(204, make=membership),
    ("GET", f"{MEMBERSHIP}/position"): Signed(200, make=membership),
    ("PUT", f"{MEMBERSHIP}/sharing"): alone(200, SHARE, make=membership),
    ("DELETE", f"{MEMBERSHIP}/sharing"): alone(204, make=membership),
    ("GET", "/api/v1/sharing/preview"): Signed(200),
    ("GET", "/api/v1/sharing/looks"): Signed(200),
    ("GET", "/api/v1/sharing/notes"): Signed(200),
    ("POST", "/api/v1/sharing/notes/{note_id}/read"): Signed(204, make=note),
    ("DELETE", "/api/v1/sharing/notes/{note_id}"): Signed(204, make=note),
    ("GET", "/api/v1/consents"): Signed(200),
    ("GET", "/api/v1/consents/wordings"): Signed(200),
    ("PUT", "/api/v1/consents/research"): alone(204, {"wording_version": NEWEST}),
    ("DELETE", "/api/v1/consents/research"): alone(204),
    ("GET", "/api/v1/me/archive"): alone(200),
    ("GET", "/api/v1/me/releases"): Signed(200),
    ("GET", "/api/v1/me/erasure"): alone(200),
    ("POST", "/api/v1/me/erasure"): alone(202, PROOF, before=leaving),
    ("DELETE", "/api/v1/me/erasure"): alone(204),
    ("POST", "/api/v1/me/erasure/now"): alone(204, PROOF, before=leaving),
    ("GET", "/api/v1/cohorts"): alone(200, roles=COACH),
    ("POST", "/api/v1/cohorts"): alone(201, {"name": "Class"}, roles=COACH),
    ("DELETE", COHORT): alone(204, make=cohort, roles=COACH),
    ("POST", f"{COHORT}/code"): alone(200, make=cohort, roles=COACH),
    ("GET", f"{COHORT}/group"): alone(200, make=cohort, roles=COACH),
    ("GET", f"{COHORT}/members"): alone(200, make=cohort, roles=COACH, tells="named"),
    ("GET", f"{COHORT}/members/{{member_id}}"): alone(200, make=named_member, roles=COACH),
    ("GET", f"{COHORT}/summary"): alone(200, make=cohort, roles=COACH, tells="named"),
    ("DELETE", f"{COHORT}/members/{{member_id}}"): alone(204, make=named_member, roles=COACH),
    ("POST", f"{COHORT}/members/{{member_id}}/notes"): alone(
        204, {"note": "Go on!"}, make=named_member, roles=COACH
    ),
    ("POST", "/api/v1/research/preview"): alone(
        200, {"tier": "A", "period": PERIOD}, roles=RESEARCHER
    ),
    ("GET", "/api/v1/research/releases"): alone(200, roles=RESEARCHER),
    ("POST", "/api/v1/research/releases"): alone(  # among too few people
        409, {"tier": "A", "period": PERIOD, "seed": 1}, roles=RESEARCHER
    ),
    ("GET", RELEASE): alone(200, make=release, roles=RESEARCHER, in_common=True),
    ("DELETE", RELEASE): alone(204, make=release, roles=RESEARCHER, in_common=True),
    ("GET", f"{RELEASE}/archive"): alone(200, make=release, roles=RESEARCHER, in_common=True),
    ("GET", "/api/v1/people"): alone(200, roles=ADMIN, tells="everybody"),
    ("PUT", f"{SOMEBODY}/role"): alone(
        204, {"role": "coach"}, make=somebody, roles=ADMIN, in_common=True
    ),
    ("PUT", f"{SOMEBODY}/disabled"): alone(
        204, {"disabled": True}, make=somebody, roles=ADMIN, in_common=True
    ),
    ("DELETE", f"{SOMEBODY}/lock"): alone(204, make=somebody, roles=ADMIN, in_common=True),
    ("GET", "/api/v1/audit-log"): alone(200, roles=ADMIN),
    # What the dashboard's process answers beside its pages; browsers prove themselves by cookie.
    ("GET", "/pulse"): ForEverybody(401),
    ("GET", "/pulse/stream"): ForEverybody(401),
    ("POST", "/session/begin"): ForEverybody(403),
    ("POST", "/session/end"): ForEverybody(403),
    **{
        (method, path): ForEverybody(404)
        for path in ("/api", "/api/{path:path}")
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    },
}
