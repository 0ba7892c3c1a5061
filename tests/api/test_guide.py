"""The API's guide: its examples run in order in one shell, and it names every address."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from tests.api.conftest import PASSWORD, give_password
from tests.api.process import Process
from tests.api.things import release
from tests.factories import Person, add_session, make_person, utc
from tests.running import ROOT

GUIDE = (ROOT / "docs" / "api.md").read_text()
BLOCKS = re.findall(r"^```(bash|json|text)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
MARK = "=== end of block ==="
TOLD = {
    "type",
    "title",
    "status",
    "token_type",
    "expires_in",
    "session_type",
    "state",
    "name",
    "sharing",
}
"""Members whose values in the guide are just those that come."""


@pytest.fixture
def outputs(api: FastAPI, person: Person, tmp_path: Path) -> list[str]:
    """What each shell block writes, when somebody with three sessions runs them."""
    for day in range(3):
        add_session(person, utc(2026, 3, 2, 9) + timedelta(days=day))
    people = {"FOCUS": person, "COACH": somebody("coach"), "RESEARCHER": somebody("researcher")}
    release(people["RESEARCHER"])
    process = Process()
    script = "set -eu\n" + f"\necho; echo '{MARK}'\n".join(
        block for kind, block in BLOCKS if kind == "bash"
    )
    try:
        run = subprocess.run(
            ["bash", "-c", script.replace("localhost:8501", f"127.0.0.1:{process.port}")],
            env={
                **os.environ,
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                **{f"{who}_NAME": one.username for who, one in people.items()},
                **{f"{who}_PASSWORD": PASSWORD for who in people},
            },
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        process.stop()
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout.split(MARK)


def somebody(role: str) -> Person:
    return give_password(make_person(role=role))


def test_the_examples_do_what_they_show(outputs: list[str]) -> None:
    shown = compared = 0
    for kind, block in BLOCKS:
        if kind == "bash":
            shown += 1
            continue
        output = outputs[shown - 1].strip()
        if kind == "text":
            assert output.startswith(block.splitlines()[0])
            continue
        assert_like(json.loads(output.splitlines()[-1]), json.loads(block))
        compared += 1
    assert compared >= 15


def assert_like(came: dict[str, Any], promised: dict[str, Any]) -> None:
    assert promised.keys() <= came.keys(), came
    for name in TOLD & promised.keys():
        assert came[name] == promised[name], came


def test_it_names_every_address_and_no_other(api: FastAPI) -> None:
    named = set(
        re.findall(r"`((?:GET|POST|PUT|PATCH|DELETE) /[^`]*)`", GUIDE.split("## All of it")[1])
    )
    documented = {
        f"{method.upper()} {path}"
        for path, methods in api.openapi()["paths"].items()
        for method in methods
    }
    assert named == documented


def test_its_limits_are_the_defaults() -> None:
    readme = (ROOT / "README.md").read_text()
    for number, limit in (("600", "600/minute"), ("1,200", "1200/minute")):
        assert f"`{limit}`" in readme
        assert number in GUIDE.split("## Limits")[1]
