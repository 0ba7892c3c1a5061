"""Pseudonyms: HMAC-SHA256 of a person's id under a key that is made for one release and dropped.

The database computes them, so that ids never leave it: HMAC is two rounds of SHA-256, and this
gives it the two padded keys (RFC 2104).
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from hashlib import sha256

_BLOCK = 64


@dataclass(frozen=True, repr=False)
class ReleaseKey:
    """Lives in memory for one release; nothing stores it."""

    inner: bytes
    outer: bytes


def new_key() -> ReleaseKey:
    return padded(secrets.token_bytes(32))


def padded(key: bytes) -> ReleaseKey:
    """The padded keys of a key of at most 64 bytes."""
    block = key.ljust(_BLOCK, b"\0")
    return ReleaseKey(bytes(b ^ 0x36 for b in block), bytes(b ^ 0x5C for b in block))


def pseudonym(key: bytes, user_id: str) -> str:
    """What the database computes with the padded keys, in one call: for checks."""
    return hmac.new(key, user_id.encode(), sha256).hexdigest()[:32]
