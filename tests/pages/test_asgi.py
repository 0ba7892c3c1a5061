"""The middleware by itself; what the whole app answers is in journeys/test_http.py."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages._ui.asgi import LARGEST_BODY, BodyLimit, Guard
from tests.aside import run_aside


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    await HTMLResponse("<p>page</p>")(scope, receive, send)


async def reader(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
    await HTMLResponse("read")(scope, receive, send)


def ask(app: ASGIApp, path: str, chunks: list[bytes]) -> tuple[int, list[tuple[str, str]]]:
    """POST `chunks` without announcing their length."""
    sent: list[Message] = []

    def messages() -> Iterator[Message]:
        for chunk in chunks:
            yield {"type": "http.request", "body": chunk, "more_body": True}
        yield {"type": "http.request", "body": b"", "more_body": False}

    body = messages()

    async def receive() -> Message:
        return next(body)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": path, "headers": []}
    run_aside(app, scope, receive, send)
    start = sent[0]
    return start["status"], [(key.decode(), value.decode()) for key, value in start["headers"]]


def test_behind_tls_cookies_and_pages_travel_by_tls_only() -> None:
    _, headers = ask(Guard(page, origins=[], secure=True), "/", [])
    assert ("strict-transport-security", "max-age=31536000") in headers
    (cookie,) = [value for key, value in headers if key == "set-cookie"]
    assert cookie.endswith("; Secure")


def test_a_body_of_unknown_length_is_refused_when_it_grows_too_large() -> None:
    chunk = b"x" * 1024
    fits, grows = LARGEST_BODY // len(chunk), LARGEST_BODY // len(chunk) + 1
    assert ask(BodyLimit(reader), "/api/v1/x", [chunk] * fits)[0] == 200
    assert ask(BodyLimit(reader), "/api/v1/x", [chunk] * grows)[0] == 413
    assert ask(BodyLimit(reader), "/elsewhere", [chunk] * grows)[0] == 200
