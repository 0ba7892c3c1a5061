"""Putting words on the screen: what a person typed as text, never as Markdown that links or loads,
and lengths and shares unbroken."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=&])")
_LINKS = re.compile(r"(?i)(https?:|www|@)(?=.)")
_BEFORE_UNITS = re.compile(r"(?<=\d) (?=(?:%|min\b|h\b))|(?<=\d[ \u00a0]h) (?=\d+ min\b)")
_JOINER = "\u2060"  # invisible, and enough to keep an address from becoming a link


def plain(typed: str) -> str:
    """`typed` so that a Markdown element shows it as it is, on one line."""
    inert = _LINKS.sub(rf"\1{_JOINER}", " ".join(typed.split()))
    return _MARKUP.sub(r"\\\1", inert)


def unbroken(words: str) -> str:
    """With no line broken between a number and its unit: 80 %, 1 h 30 min."""
    return _BEFORE_UNITS.sub("\N{NO-BREAK SPACE}", words)
