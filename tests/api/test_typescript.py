"""The TypeScript client fits the API: its types are fresh, and its own tests pass against it."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI

from tests import programs
from tests.api.conftest import Tokens
from tests.api.process import Process
from tests.factories import Person, add_session, utc
from tests.running import ROOT

CLIENT = ROOT / "clients" / "typescript"


def node(*arguments: str | Path, **environment: str) -> str:
    """What a tool of the client's own says; fails when it fails."""
    program = programs.find("node")
    assert program, "The tests need node: python -m tests.programs node npm"
    assert (CLIENT / "node_modules").exists(), "First: make client"
    run = subprocess.run(
        [program, *arguments],
        cwd=CLIENT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_its_types_are_those_of_the_document(api: FastAPI, tmp_path: Path) -> None:
    document, fresh = tmp_path / "openapi.json", tmp_path / "schema.ts"
    document.write_text(json.dumps(api.openapi()))
    generate = json.loads((CLIENT / "package.json").read_text())["scripts"]["generate"].split()
    tool = CLIENT / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
    node(tool, document, *generate[1:-1], fresh)
    written = (CLIENT / "src" / "schema.ts").read_text()
    assert fresh.read_text() == written, "The API has changed. Run: make client-types"


def test_it_works_against_the_live_api(
    api: FastAPI, person: Person, signed_in: Tokens, tmp_path: Path
) -> None:
    for day in range(3):
        add_session(person, utc(2026, 3, 2, 9) + timedelta(days=day))
    node(CLIENT / "node_modules" / "typescript" / "bin" / "tsc", "--outDir", tmp_path)
    # Compiled modules look for their dependencies upwards from where they lie.
    (tmp_path / "node_modules").symlink_to(CLIENT / "node_modules")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    process = Process()
    try:
        said = node(
            "--test",
            "--test-reporter=tap",
            tmp_path / "test" / "live.test.js",
            FOCUS_URL=f"http://127.0.0.1:{process.port}",
            FOCUS_TOKEN=signed_in(person)["Authorization"].removeprefix("Bearer "),
        )
    finally:
        process.stop()
    assert "# pass 4" in said
    assert "Average: 25min" in said


def test_the_lock_file_names_no_registry() -> None:
    locked = json.loads((CLIENT / "package-lock.json").read_text())
    assert not [name for name, package in locked["packages"].items() if "resolved" in package]


@pytest.mark.parametrize("kind", ["dependencies", "devDependencies"])
def test_every_dependency_is_pinned(kind: str) -> None:
    versions = json.loads((CLIENT / "package.json").read_text())[kind].values()
    assert not [version for version in versions if not version[0].isdigit()]
