"""The table of who may do what: every route, every kind of caller, whosever the thing is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from focus_core.api.consents import NEWEST
from tests.api import things
from tests.api.conftest import PASSWORD
from tests.api.things import SHARE
from tests.factories import Person

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


def alone(status: int, *more: Any, **options: Any) -> Signed:
    """For who signed in with a password, and no personal token."""
    return Signed(status, *more, **options, personal=False)


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
    ("GET", f"{SESSIONS}/profile"): Signed(200, before=things.profile),
    ("GET", f"{SESSIONS}/{{session_id}}"): Signed(200, make=things.finished),
    ("PATCH", f"{SESSIONS}/{{session_id}}"): Signed(200, {"focus_score": 4}, make=things.finished),
    ("DELETE", f"{SESSIONS}/{{session_id}}"): Signed(204, make=things.finished),
    ("GET", f"{SESSIONS}/{{session_id}}/insights"): Signed(200, make=things.finished),
    ("POST", f"{SESSIONS}/{{session_id}}/end"): Signed(200, {}, make=things.running),
    ("POST", f"{SESSIONS}/{{session_id}}/pause"): Signed(200, {}, make=things.running),
    ("POST", f"{SESSIONS}/{{session_id}}/resume"): Signed(200, make=things.running),
    ("POST", f"{SESSIONS}/{{session_id}}/interruptions"): Signed(200, {}, make=things.running),
    ("GET", "/api/v1/tasks"): Signed(200),
    ("POST", "/api/v1/tasks"): Signed(201, {"title": "Essay"}),
    ("PATCH", "/api/v1/tasks/{task_id}"): Signed(200, {"done": True}, make=things.task),
    ("DELETE", "/api/v1/tasks/{task_id}"): Signed(204, make=things.task),
    ("GET", "/api/v1/courses"): Signed(200),
    ("POST", "/api/v1/courses"): Signed(201, {"name": "Bio"}),
    ("PATCH", "/api/v1/courses/{course_id}"): Signed(200, {"archived": True}, make=things.course),
    ("DELETE", "/api/v1/courses/{course_id}"): Signed(204, make=things.course),
    ("GET", "/api/v1/plan"): Signed(200),
    ("GET", "/api/v1/plan/forecasts"): Signed(200, {"day": "2026-03-02"}),
    ("POST", "/api/v1/plan/tasks"): Signed(201, {"title": "Essay"}),
    ("PATCH", "/api/v1/plan/tasks/{task_id}"): Signed(200, {"done": True}, make=things.planned),
    ("DELETE", "/api/v1/plan/tasks/{task_id}"): Signed(204, make=things.planned),
    ("PUT", "/api/v1/plan/order"): Signed(204, things.in_order),
    ("POST", "/api/v1/plan/carry-over"): Signed(200),
    ("GET", f"{SESSIONS}/{{session_id}}/forecast"): Signed(200, make=things.finished),
    ("GET", f"{SESSIONS}/{{session_id}}/break-advice"): Signed(200, make=things.finished),
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
    ("DELETE", "/api/v1/tokens/{token_id}"): alone(204, make=things.token),
    ("GET", "/api/v1/planner-feed"): Signed(200, before=things.profile),
    ("GET", "/api/v1/events"): Signed(200),
    ("GET", "/api/v1/memberships"): Signed(200),
    ("POST", "/api/v1/memberships"): alone(201, things.joining),
    ("GET", "/api/v1/memberships/invitation"): alone(200, things.invited),
    ("DELETE", MEMBERSHIP): alone(204, make=things.membership),
    ("GET", f"{MEMBERSHIP}/position"): Signed(200, make=things.membership),
    ("PUT", f"{MEMBERSHIP}/sharing"): alone(200, SHARE, make=things.membership),
    ("DELETE", f"{MEMBERSHIP}/sharing"): alone(204, make=things.membership),
    ("GET", "/api/v1/sharing/preview"): Signed(200),
    ("GET", "/api/v1/sharing/looks"): Signed(200),
    ("GET", "/api/v1/sharing/notes"): Signed(200),
    ("POST", "/api/v1/sharing/notes/{note_id}/read"): Signed(204, make=things.note),
    ("DELETE", "/api/v1/sharing/notes/{note_id}"): Signed(204, make=things.note),
    ("GET", "/api/v1/consents"): Signed(200),
    ("GET", "/api/v1/consents/wordings"): Signed(200),
    ("PUT", "/api/v1/consents/research"): alone(204, {"wording_version": NEWEST}),
    ("DELETE", "/api/v1/consents/research"): alone(204),
    ("GET", "/api/v1/me/archive"): alone(200),
    ("GET", "/api/v1/me/releases"): Signed(200),
    ("GET", "/api/v1/me/erasure"): alone(200),
    ("POST", "/api/v1/me/erasure"): alone(202, PROOF, before=things.leaving),
    ("DELETE", "/api/v1/me/erasure"): alone(204),
    ("POST", "/api/v1/me/erasure/now"): alone(204, PROOF, before=things.leaving),
    ("GET", "/api/v1/cohorts"): alone(200, roles=COACH),
    ("POST", "/api/v1/cohorts"): alone(201, {"name": "Class"}, roles=COACH),
    ("DELETE", COHORT): alone(204, make=things.cohort, roles=COACH),
    ("POST", f"{COHORT}/code"): alone(200, make=things.cohort, roles=COACH),
    ("GET", f"{COHORT}/group"): alone(200, make=things.cohort, roles=COACH),
    ("GET", f"{COHORT}/members"): alone(200, make=things.cohort, roles=COACH, tells="named"),
    ("GET", f"{COHORT}/members/{{member_id}}"): alone(200, make=things.named_member, roles=COACH),
    ("GET", f"{COHORT}/summary"): alone(200, make=things.cohort, roles=COACH, tells="named"),
    ("DELETE", f"{COHORT}/members/{{member_id}}"): alone(
        204, make=things.named_member, roles=COACH
    ),
    ("POST", f"{COHORT}/members/{{member_id}}/notes"): alone(
        204, {"note": "Go on!"}, make=things.named_member, roles=COACH
    ),
    ("POST", "/api/v1/research/preview"): alone(
        200, {"tier": "A", "period": PERIOD}, roles=RESEARCHER
    ),
    ("GET", "/api/v1/research/releases"): alone(200, roles=RESEARCHER),
    ("POST", "/api/v1/research/releases"): alone(  # among too few people
        409, {"tier": "A", "period": PERIOD, "seed": 1}, roles=RESEARCHER
    ),
    ("GET", RELEASE): alone(200, make=things.release, roles=RESEARCHER, in_common=True),
    ("DELETE", RELEASE): alone(204, make=things.release, roles=RESEARCHER, in_common=True),
    ("GET", f"{RELEASE}/archive"): alone(
        200, make=things.release, roles=RESEARCHER, in_common=True
    ),
    ("GET", "/api/v1/people"): alone(200, roles=ADMIN, tells="everybody"),
    ("PUT", f"{SOMEBODY}/role"): alone(
        204, {"role": "coach"}, make=things.somebody, roles=ADMIN, in_common=True
    ),
    ("PUT", f"{SOMEBODY}/disabled"): alone(
        204, {"disabled": True}, make=things.somebody, roles=ADMIN, in_common=True
    ),
    ("DELETE", f"{SOMEBODY}/lock"): alone(204, make=things.somebody, roles=ADMIN, in_common=True),
    ("POST", f"{SOMEBODY}/reset-link"): alone(
        201, make=things.somebody, roles=ADMIN, in_common=True
    ),
    ("GET", "/api/v1/invitations"): alone(200, roles=ADMIN),
    ("POST", "/api/v1/invitations"): alone(201, roles=ADMIN),
    ("DELETE", "/api/v1/invitations/{invitation_id}"): alone(
        204, make=things.account_invitation, roles=ADMIN, in_common=True
    ),
    ("GET", "/api/v1/installation"): alone(200, roles=ADMIN),
    ("PUT", "/api/v1/installation/sign-up"): alone(204, {"mode": "open"}, roles=ADMIN),
    ("DELETE", "/api/v1/installation/waiting-addresses"): alone(204, roles=ADMIN),
    ("GET", "/api/v1/audit-log"): alone(200, roles=ADMIN),
    # What the dashboard's process answers beside its pages; browsers prove themselves by cookie.
    ("GET", "/app/static/icon.png"): ForEverybody(200),
    ("GET", "/pulse"): ForEverybody(401),
    ("GET", "/pulse/stream"): ForEverybody(401),
    ("POST", "/pulse/tab/hidden"): ForEverybody(403),
    ("POST", "/pulse/tab/shown"): ForEverybody(403),
    ("POST", "/session/begin"): ForEverybody(403),
    ("POST", "/session/end"): ForEverybody(403),
    **{
        (method, path): ForEverybody(404)
        for path in ("/api", "/api/{path:path}")
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    },
}
