"""Idempotency-Key: the same request sent again gets the same answer, and is done once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Header, Response
from pydantic import BaseModel, Field
from pydantic_core import to_json

from focus_core.services import idempotency
from focus_core.services.api_access import Caller

IdempotencyKey = Annotated[
    Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[!-~]+$")] | None,
    Header(
        description="Any text of your own, a UUID say. The same key with the same body within 24"
        " hours gets the first answer again; with another body it is 422.",
        alias="Idempotency-Key",
        examples=["5f0c7f52-9e0b-4b7e-9f0e-2f2b6f2b8c11"],
    ),
]


def answer(
    caller: Caller,
    key: str | None,
    request: tuple[Any, ...],
    work: Callable[[], Any],
    *,
    model: type[BaseModel] | None,
    status: int,
) -> Response:
    """What `work` returns, shaped by `model`; with a key, done once and kept for a day. Without a
    model the answer is empty.

    `request` tells requests apart. Only what succeeded is kept: after a refusal the same key may
    be tried again. Raises KeyUsedOtherwise, and whatever `work` raises.
    """

    media_type = "application/json" if model else None

    def worded() -> str:
        done = work()
        return model.model_validate(done).model_dump_json() if model else ""

    if key is None:
        return Response(worded(), status, media_type=media_type)
    fingerprint = hashlib.sha256(to_json(request)).digest()
    reply, replayed = idempotency.once(caller.user_id, key, fingerprint, worded)
    headers = {"Idempotency-Replayed": "true"} if replayed else None
    return Response(reply, status, headers, media_type)
