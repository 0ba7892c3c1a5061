"""Files that people take away, sent piece by piece: so they lie in memory once, however slowly
somebody reads them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from fastapi import Response
from fastapi.responses import StreamingResponse

PIECE = 64 * 1024
ZIP = "application/zip"


def archive(content: bytes, name: str) -> Response:
    """A zip under the name it is kept by."""
    return file(content, name, ZIP)


def file(content: bytes, name: str, media_type: str) -> Response:
    """Any file under the name it is kept by."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(len(content)),
    }
    return StreamingResponse(_pieces(content), 200, headers, media_type)


def an_archive(of: str) -> dict[int | str, dict[str, Any]]:
    """The answer of a route that sends one, for the document."""
    return a_file(of, ZIP)


def a_file(of: str, *media_types: str) -> dict[int | str, dict[str, Any]]:
    """The answer of a route that sends a file in one of these formats, for the document."""
    schema = {"type": "string", "format": "binary"}
    return {200: {"description": of, "content": {kind: {"schema": schema} for kind in media_types}}}


async def _pieces(content: bytes) -> AsyncIterator[memoryview]:
    whole = memoryview(content)
    for start in range(0, len(whole), PIECE):
        yield whole[start : start + PIECE]
