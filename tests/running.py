"""Focus as a person runs it: `python -m focus_core run` in a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil

from db import embedded

ROOT = Path(__file__).parent.parent
PATIENCE_SECONDS = 60


class RunningFocus:
    """A whole installation with an embedded database, for tests that kill parts of it."""

    def __init__(self, state_dir: Path) -> None:
        self.state_dir = state_dir
        self.port = free_port()
        self.log = state_dir / "run.log"
        without_database = {"DATABASE_URL", "SCHEDULER_DATABASE_URL", "REDIS_URL"}
        self.environment = {
            name: value for name, value in os.environ.items() if name not in without_database
        } | {"FOCUS_STATE_DIR": os.fspath(state_dir), "FOCUS_PORT": str(self.port)}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        self.state_dir.mkdir(parents=True, exist_ok=True)
        said_before = self.output().count("ready at")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "focus_core", "run"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(lambda: self.output().count("ready at") > said_before, self.output)

    def stop(self) -> None:
        """As Ctrl-C does; returns when everything has ended."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(PATIENCE_SECONDS)

    def remove(self) -> None:
        self.stop()
        # This process may have joined that server to look at it; it is gone now.
        joined = embedded._memberships.pop(self.state_dir.absolute(), None)
        if joined is not None:
            joined.close()
        # Under root the server lives outside, where the account it runs as can reach it.
        home = embedded.data_directory(self.state_dir).parent
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(self.state_dir, ignore_errors=True)

    def output(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def child(self, part_of_command: str) -> psutil.Process | None:
        """The scheduler or the dashboard, if it lives."""
        assert self.process is not None
        for process in psutil.Process(self.process.pid).children():
            try:
                if part_of_command in " ".join(process.cmdline()):
                    return process
            except psutil.NoSuchProcess:
                continue
        return None

    def postmaster(self) -> psutil.Process:
        pid_file = embedded.data_directory(self.state_dir) / "postmaster.pid"
        return psutil.Process(int(pid_file.read_text().split()[0]))

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2).close()
        except OSError:
            return False
        return True


def wait_until(
    condition: Callable[[], object], explain: Callable[[], str] = lambda: "", patience: float = 60
) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"waited {patience} s in vain\n{explain()}"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
