"""The security headers of every answer."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from streamlit import file_util

_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)

_POLICY = (
    "default-src 'none'; script-src 'self' {hashes} blob:; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' data: blob:;"
    " connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; frame-src 'none';"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
)


@cache
def security_headers(secure: bool) -> dict[str, str]:
    """Names and values; `secure` when people reach us by https."""
    headers = {
        "Content-Security-Policy": _POLICY.format(hashes=" ".join(_inline_script_hashes())),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


def _inline_script_hashes() -> list[str]:
    """Of Streamlit's page, read from the installed file so that an upgrade doesn't break it."""
    page = (Path(file_util.get_static_dir()) / "index.html").read_bytes()
    return [
        f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"
        for script in _INLINE_SCRIPT.findall(page)
    ]
