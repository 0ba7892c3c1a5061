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
from starlette.testclient import TestClient

from tests.api.conftest import PASSWORD, Tokens, give_password
from tests.api.process import Process
from tests.api.things import release
from tests.factories import Person, add_session, make_person, utc
from tests.running import ROOT

GUIDE = (ROOT / "docs" / "api.md").read_text()
BLOCKS = re.findall(r"^```(bash|json|text)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
LATER = re.findall(r"^```json later\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
"""Shown for later: what a new account does not get yet."""

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
def run(api: FastAPI, person: Person, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """All shell blocks, run by a new account. Errors' output has the status of each answer."""
    people = {"FOCUS": person} | {
        role.upper(): somebody(role) for role in ("coach", "researcher", "admin")
    }
    release(people["RESEARCHER"])
    process = Process()
    telling = "curl() { command curl -w '%{stderr}%{http_code}\\n' \"$@\"; }\n"
    script = f"set -eu\n{telling}" + f"\necho; echo '{MARK}' | tee /dev/stderr\n".join(
        block for kind, block in BLOCKS if kind == "bash"
    )
    try:
        found = subprocess.run(
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
    assert found.returncode == 0, found.stdout + found.stderr
    return found


def somebody(role: str) -> Person:
    return give_password(make_person(role=role))


def test_the_examples_do_what_they_show(run: subprocess.CompletedProcess[str]) -> None:
    outputs, answers = run.stdout.split(MARK), run.stderr.split(MARK)
    refusals: list[set[int]] = []  # that the guide shows, for each shell block
    compared = 0
    for kind, block in BLOCKS:
        if kind == "bash":
            refusals.append(set())
            continue
        output = outputs[len(refusals) - 1].strip()
        if kind == "text":
            assert output.startswith(block.splitlines()[0])
            continue
        promised = json.loads(block)
        assert_like(json.loads(output.splitlines()[-1]), promised)
        if isinstance(promised.get("status"), int):
            refusals[-1].add(promised["status"])
        compared += 1
    assert compared >= 15
    for expected, told in zip(refusals, answers, strict=True):
        statuses = {int(line) for line in told.splitlines() if line.isdigit()}
        assert {status for status in statuses if status >= 400} == expected, told


def test_what_it_shows_for_later_comes_with_the_third_session(
    client: TestClient, signed_in: Tokens, person: Person
) -> None:
    for day in range(3):
        add_session(person, utc(2026, 3, 2, 9) + timedelta(days=day))
    (shown,) = LATER
    found = client.get("/api/v1/planner-feed", headers=signed_in(person))
    assert_like(found.json(), json.loads(shown))


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
