"""How passwords and bearer tokens are kept: as hashes, of a kind that fits what they are."""

from __future__ import annotations

import hashlib
import secrets
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from focus_core.domain.passwords import LONGEST, normalise

_HASHER = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
"""argon2id, 32 MiB: about 70 ms on a small machine."""
_AT_ONCE = BoundedSemaphore(4)
"""A flood of guesses may wait; it may not take 32 MiB each."""


def hash_password(password: str) -> str:
    with _AT_ONCE:
        return _HASHER.hash(_encode(password))


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether the hash is of this password. Without a hash the work is the same, in vain."""
    with _AT_ONCE:
        try:
            _HASHER.verify(password_hash or _nobodys_hash(), _encode(password))
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def new_token() -> str:
    """A bearer secret of 256 random bits, safe in a cookie or an address."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    """What is stored of a token. It is random, so one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode(errors="replace")).digest()


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(secrets.token_bytes(32))


def _encode(password: str) -> bytes:
    return normalise(password[: 4 * LONGEST]).encode(errors="surrogatepass")
