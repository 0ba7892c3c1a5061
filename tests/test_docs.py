"""What the README promises exists, and what exists is in the README."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from focus_core import __main__ as command_line

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_every_setting_is_documented_and_read() -> None:
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE))
    source = (ROOT / "focus_core" / "config.py").read_text()
    read = set(re.findall(r'env\.get\("([A-Z_]+)"\)', source))
    assert documented == read


def test_every_command_is_documented() -> None:
    section = README.split("## Commands")[1].split("\n## ")[0]
    documented = set(re.findall(r"^\| `([a-z-]+)", section, re.MULTILINE))
    assert documented == set(command_line.COMMANDS)


def test_every_make_target_named_exists() -> None:
    named = set(re.findall(r"(?:`|^    )make ([a-z-]+)", README, re.MULTILINE))
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert named <= made


def test_every_file_named_exists() -> None:
    linked = re.findall(r"\]\(([^)#:]+)\)", README)
    rooms = re.findall(r"`((?:pages|focus_core|db|tests|docs)/[\w/.]*)`", README)
    missing = [path for path in [*linked, *rooms, "app.py"] if not (ROOT / path).exists()]
    assert not missing


def test_nothing_that_belongs_to_one_installation_is_kept_here() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    private = re.compile(r"(\.env|secrets\.toml|\.csv\.gz|\.pem|\.key)$")
    assert not [path for path in tracked if private.search(path)]


def test_every_proof_named_exists() -> None:
    page = (ROOT / "docs" / "security.md").read_text()
    named = re.findall(r"`(tests/[\w/.]+)`", page)
    assert named
    assert not [path for path in named if not (ROOT / path).is_file()]
