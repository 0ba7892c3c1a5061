"""What stands between the network and Streamlit. Pure ASGI, so that it sees WebSockets too."""

from __future__ import annotations

import secrets
from collections.abc import Container
from contextlib import suppress
from http import HTTPStatus

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from focus_core.domain.errors import DatabaseUnavailable
from focus_core.services import web_sessions
from pages._ui.browser import (
    BROWSER_COOKIE,
    MARK_HEADER,
    SESSION_COOKIE,
    mark_of_browser,
    mark_of_session,
)
from pages._ui.headers import security_headers

LARGEST_BODY = 64 * 1024
TOO_LARGE = f"The body is larger than {LARGEST_BODY // 1024} KiB."
_LIMITED = ("/api/", "/session/", "/pulse/")
_OURS_ALONE = ("/session/", "/pulse/tab/")
"""What changes something by a cookie."""
_PRIVATE = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/upload_file")
"""No screen takes files, and whoever has a page open, signed in or not, could fill memory."""


class Guard:
    """Checks where a request comes from, marks whose it is, and adds the security headers."""

    def __init__(self, app: ASGIApp, *, origins: Container[str], secure: bool) -> None:
        self.app = app
        self.origins = origins
        self.secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, self._with_headers(scope, send))
        else:
            await self.app(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if Headers(scope=scope).get("origin") not in self.origins:
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        name = MARK_HEADER.encode()
        kept = [(key, value) for key, value in scope["headers"] if key.lower() != name]
        kept.append((name, (await _mark(scope)).encode()))
        await self.app({**scope, "headers": kept}, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path.startswith(_PRIVATE):
            await PlainTextResponse("Not found", 404)(scope, receive, send)
        elif path.startswith(_OURS_ALONE) and not self._is_ours(scope):
            await problem(403, "This request came from another page.")(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        return Headers(scope=scope).get("origin") in self.origins

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(security_headers(self.secure))
                if headers.get("content-type", "").startswith("text/html"):
                    self._give_browser_cookie(scope, headers)
            await send(message)

        return send_with_headers

    def _give_browser_cookie(self, scope: Scope, headers: MutableHeaders) -> None:
        if BROWSER_COOKIE not in HTTPConnection(scope).cookies:
            secure = "; Secure" if self.secure else ""
            value = f"{BROWSER_COOKIE}={secrets.token_urlsafe(32)}"
            headers.append("set-cookie", f"{value}; Path=/; HttpOnly; SameSite=Strict{secure}")


class BodyLimit:
    """Refuses large bodies where only small ones make sense, before or while they are read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_LIMITED):
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdecimal() or int(announced) > LARGEST_BODY:
            await _too_large()(scope, receive, send)
            return
        await self._count(scope, receive, send)

    async def _count(self, scope: Scope, receive: Receive, send: Send) -> None:
        read = 0
        started = False

        async def count() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > LARGEST_BODY:
                raise _BodyTooLarge
            return message

        async def note_start(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, count, note_start)
        except _BodyTooLarge:
            if not started:
                await _too_large()(scope, receive, send)


class _BodyTooLarge(HTTPException):
    """Of a kind that frameworks hand on to their own handlers while they read a body."""

    def __init__(self) -> None:
        super().__init__(413, TOO_LARGE)


def problem(status: int, detail: str) -> JSONResponse:
    """An error as RFC 9457 says it; `detail` is for people."""
    phrase = HTTPStatus(status).phrase
    return JSONResponse(
        {"type": "about:blank", "title": phrase, "status": status, "detail": detail},
        status,
        media_type="application/problem+json",
    )


def _too_large() -> JSONResponse:
    return problem(413, TOO_LARGE)


async def _mark(scope: Scope) -> str:
    """Of the sign-in when the cookie is good, else of the browser before sign-in.

    With the database away a cookie can't be judged. It then marks itself, so that an open page
    stays the same page; nothing is shown on it before the database has been asked again.
    """
    cookies = HTTPConnection(scope).cookies
    token = cookies.get(SESSION_COOKIE)
    if token:
        with suppress(DatabaseUnavailable):
            if await to_thread.run_sync(web_sessions.actor_for_cookie, token) is None:
                return mark_of_browser(cookies)
        return mark_of_session(token)
    return mark_of_browser(cookies)
