"""What the dashboard loads before it answers."""

from __future__ import annotations

import subprocess
import sys


def test_the_dashboard_starts_without_what_only_some_pages_need() -> None:
    program = "import sys, app; print(*sorted({'pandas', 'pyarrow', 'sklearn'} & set(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert run.stdout.strip() == ""
