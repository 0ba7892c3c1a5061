"""Putting on the screen what a person typed: as text, never as Markdown that links or loads."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=&])")
_LINKS = re.compile(r"(?i)(https?:|www|@)(?=.)")
_JOINER = "\u2060"  # invisible, and enough to keep an address from becoming a link


def plain(typed: str) -> str:
    """`typed` so that a Markdown element shows it as it is, on one line."""
    inert = _LINKS.sub(rf"\1{_JOINER}", " ".join(typed.split()))
    return _MARKUP.sub(r"\\\1", inert)
