"""A TestClient that asks its application in one step.

Starlette's hands every request over between its threads some ten times, which on a busy machine
takes longer than most answers. It has to, for answers that come in parts; ours come whole.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import anyio
import httpx2
from starlette.testclient import TestClient
from starlette.types import Message


class QuickClient(TestClient):
    """To be entered like any; answers 500 where the application raises."""

    def __init__(self, app: Any) -> None:
        super().__init__(app, raise_server_exceptions=False)
        self._transport = _Whole(self)


class _Whole(httpx2.BaseTransport):
    def __init__(self, client: TestClient) -> None:
        self._client = client

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        assert self._client.portal is not None, "enter the client first"
        sent: list[Message] = self._client.portal.call(self._ask, self._scope(request), request)
        if not sent:
            return httpx2.Response(500, request=request)
        body = b"" if request.method == "HEAD" else b"".join(part.get("body", b"") for part in sent)
        start = sent[0]
        return httpx2.Response(
            start["status"], headers=start["headers"], content=body, request=request
        )

    def _scope(self, request: httpx2.Request) -> dict[str, Any]:
        url = request.url
        headers = [
            (name.lower().encode(), value.encode()) for name, value in request.headers.multi_items()
        ]
        return {
            "type": "http",
            "http_version": "1.1",
            "method": request.method,
            "path": unquote(url.path),
            "raw_path": url.raw_path.split(b"?", 1)[0],
            "root_path": "",
            "scheme": url.scheme,
            "query_string": url.query,
            "headers": headers,
            "client": ("testclient", 50000),
            "server": [url.host, url.port or 80],
            "extensions": {},
            "state": self._client.app_state.copy(),
        }

    async def _ask(self, scope: dict[str, Any], request: httpx2.Request) -> list[Message]:
        sent: list[Message] = []
        bodies = [request.read()]
        answered = anyio.Event()

        async def receive() -> Message:
            if bodies:
                return {"type": "http.request", "body": bodies.pop()}
            await answered.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                answered.set()

        try:
            await self._client.app(scope, receive, send)
        except Exception:  # noqa: BLE001 - the application has answered, or the caller will
            answered.set()
        return sent
