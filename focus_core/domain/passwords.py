"""What makes a password good enough. Length and guessability count; composition does not."""

from __future__ import annotations

import unicodedata

from focus_core.domain import limits
from focus_core.domain.errors import InvalidInput

SHORTEST, LONGEST = 12, 256
_STRONG_ENOUGH = 3
_ESTIMATED = 72
"""zxcvbn raises above this many characters, and no password this long is guessed by its end."""


def normalise(password: str) -> str:
    """The same characters however a keyboard composes them (NFKC, as NIST SP 800-63B asks)."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, username: str, field: str = "password") -> None:
    """Raises InvalidInput, saying what to do, unless `password` may protect `username`."""
    chosen = normalise(password)
    if len(chosen) < SHORTEST:
        raise InvalidInput(
            field,
            f"Use at least {SHORTEST} characters. A few unrelated words in a row are fine.",
        )
    if len(chosen) > LONGEST:
        raise InvalidInput(field, f"Use at most {LONGEST} characters.")
    limits.text(field, chosen, LONGEST)
    if _strength(chosen, username) < _STRONG_ENOUGH:
        raise InvalidInput(
            field,
            "This password is easy to guess. Make it longer, or use a few words that don't"
            " belong together and aren't your name.",
        )


def _strength(password: str, username: str) -> int:
    """zxcvbn's score, 0 (guessed at once) to 4."""
    from zxcvbn import zxcvbn  # 30,000 common words, loaded when the first password is chosen

    score: int = zxcvbn(password[:_ESTIMATED], user_inputs=[username, "focus"])["score"]
    return score
