"""Processes that use an embedded server, and a look at its own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import psycopg

from db import embedded
from tests.db._postgres_user import libpq

PROJECT = Path(__file__).parents[3]
PATIENCE_SECONDS = 60


class User:
    """A spawned process that uses the server of `state_dir`."""

    def __init__(self, state_dir: Path, role: str = "idle", **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.db._postgres_user", str(state_dir), role],
            cwd=PROJECT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def line(self) -> str:
        """The next thing it says; waits for it."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        assert line, "it ended without a word"
        return line

    def leave(self) -> str:
        """Ask it to leave and wait until it has; returns what it still said."""
        rest, _ = self.process.communicate("leave\n")
        assert self.process.returncode == 0
        return rest

    def signal(self, number: signal.Signals) -> int:
        """Returns the exit code."""
        self.process.send_signal(number)
        self.process.communicate()
        return self.process.returncode


def end_server(state_dir: Path) -> None:
    embedded.release()
    kill_all(state_dir)


def server_processes(state_dir: Path) -> list[psutil.Process]:
    data = str(embedded.data_directory(state_dir))
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.name() == "postgres" and process.cwd() == data:
                found.append(process)
    return found


def kill_all(state_dir: Path) -> None:
    for process in server_processes(state_dir):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def postmaster(state_dir: Path) -> psutil.Process:
    """The one parent of all processes of the server."""
    everyone = server_processes(state_dir)
    found = []
    for process in everyone:
        with contextlib.suppress(psutil.NoSuchProcess):  # a connection's own, just closed
            if process.parent() not in everyone:
                found.append(process)
    [only] = found
    return only


def owners_of_processes(state_dir: Path) -> set[int]:
    owners = set()
    for process in server_processes(state_dir):
        with contextlib.suppress(psutil.NoSuchProcess):
            owners.add(process.uids().real)
    return owners


def query(state_dir: Path, sql: str) -> list[tuple[Any, ...]]:
    url = libpq(embedded.ensure_running(state_dir))
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.005)


def permissions(*paths: Path) -> dict[Path, tuple[int, int, int]]:
    """Mode and owner of the paths and of all that lies above them."""
    everything = {part for path in paths for part in (path, *path.parents)}
    return {part: (s.st_mode, s.st_uid, s.st_gid) for part in everything if (s := part.stat())}


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777
