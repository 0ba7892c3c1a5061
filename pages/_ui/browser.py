"""Which browser is speaking: its cookies, and the mark that ties a connection to them.

A Streamlit session id alone would let its holder into a signed-in page. So every WebSocket carries
a header that only this server sets, made from the cookies it came with, and Streamlit resumes a
session only for the same mark.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

SESSION_COOKIE = "focus_session"
"""A person's sign-in: opaque, HttpOnly, its hash in the database."""
BROWSER_COOKIE = "focus_browser"
"""Before sign-in: ties the one-time ticket to the browser that earned it."""
MARK_HEADER = "x-focus-browser"
"""Named in `server.trustedUserHeaders`; what a client sends under it is dropped."""


def mark_of_session(token: str) -> str:
    return _mark("session", token)


def mark_of_browser(cookies: Mapping[str, str]) -> str:
    return _mark("browser", cookies.get(BROWSER_COOKIE, ""))


def _mark(kind: str, secret: str) -> str:
    return hashlib.sha256(f"{kind}:{secret}".encode(errors="replace")).hexdigest()
