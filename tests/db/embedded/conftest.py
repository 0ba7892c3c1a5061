"""State directories for embedded servers.

Under root, pytest's own directories are private to root, so most tests here also show that the
server finds a place it can reach.
"""

from __future__ import annotations

import shutil
import signal
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from db import embedded
from tests.db.embedded.servers import (
    User,
    end_server,
)


@pytest.fixture
def spawn() -> Iterator[Callable[..., User]]:
    users: list[User] = []

    def start(*args: Any, **environment: str) -> User:
        users.append(User(*args, **environment))
        return users[-1]

    yield start
    for user in users:
        if user.process.poll() is None:
            user.signal(signal.SIGKILL)


@pytest.fixture(autouse=True)
def own_memberships(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep `release` from stopping the server that the other tests share."""
    monkeypatch.setattr(embedded, "_memberships", {})


@pytest.fixture
def name_state_dir() -> Iterator[Callable[[Path], Path]]:
    """Names state directories, not made yet; clears up afterwards what came to live there."""
    named: list[Path] = []

    def name(parent: Path) -> Path:
        # Under root the server lives outside `parent` in a place named after this path.
        named.append(parent / f"state-{uuid.uuid4().hex[:8]}")
        return named[-1]

    yield name
    for state_dir in named:
        end_server(state_dir)
        shutil.rmtree(embedded.data_directory(state_dir).parent, ignore_errors=True)


@pytest.fixture
def fresh_state_dir(name_state_dir: Callable[[Path], Path], tmp_path: Path) -> Path:
    return name_state_dir(tmp_path)


@pytest.fixture(scope="module")
def module_state_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    state_dir = tmp_path_factory.mktemp("embedded") / f"state-{uuid.uuid4().hex[:8]}"
    yield state_dir
    shutil.rmtree(embedded.data_directory(state_dir).parent)


@pytest.fixture
def state_dir(module_state_dir: Path) -> Iterator[Path]:
    """A state directory that has data, whose server does not run. Saves an initdb a test."""
    yield module_state_dir
    end_server(module_state_dir)


@pytest.fixture
def crossable() -> Iterator[Path]:
    """A directory that every account may cross, as pytest's own are not under root."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o711)
        yield Path(directory)
