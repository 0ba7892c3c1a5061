"""The one HTML page that every screen lives in: Streamlit's, made Focus's before it is sent."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages._ui.routes import ICON

_STYLE = Path(__file__).with_name("page.css").read_text()
_NO_SCRIPT = "<noscript><p>Focus needs JavaScript. Allow it for this address and reload.</p>"
_NO_PAGES = ("/static/", "/_stcore/")
_SHORTER = (b"if-none-match", b"if-modified-since", b"range", b"accept-encoding")
"""Headers by which a browser may be sent something else than the page's text."""


class OwnPage:
    """ASGI middleware: names the page before its scripts do, and gives it `page.css`.

    It is always sent whole. A browser that was closed has forgotten which browser it is and
    remembers the page, and "not modified" tells it nothing that it could be known by again.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_NO_PAGES):
            await self.app(scope, receive, send)
            return
        asked = [(name, value) for name, value in scope["headers"] if name not in _SHORTER]
        start: Message | None = None
        page = b""

        async def rewrite(message: Message) -> None:
            nonlocal start, page
            if message["type"] == "http.response.start":
                start = message if _is_page(message) else None
            if start is None:
                await send(message)
            elif message["type"] == "http.response.body":
                page += message.get("body", b"")
                if not message.get("more_body"):
                    await _answer(start, page, send)

        await self.app({**scope, "headers": asked}, receive, rewrite)


def _is_page(start: Message) -> bool:
    headers = MutableHeaders(scope=start)
    return start["status"] == 200 and headers.get("content-type", "").startswith("text/html")


async def _answer(start: Message, page: bytes, send: Send) -> None:
    headers = MutableHeaders(scope=start)
    for outdated in ("etag", "last-modified", "accept-ranges"):
        if outdated in headers:
            del headers[outdated]
    if page:  # else only the headers were asked for
        page = made_ours(page.decode()).encode()
        headers["content-length"] = str(len(page))
    await send(start)
    await send({"type": "http.response.body", "body": page})


@cache
def made_ours(page: str) -> str:
    """`page` with Focus's name, icon and style. What an upgrade took away is left out."""
    page = page.replace("<title>Streamlit</title>", "<title>Focus</title>")
    page = page.replace('href="./favicon.png"', f'href="{ICON}"')
    page = re.sub(r"<noscript>.*?(?=</noscript>)", _NO_SCRIPT, page, flags=re.DOTALL)
    return page.replace("</head>", f"  <style>\n{_STYLE}    </style>\n  </head>")
