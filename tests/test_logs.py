from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import structlog
from focus_core import logs
logs.configure("test", "info")
def sign_in(password):
    raise RuntimeError("no such luck")
try:
    sign_in("correct horse battery staple")
except RuntimeError:
    structlog.get_logger().exception("failed")
"""


def test_what_failed_is_logged_without_the_values_it_had() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    line = json.loads(done.stderr)
    assert (line["event"], line["exception"][0]["exc_type"]) == ("failed", "RuntimeError")
    assert "battery" not in done.stderr
