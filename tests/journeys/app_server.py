"""The real app as a process of its own, for tests that use it the way a browser does."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from sqlalchemy import URL

from db import engine

ROOT = Path(__file__).parents[2]


class AppServer:
    """`python -m streamlit run app.py` on a port of its own over the database at `admin`."""

    def __init__(self, admin: URL, state_dir: Path, log: Path) -> None:
        urls = engine.restricted_urls(admin, engine.role_passwords(state_dir))
        self.admin = admin
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.log = log
        self.environment = {
            **os.environ,
            "DATABASE_URL": urls.app.render_as_string(hide_password=False),
            "SCHEDULER_DATABASE_URL": urls.scheduler.render_as_string(hide_password=False),
            "FOCUS_STATE_DIR": os.fspath(state_dir),
            "FOCUS_PORT": str(self.port),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={self.port}"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        try:
            wait_until_answers(f"{self.url}/_stcore/health", self.process, self.log)
        except RuntimeError:
            self.stop(kill=True)
            raise

    def __enter__(self) -> AppServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self, *, kill: bool = False) -> None:
        """End it as SIGTERM does, or at once as kill −9 does."""
        if self.process is None:
            return
        if kill:
            self.process.kill()
        else:
            self.process.terminate()
        self.process.wait(timeout=20)
        self.process = None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_until_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The app did not start:\n{log.read_text()}")
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:  # not there yet, or there and not yet listening to this
            time.sleep(0.05)
    raise RuntimeError(f"The app did not answer in a minute:\n{log.read_text()}")
