"""Streamlit's own files, compressed once and kept: the first visit weighs a third."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import cache
from pathlib import Path

import brotli
from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import file_util

_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".wasm": "application/wasm",
}
"""What is worth compressing. Said here, because some systems know other types, and browsers that
are told not to sniff then refuse the script."""
_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda content: brotli.compress(content, quality=5),
    "gzip": lambda content: gzip.compress(content, compresslevel=6),
}


class CompressedFiles:
    """Answers GET /static/… from memory when the browser takes it compressed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            file = _files().get(scope["path"])
            encoding = _accepted(Headers(scope=scope)) if file else None
            if file and encoding:
                content = await to_thread.run_sync(_compressed, file, encoding)
                await _answer(file, encoding, content)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _accepted(headers: Headers) -> str | None:
    if "range" in headers:
        return None
    offered = {part.split(";")[0].strip() for part in headers.get("accept-encoding", "").split(",")}
    return next((encoding for encoding in _ENCODERS if encoding in offered), None)


def _answer(file: Path, encoding: str, content: bytes) -> Response:
    headers = {
        "Content-Encoding": encoding,
        "Vary": "Accept-Encoding",
        "Cache-Control": "public, immutable, max-age=31536000",  # their names hold a hash
    }
    return Response(content, headers=headers, media_type=_TYPES[file.suffix])


@cache
def _files() -> dict[str, Path]:
    """What may be asked for, by address: a closed list, so that no path leads elsewhere."""
    root = Path(file_util.get_static_dir())
    return {
        f"/{file.relative_to(root).as_posix()}": file
        for file in (root / "static").rglob("*")
        if file.suffix in _TYPES
    }


@cache
def _compressed(file: Path, encoding: str) -> bytes:
    return _ENCODERS[encoding](file.read_bytes())
