"""ETags: an answer that has not changed is not sent again."""

from __future__ import annotations

import hashlib
from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel

NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "Nothing has changed since the answer with that `ETag`"}
}


def not_modified(request: Request, model: type[BaseModel], found: dict[str, Any]) -> Response:
    """The answer with its ETag, or 304 when the client has just that."""
    content = model.model_validate(found).model_dump_json().encode()
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if _matches(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type="application/json", headers=headers)


def _matches(condition: str, etag: str) -> bool:
    known = [part.strip().removeprefix("W/") for part in condition.split(",")]
    return etag in known or condition.strip() == "*"
