"""Thousands of requests made up from the OpenAPI document: every answer is one it names.

All of schemathesis's checks: no 5xx, no undocumented status, media type, header or shape, bad data
refused and good data taken, and nothing let in without its token.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, text

from focus_core.domain.consent import Sharing
from focus_core.services import cohorts, plan, scorecard
from tests.api.conftest import Tokens
from tests.api.process import Process
from tests.api.things import membership, note, open_to_the_example, release, somebody
from tests.cohort_people import actor_of, join_all, make_coach
from tests.factories import Person, add_session, make_person, utc
from tests.forecasts import add_forecast, add_plan_forecast
from tests.running import ROOT

OPERATIONS = 95


@pytest.fixture
def known(
    api: FastAPI, person: Person, signed_in: Tokens, admin_engine: Engine
) -> Iterator[dict[str, str]]:
    """Who asks, and things that are there, so that more than refusals is to be seen."""
    for day in range(5):
        add_session(person, utc(2026, 3, 2, 9) + timedelta(days=day), context="Essay")
    plan.add_task(person.user_id, title="Essay", estimate_minutes=60)
    people = {role: make_person(role=role) for role in ("coach", "researcher", "admin")}
    coach, member = actor_of(people["coach"]), make_person()
    cohort = cohorts.create(coach, "Class")
    join_all(coach, cohort, [member], Sharing.NAMED)
    open_to_join = cohorts.create(make_coach(), "Class")
    open_to_the_example(admin_engine, open_to_join)
    tokens = {role: signed_in(one)["Authorization"] for role, one in people.items()}
    yield {
        "FUZZ_USER": signed_in(person)["Authorization"],
        **{f"FUZZ_{role.upper()}": token for role, token in tokens.items()},
        "FUZZ_COHORT": str(cohort),
        "FUZZ_MEMBER": str(member.user_id),
        "FUZZ_OPEN_TO_JOIN": str(open_to_join),
        "FUZZ_MEMBERSHIP": membership(person)[0],
        "FUZZ_NOTE": note(person)[0],
        "FUZZ_SESSION": str(with_forecasts(person)),
        "FUZZ_RELEASE": release(people["researcher"])[0],
        "FUZZ_SOMEBODY": somebody(people["admin"])[0],
    }
    with admin_engine.begin() as connection:  # other tests sign up here
        connection.execute(text("update installation set sign_up = 'open'"))


def with_forecasts(person: Person) -> UUID:
    session_id = add_session(person, utc(2026, 3, 10, 9))
    for target in set(scorecard.TARGETS) - {"plan_minutes"}:
        add_forecast(person, session_id, target)
    add_plan_forecast(person, utc(2026, 3, 10, 9), 60)
    return session_id


def test_what_the_document_promises_holds(known: dict[str, str], tmp_path: Path) -> None:
    assert fuzzed(known, tmp_path, examples=20) >= 2_000


@pytest.mark.fuzz
def test_it_holds_for_long(known: dict[str, str], tmp_path: Path) -> None:
    assert fuzzed(known, tmp_path, examples=300) >= 10_000


def fuzzed(known: dict[str, str], directory: Path, examples: int) -> int:
    """How many requests were made. Fails with what schemathesis says of each fault."""
    process = Process()
    url = f"http://127.0.0.1:{process.port}/api/v1"
    try:
        run = subprocess.run(
            [
                Path(sys.executable).with_name("schemathesis"),
                f"--config-file={ROOT / 'tests' / 'api' / 'schemathesis.toml'}",
                "run",
                f"{url}/openapi.json",
                f"--url={url}",
                "--checks=all",
                f"--max-examples={examples}",
                "--report=json",
                f"--report-json-path={directory / 'report.json'}",
                "--no-color",
            ],
            cwd=directory,
            env={**os.environ, **known, "PYTHONPATH": os.fspath(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        process.stop()
    assert run.returncode == 0, run.stdout + run.stderr
    report: dict[str, Any] = json.loads((directory / "report.json").read_text())
    assert report["operations"]["tested"] == OPERATIONS
    generated: int = report["test_cases"]["generated"]
    return generated
