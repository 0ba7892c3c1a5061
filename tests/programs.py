"""Finds the programs that tests need, and installs what is missing where that is possible.

`python -m tests.programs chromium redis-server`: says where each is, or how to get it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = {
    "chromium": ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "redis-server": ("redis-server", "valkey-server"),
    "node": ("node", "nodejs"),
    "npm": ("npm",),
}
VARIABLES = {
    "chromium": "FOCUS_TEST_CHROMIUM",
    "redis-server": "FOCUS_TEST_REDIS_SERVER",
    "node": "FOCUS_TEST_NODE",
    "npm": "FOCUS_TEST_NPM",
}
DEBIAN = {"node": "nodejs"}
HOMEBREW = {"redis-server": "redis", "npm": "node"}
"""Packages that are not called as their program is."""


def find(program: str) -> Path | None:
    """Where the program is: named in the environment, on the path, or at Debian's place."""
    named = os.environ.get(VARIABLES[program])
    candidates = [named] if named else [shutil.which(name) for name in NAMES[program]]
    return next((Path(found) for found in candidates if found and Path(found).exists()), None)


def install(program: str) -> None:
    """Ask the system's package manager, if we may."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        package = DEBIAN.get(program, program)
        commands = [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", package]]
    elif shutil.which("brew"):
        commands = [["brew", "install", HOMEBREW.get(program, program)]]
    else:
        return
    print(f"focus: installing {program} for the tests", flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in commands:
        subprocess.run(command, check=False, env=quiet, stdout=subprocess.DEVNULL)


def main(programs: list[str]) -> int:
    missing = 0
    for program in programs:
        if find(program) is None:
            install(program)
        found = find(program)
        if found is None:
            missing += 1
            print(
                f"focus: the tests need {program} and it is not on this machine. Install it with"
                f" your package manager, or name it in {VARIABLES[program]}.",
                file=sys.stderr,
            )
        else:
            print(f"focus: {program} is {found}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
