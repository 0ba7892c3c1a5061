"""Thousands of requests made up from the OpenAPI document: every answer is one it names.

All of schemathesis's checks: no 5xx, no undocumented status, media type, header or shape, bad data
refused and good data taken, and nothing let in without its token.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import Tokens
from tests.api.process import Process
from tests.factories import Person, add_session, utc
from tests.running import ROOT

OPERATIONS = 30


@pytest.fixture
def lived(person: Person) -> Person:
    """Somebody with a profile, so that more than refusals is to be seen."""
    for day in range(5):
        add_session(person, utc(2026, 3, 2, 9) + timedelta(days=day), context="Essay")
    return person


@pytest.mark.usefixtures("api")
def test_what_the_document_promises_holds(lived: Person, signed_in: Tokens, tmp_path: Path) -> None:
    assert fuzzed(signed_in(lived), tmp_path, examples=40) >= 2_000


@pytest.mark.fuzz
@pytest.mark.usefixtures("api")
def test_it_holds_for_long(lived: Person, signed_in: Tokens, tmp_path: Path) -> None:
    assert fuzzed(signed_in(lived), tmp_path, examples=350) >= 10_000


def fuzzed(headers: dict[str, str], directory: Path, examples: int) -> int:
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
                f"--header=Authorization: {headers['Authorization']}",
                "--checks=all",
                f"--max-examples={examples}",
                "--report=json",
                f"--report-json-path={directory / 'report.json'}",
                "--no-color",
            ],
            cwd=directory,
            env={**os.environ, "PYTHONPATH": os.fspath(ROOT)},
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
