"""One random key a purpose, made at first use and kept outside the database, mode 0600."""

from __future__ import annotations

import os
import secrets
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path

from focus_core.config import read_settings

KEY_BYTES = 32


def key(purpose: str) -> bytes:
    """The 32 bytes for `purpose`, a file name; the same for every process of this installation."""
    return _key(read_settings().state_dir / "keys" / f"{purpose}.key")


@cache
def _key(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        _make(path)
    found = path.read_bytes()
    if len(found) != KEY_BYTES:
        raise ValueError(f"{path} is no key: it holds {len(found)} bytes. Remove it to make one.")
    return found


def _make(path: Path) -> None:
    draft = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    draft.touch(mode=0o600)
    draft.write_bytes(secrets.token_bytes(KEY_BYTES))
    try:
        with suppress(FileExistsError):
            os.link(draft, path)  # whole or not at all, and the first of several wins
    finally:
        draft.unlink()
