"""/focus-sessions: start, pause, end, look back, correct, learn."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response

from focus_core.api import idempotency
from focus_core.api.caller import Reader, Writer
from focus_core.api.idempotency import IdempotencyKey
from focus_core.api.profile_models import Profile
from focus_core.api.routing import EMPTY, WITH_BODY, make_router, signed_in
from focus_core.api.session_models import (
    AddInterruption,
    CorrectSession,
    EndSession,
    HistoryPage,
    HistoryQuery,
    Insights,
    PauseSession,
    Session,
    SessionProblem,
    SessionWithEvents,
    StartSession,
)
from focus_core.api.validators import NOT_MODIFIED, not_modified
from focus_core.domain.errors import InvalidInput
from focus_core.services import get_focus_session_service, session_values

router = make_router("/focus-sessions", "Focus sessions")
service = get_focus_session_service()


@router.post(
    "/start",
    operation_id="startFocusSession",
    status_code=201,
    response_model=Session,
    responses=signed_in(404, 409, *WITH_BODY, conflict=SessionProblem),
)
def start(
    caller: Writer, body: StartSession | None = None, idempotency_key: IdempotencyKey = None
) -> Any:
    """Start a session now. If one runs already, the answer is 409 with that one."""
    wanted = (body or StartSession()).model_dump()
    return idempotency.answer(
        caller,
        idempotency_key,
        ("startFocusSession", wanted),
        lambda: service.start_session(caller.user_id, **wanted),
        model=Session,
        status=201,
    )


@router.get(
    "/active",
    operation_id="getActiveFocusSession",
    response_model=Session | None,
    responses=signed_in(),
)
def active(caller: Reader) -> Any:
    """The session that runs now, null if none does."""
    return service.get_active_session(caller.user_id)


@router.get(
    "/history",
    operation_id="getFocusSessionHistory",
    response_model=HistoryPage,
    responses=signed_in(422),
)
def history(caller: Reader, query: Annotated[HistoryQuery, Query()]) -> Any:
    """Sessions, newest first, a page at a time: stable while new ones are added."""
    wanted = query.model_dump(exclude={"limit", "cursor"}, exclude_none=True)
    before = _decode(query.cursor) if query.cursor else None
    found = service.get_user_sessions(caller.user_id, query.limit, before=before, **wanted)
    full = len(found) == query.limit
    return {"sessions": found, "next_cursor": _encode(found[-1]) if full else None}


@router.get(
    "/profile",
    operation_id="getFocusProfile",
    response_model=Profile,
    responses=signed_in(404) | NOT_MODIFIED,
)
def profile(caller: Reader, request: Request) -> Response:
    """The person's focus profile. It needs three finished sessions; before, it is 404 and
    `missing` says how many are to go."""
    return not_modified(request, Profile, service.get_user_profile(caller.user_id))


@router.get(
    "/{session_id:uuid}/insights",
    operation_id="getFocusSessionInsights",
    response_model=Insights,
    responses=signed_in(404),
)
def insights(caller: Reader, session_id: UUID) -> Any:
    """What stands out about a session against the person's own past at that time."""
    return service.get_session_insights(caller.user_id, session_id)


@router.post(
    "/{session_id:uuid}/end",
    operation_id="endFocusSession",
    response_model=Session,
    responses=signed_in(404, 409, *WITH_BODY, conflict=SessionProblem),
)
def end(
    caller: Writer,
    session_id: UUID,
    body: EndSession | None = None,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    """End a session and say how it went. The same once more is the same answer; other values
    for one that was rated are 409: change them with PATCH."""
    said = (body or EndSession()).model_dump()
    return idempotency.answer(
        caller,
        idempotency_key,
        ("endFocusSession", str(session_id), said),
        lambda: service.end_session(session_id, caller.user_id, **said),
        model=Session,
        status=200,
    )


@router.post(
    "/{session_id:uuid}/pause",
    operation_id="pauseFocusSession",
    response_model=Session,
    responses=signed_in(404, 409, *WITH_BODY, conflict=SessionProblem),
)
def pause(caller: Writer, session_id: UUID, body: PauseSession | None = None) -> Any:
    """Stop the clock; by default that counts as an interruption. Twice is one pause."""
    said = body or PauseSession()
    return service.pause_session(
        caller.user_id,
        session_id,
        said.reason,
        counts_as_interruption=said.counts_as_interruption,
    )


@router.post(
    "/{session_id:uuid}/resume",
    operation_id="resumeFocusSession",
    response_model=Session,
    responses=signed_in(404, 409, conflict=SessionProblem),
)
def resume(caller: Writer, session_id: UUID) -> Any:
    """Let the clock go on."""
    return service.resume_session(caller.user_id, session_id)


@router.post(
    "/{session_id:uuid}/interruptions",
    operation_id="addFocusSessionInterruption",
    response_model=Session,
    responses=signed_in(404, 409, *WITH_BODY, conflict=SessionProblem),
)
def interrupt(
    caller: Writer,
    session_id: UUID,
    body: AddInterruption | None = None,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    """Count a loss of focus; the clock goes on."""
    said = (body or AddInterruption()).model_dump()
    return idempotency.answer(
        caller,
        idempotency_key,
        ("addFocusSessionInterruption", str(session_id), said),
        lambda: service.add_interruption(caller.user_id, session_id, **said),
        model=Session,
        status=200,
    )


@router.get(
    "/{session_id:uuid}",
    operation_id="getFocusSession",
    response_model=SessionWithEvents,
    responses=signed_in(404),
)
def read(caller: Reader, session_id: UUID) -> Any:
    """One session with what happened inside it."""
    return service.get_session(caller.user_id, session_id)


@router.patch(
    "/{session_id:uuid}",
    operation_id="updateFocusSession",
    response_model=Session,
    responses=signed_in(404, 409, *WITH_BODY, conflict=SessionProblem),
)
def correct(caller: Writer, session_id: UUID, body: CorrectSession) -> Any:
    """Correct a finished session. Other sessions in its new time are 409, with the part that is
    free."""
    return service.update_session(caller.user_id, session_id, **body.named())


@router.delete(
    "/{session_id:uuid}",
    operation_id="deleteFocusSession",
    responses=signed_in(404, 409, conflict=SessionProblem),
    **EMPTY,
)
def delete(caller: Writer, session_id: UUID) -> None:
    """Delete a finished session. For 30 days its owner can take that back in the dashboard."""
    service.delete_session(caller.user_id, session_id)


def _encode(session: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(session_values.cursor(session).encode()).decode().rstrip("=")


def _decode(cursor: str) -> str:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        position = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
        session_values.position(position)
    except (binascii.Error, ValueError, InvalidInput) as error:
        raise InvalidInput("cursor", "That page is unknown. Go back to the first one.") from error
    return position
