"""Where an embedded server lives, and the locks that say who uses it."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from db.embedded_programs import Account, EmbeddedPostgresError, unprivileged_account

logger = logging.getLogger(__name__)

PORT = 5432  # names the socket file; nothing listens on the network

_SYSTEM_HOMES = Path("/var/lib/focus")
_SOCKET_PATH_LIMIT = 99  # bytes; the kernel's limit is 103 on macOS and 107 on Linux


@dataclass(frozen=True)
class Home:
    """The directory of one server: data, password, locks, and the log of its start."""

    path: Path

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def password(self) -> Path:
        return self.path / "password"

    @property
    def log(self) -> Path:
        return self.path / "server.log"

    @property
    def users_lock(self) -> Path:
        return self.path / "users.lock"

    @property
    def socket(self) -> Path:
        """Beside the data, or under /tmp where that path is too long or libpq would split it."""
        beside = self.path / "run" / f".s.PGSQL.{PORT}"
        if len(os.fsencode(beside)) <= _SOCKET_PATH_LIMIT and "," not in str(beside):
            return beside
        return Path("/tmp", f"focus-{_digest(self.path)}", beside.name)  # noqa: S108 - see server

    def account(self) -> Account:
        """Ourselves; under root the owner of the data, else an unprivileged account."""
        if os.geteuid() != 0:
            return Account()
        with contextlib.suppress(FileNotFoundError):
            owner = self.data.stat()
            if owner.st_uid != 0:
                return Account(owner.st_uid, owner.st_gid)
        return unprivileged_account()

    @contextlib.contextmanager
    def claim(self) -> Iterator[int | None]:
        """A locked descriptor for a new server to inherit; None while the old one still lives.

        It is closed and never unlocked: to unlock it would take the lock from the server as well.
        """
        with open_private(self.path / "server.lock") as file:
            yield file.fileno() if try_lock(file) else None


def find_home(state_dir: Path) -> Home:
    """Where the server of `state_dir` lives, or will; decided once, then read from what is there.

    Raises EmbeddedPostgresError when it was elsewhere and is gone.
    """
    usual = state_dir / "postgres"
    if usual.is_symlink() and not usual.exists():
        raise EmbeddedPostgresError(
            f"The embedded database of {state_dir} was in {usual.readlink()}, which is gone. "
            f"Restore it, or remove {usual} to begin with an empty database."
        )
    if usual.exists() or os.geteuid() != 0:
        return Home(usual.resolve())
    # A missing directory will be made private to root.
    if state_dir.exists() and unprivileged_account().can_enter(state_dir):
        return Home(usual.resolve())
    return Home((_SYSTEM_HOMES / _digest(state_dir)).resolve())


def make_home(state_dir: Path) -> Home:
    """Find the home of the server, made if missing. Call with the lock of `state_dir` held."""
    home = find_home(state_dir)
    usual = state_dir / "postgres"
    if usual.exists():
        return home
    if home.path == usual.resolve():
        _make_passable(home.path)
    else:
        _make_passable(home.path.parent)
        _make_passable(home.path)
        usual.symlink_to(home.path)
        logger.warning("The embedded database of %s lives in %s.", state_dir, home.path)
    return home


def _make_passable(path: Path) -> None:
    """Make a directory that we alone may read and, under root, the server's account may cross."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700, parents=True)
        if os.geteuid() == 0:
            path.chmod(0o711)


def open_private(path: Path) -> IO[bytes]:
    """Open a file for writing, made readable to us alone if missing. Children don't inherit it."""
    return open(path, "ab", opener=functools.partial(os.open, mode=0o600))


@contextlib.contextmanager
def locked(file: IO[bytes]) -> Iterator[None]:
    """Hold the file's lock, alone among all processes."""
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def try_lock(file: IO[bytes]) -> bool:
    """Take the file's lock alone, unless another process holds or shares it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
