"""How an open timer page learns of what happened elsewhere: told at once, and asked for to be sure.

`GET /pulse` is the cheapest question there is: the version of the person's data. On
`GET /pulse/stream` the server says that it is worth asking. With `POST /pulse/tab/…` a page tells
that it was hidden or shown while its session runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Protocol
from uuid import UUID

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from focus_core.domain.actor import Actor
from focus_core.domain.errors import DatabaseUnavailable, FocusError, NotFound
from focus_core.services import tabs, web_sessions
from pages._ui.asgi import problem
from pages._ui.browser import SESSION_COOKIE

HEARTBEAT_SECONDS = 15.0
"""How often a quiet stream shows that it lives, and looks whether its cookie still does."""

_HIDDEN, _SHOWN = "/pulse/tab/hidden", "/pulse/tab/shown"


class Streams(Protocol):
    """The open streams of this process, by person; shared with the API."""

    closing: bool

    def open(self, user_id: UUID) -> asyncio.Event: ...
    def close(self, user_id: UUID, changed: asyncio.Event) -> None: ...


def routes(streams: Streams) -> list[BaseRoute]:
    def pulse(request: Request) -> Response:
        """Whether the timer of an open page is still what the page shows."""
        actor = _actor(request.cookies.get(SESSION_COOKIE))
        if isinstance(actor, Response):
            return actor
        return JSONResponse({"version": actor.data_version}, headers={"Cache-Control": "no-store"})

    async def stream(request: Request) -> Response:
        """Says `changed` whenever a session of the person started, stopped or changed."""
        token = request.cookies.get(SESSION_COOKIE)
        actor = await to_thread.run_sync(_actor, token)
        if isinstance(actor, Response):
            return actor
        try:
            return _Changes(streams, actor.user_id, token)
        except FocusError as error:
            return problem(429, str(error))

    def tab(request: Request) -> Response:
        """Keeps that a page was hidden or shown. The Origin has been checked before."""
        actor = _actor(request.cookies.get(SESSION_COOKIE))
        if isinstance(actor, Response):
            return actor
        hidden, session = request.url.path == _HIDDEN, request.query_params.get("session", "")
        try:
            tabs.note(actor.user_id, session, hidden=hidden)
        except DatabaseUnavailable as error:
            return problem(503, str(error))
        except NotFound as error:
            return problem(404, str(error))
        return Response(status_code=204)

    return [
        Route("/pulse", pulse, methods=["GET"]),
        Route(_HIDDEN, tab, methods=["POST"]),
        Route(_SHOWN, tab, methods=["POST"]),
        Route("/pulse/stream", stream, methods=["GET"]),
    ]


class _Changes(StreamingResponse):
    """Gives its place back however it ends."""

    def __init__(self, streams: Streams, user_id: UUID, token: str | None) -> None:
        self._streams, self._user_id = streams, user_id
        self._changed = streams.open(user_id)
        super().__init__(
            _words(streams, self._changed, token),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store"},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._streams.close(self._user_id, self._changed)


async def _words(streams: Streams, changed: asyncio.Event, token: str | None) -> AsyncIterator[str]:
    yield ": listening\n\n"
    while not streams.closing:
        with suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), HEARTBEAT_SECONDS)
        if changed.is_set():
            changed.clear()
            yield "data: changed\n\n"
            continue
        answer = await to_thread.run_sync(_actor, token)
        if isinstance(answer, Response) and answer.status_code == 401:
            return
        yield ": still here\n\n"


def _actor(token: str | None) -> Actor | Response:
    """Whose cookie it is, or how to refuse."""
    try:
        actor = web_sessions.actor_for_cookie(token) if token else None
    except DatabaseUnavailable as error:
        return problem(503, str(error))
    return actor or problem(401, "You are signed out.")
