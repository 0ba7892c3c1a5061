"""The way to the API: in front of all that only pages need, so that a request costs little."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PREFIX = "/api/v1"
ASKED_FOR_HEAD = "focus.head"
"""In the scope of a HEAD request, which routes see as GET."""


class Door:
    """Lets the API answer what lies under /api/v1; the rest goes on."""

    def __init__(self, app: ASGIApp, *, api: ASGIApp) -> None:
        self.app = app
        self.api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_ours(scope["path"]):
            await self.app(scope, receive, send)
            return
        inside = {**scope, "root_path": PREFIX}
        if scope["method"] == "HEAD":
            inside |= {"method": "GET", ASKED_FOR_HEAD: True}
        await self.api(inside, receive, _private(send))


def _is_ours(path: str) -> bool:
    return path.startswith(PREFIX + "/") or path == PREFIX


def _private(send: Send) -> Send:
    """Answers are of one person: nobody on the way keeps them unless one says so."""

    async def send_private(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = message["headers"]
            if not any(name == b"cache-control" for name, _ in headers):
                message["headers"] = [*headers, (b"cache-control", b"no-store")]
        await send(message)

    return send_private
