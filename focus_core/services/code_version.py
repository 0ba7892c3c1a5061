"""Which code this is, so that a result can be traced to what made it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_ROOM = Path(__file__).parents[1] / "research"


@cache
def code_version() -> str:
    """A digest of the source that makes releases: the same wherever the same code runs, with or
    without its history."""
    digest = hashlib.sha256()
    for path in sorted(_ROOM.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return f"research-{digest.hexdigest()[:16]}"
