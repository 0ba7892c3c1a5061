"""Starts Focus and keeps it running: the database, the scheduler process, the dashboard.

A child that dies is started again. Ctrl-C, SIGTERM, or this process's own death stop everything.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import subprocess
import sys
import time
import urllib.request
import webbrowser
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

from db import embedded
from focus_core import lifeline
from focus_core.config import Settings

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 10
LONGEST_WAIT_SECONDS = 30


class CannotStart(RuntimeError):
    """The message says why Focus can't start and what to do."""


@dataclass
class Child:
    """One process that is kept alive."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    start_after: float = field(default=0.0)


def run(settings: Settings, *, open_browser: bool) -> None:
    """Run Focus until it is told to stop. Raises CannotStart."""
    _check_port(settings)
    say("preparing the database" + ("" if settings.database_url else " (embedded Postgres)"))
    # The children run in another directory, where a relative one would be another.
    environment = os.environ | {"FOCUS_STATE_DIR": str(settings.state_dir)}
    environment |= _own_database(settings)
    dashboard = Child("dashboard", _dashboard_command(settings))
    scheduler = Child("scheduler", [sys.executable, "-m", "focus_core.scheduler"])
    children = [scheduler, dashboard]
    with _lifeline() as descriptor:
        environment[lifeline.VARIABLE] = str(descriptor)
        try:
            say("starting the dashboard")
            _start(dashboard, environment, descriptor)
            if settings.database_url is None:
                _prepare_embedded(settings)
            _wait_until_it_answers(settings, dashboard)
            # Not before: nobody waits for it, and it would take from what the dashboard needs.
            say("starting the scheduler")
            _start(scheduler, environment, descriptor)
            say(
                f"ready at {settings.home}  (Ctrl-C stops it; your data is in {settings.state_dir})"
            )
            if open_browser:
                webbrowser.open(settings.home)
            _keep_alive(children, environment, descriptor)
        finally:
            say("stopping")
            for child in children:
                _stop(child)
            embedded.release()
            say("stopped; everything is saved")


def say(message: str) -> None:
    print(f"focus: {message}", flush=True)


def _own_database(settings: Settings) -> dict[str, str]:
    """What the children need to connect as the restricted roles.

    They find an embedded server themselves, so that they can bring it back after a crash.
    """
    if settings.database_url is None:
        embedded.ensure_running(settings.state_dir)
        return {}
    from db import setup

    urls = setup.prepare(settings)
    setup.check_schema(urls.app)
    return {
        "DATABASE_URL": urls.app.render_as_string(hide_password=False),
        "SCHEDULER_DATABASE_URL": urls.scheduler.render_as_string(hide_password=False),
    }


def _prepare_embedded(settings: Settings) -> None:
    """Bring the tables up to date, however long that takes, while the dashboard loads; it waits
    for them."""
    from db import setup  # loads as long as all else here, so not before the dashboard starts

    setup.prepare(settings)


def _dashboard_command(settings: Settings) -> list[str]:
    return [
        sys.executable,
        *("-m", "streamlit", "run", "app.py"),
        *("--server.port", str(settings.port)),
        *("--server.address", settings.address),
        *("--server.headless", "true"),
    ]


def _check_port(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.address, settings.port))
        except OSError as error:
            raise CannotStart(_why_not(settings, error)) from error


def _why_not(settings: Settings, error: OSError) -> str:
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return (
            "FOCUS_ADDRESS must be an IPv4 address of this machine, such as 127.0.0.1, or 0.0.0.0"
            f" for all it has, not {settings.address!r}."
        )
    if error.errno == errno.EACCES:
        return f"FOCUS_PORT must be a port that you may listen on, not {settings.port}."
    return (
        f"Port {settings.port} is taken: Focus may be running already. Stop that one, or choose"
        f" another port, such as FOCUS_PORT={settings.port + 1} make run."
    )


@contextlib.contextmanager
def _lifeline() -> Iterator[int]:
    """A pipe whose reading end the children hold; see `focus_core.lifeline`."""
    reading, writing = os.pipe()
    try:
        yield reading
    finally:
        os.close(reading)
        os.close(writing)


def _start(child: Child, environment: dict[str, str], descriptor: int) -> None:
    # A session of its own: Ctrl-C reaches us alone, and we stop the children in order.
    child.process = subprocess.Popen(
        child.command,
        cwd=ROOT,
        env=environment,
        pass_fds=(descriptor,),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def _wait_until_it_answers(settings: Settings, dashboard: Child) -> None:
    url = f"http://{settings.address}:{settings.port}/_stcore/health"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert dashboard.process is not None  # noqa: S101 - tells the type checker
        if dashboard.process.poll() is not None:
            raise CannotStart("The dashboard did not start; the lines above say why.")
        with contextlib.suppress(URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(url, timeout=2).close()
            return
        time.sleep(0.02)
    raise CannotStart("The dashboard did not answer within a minute.")


def _keep_alive(children: list[Child], environment: dict[str, str], descriptor: int) -> None:
    """Start again whatever dies, at once the first time and ever later if it keeps dying."""
    while True:
        for child in children:
            now = time.monotonic()
            if child.process is not None and child.process.poll() is not None:
                wait = min(2.0**child.failures - 1, LONGEST_WAIT_SECONDS)
                child.process, child.failures = None, child.failures + 1
                child.start_after = now + wait
                say(
                    f"the {child.name} ended; starting it again"
                    + (f" in {wait:.0f} s" * (wait > 0))
                )
            if child.process is None and now >= child.start_after:
                _start(child, environment, descriptor)
            elif child.process is not None and now - child.start_after > LONGEST_WAIT_SECONDS * 2:
                child.failures = 0
        time.sleep(0.2)


def _stop(child: Child) -> None:
    if child.process is None:
        return
    child.process.terminate()
    try:
        child.process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.process.kill()
        child.process.wait()
