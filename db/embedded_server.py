"""Starting and stopping one embedded server. Callers hold the lock of its state directory."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import shlex
import shutil
import signal
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import psutil
from psycopg.pq import PGconn, Ping

from db.embedded_home import PORT, Home, open_private
from db.embedded_programs import Account, EmbeddedPostgresError, run, runnable_programs

logger = logging.getLogger(__name__)

_START_TIMEOUT_SECONDS = 300  # recovery after a crash replays up to max_wal_size
_STOP_TIMEOUT_SECONDS = 30
_ORPHAN_GRACE_SECONDS = 5
_POLL_SECONDS = 0.01
_PATIENT_POLL_SECONDS = 0.5

_SETTINGS = {
    "port": PORT,
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "max_connections": 60,
    "shared_buffers": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": 0,
    "random_page_cost": 1.1,
    "idle_in_transaction_session_timeout": "60s",
    # One file a weekday, overwritten after a week. Terse, and without statements and parameters,
    # which would carry people's notes into the log.
    "logging_collector": "on",
    "log_filename": "%a.log",
    "log_rotation_age": "1d",
    "log_truncate_on_rotation": "on",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": 0,
    "log_min_duration_statement": "1s",
}


def answers(home: Home) -> bool:
    """Whether the server takes connections, asked without signing in.

    Raises EmbeddedPostgresError when somebody else could be answering in its place.
    """
    directory = home.socket.parent
    try:
        trusted = directory.lstat().st_uid == home.data.stat().st_uid
    except FileNotFoundError:
        return False
    if not trusted:
        raise EmbeddedPostgresError(f"{directory} belongs to somebody else. Remove it.")
    host = str(directory).replace("\\", "\\\\").replace("'", "\\'")
    address = f"host='{host}' port={PORT} user=postgres dbname=postgres connect_timeout=3"
    return PGconn.ping(os.fsencode(address)) == Ping.OK


def bring_up(home: Home) -> None:
    """Return once the server answers; start it when nothing works on its data any more."""
    began = time.monotonic()
    launched = False
    while not answers(home):
        waited = time.monotonic() - began
        patient = waited > _ORPHAN_GRACE_SECONDS
        with home.claim() as claim:
            if claim is not None:
                if launched:
                    raise _failure("The embedded database stopped while starting.", home)
                _launch(home, claim)
                launched = True
            elif patient and not launched:
                _end_orphans(home)
        if waited > _START_TIMEOUT_SECONDS:
            raise _failure("The embedded database does not answer.", home)
        time.sleep(_PATIENT_POLL_SECONDS if patient else _POLL_SECONDS)


def stop(home: Home) -> None:
    """Stop the server with a fast shutdown and wait until its last process is gone."""
    postmaster = _postmaster(home)
    if postmaster is not None:
        postmaster.send_signal(signal.SIGINT)
    deadline = time.monotonic() + _STOP_TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        with home.claim() as claim:
            if claim is not None:
                with contextlib.suppress(OSError):  # only to leave /tmp tidy
                    home.socket.parent.rmdir()
                return
        time.sleep(_POLL_SECONDS)
    logger.warning("The embedded database in %s is still running.", home.path)


def _launch(home: Home, claim: int) -> None:
    """Start the server, its data made first if need be. `claim` is what its processes inherit."""
    account = home.account()
    if not account.can_enter(home.path):
        raise EmbeddedPostgresError(
            f"The embedded database lives in {home.path}, which the account {account.name} can't "
            "reach. Let it pass through the directories above (chmod o+x), or run Focus as the "
            "owner of the data instead of root."
        )
    programs = runnable_programs(home.path, account)
    if not home.data.exists():
        _initialise(home, account, programs, claim)
    _clear_leftovers(home)
    _make_socket_directory(home, account)
    _start(home, account, programs, claim)


def _initialise(home: Home, account: Account, programs: Path, claim: int) -> None:
    """Make the data aside and rename it into place, so that half-made data is never taken."""
    for leftover in home.path.glob("setup-*"):
        shutil.rmtree(leftover)
    staging = Path(tempfile.mkdtemp(prefix="setup-", dir=home.path))
    account.take_over(staging)
    password, data = staging / "password", staging / "data"
    _write_password(password, account)
    command = [str(programs / "initdb"), f"--pgdata={data}", f"--pwfile={password}"]
    command += ["-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", *_locale_options()]
    made = run(command, account, capture=True, claim=claim)
    if made.returncode != 0:
        raise EmbeddedPostgresError(
            f"The embedded database could not be made in {home.path}. Is there room on the disk? "
            f"initdb said:\n{made.stderr.strip()}"
        )
    password.replace(home.password)
    data.rename(home.data)
    _flush_directory(home.path)
    staging.rmdir()


def _write_password(path: Path, account: Account) -> None:
    with open_private(path) as file:
        file.write(secrets.token_hex(24).encode())
        file.flush()
        os.fsync(file.fileno())
    account.take_over(path)


def _locale_options() -> list[str]:
    # The builtin provider sorts and changes case alike everywhere. Text search and trigrams still
    # ask the system what a letter is, and macOS does not know C.UTF-8.
    letters = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return [*builtin, "--locale=C", f"--lc-ctype={letters}"]


def _flush_directory(path: Path) -> None:
    """Make renames in `path` survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _clear_leftovers(home: Home) -> None:
    """Remove what a crash left. Safe with the claim held: no process of the server is alive."""
    socket_lock = home.socket.with_name(f"{home.socket.name}.lock")
    for leftover in (home.data / "postmaster.pid", home.socket, socket_lock):
        leftover.unlink(missing_ok=True)


def _make_socket_directory(home: Home, account: Account) -> None:
    with contextlib.suppress(FileExistsError):
        home.socket.parent.mkdir(mode=0o700)
        account.take_over(home.socket.parent)


def _start(home: Home, account: Account, programs: Path, claim: int) -> None:
    """Let pg_ctl start the server, which detaches it: no zombie stays with whoever started it."""
    directory = str(home.socket.parent).replace('"', '""')
    settings = {**_SETTINGS, "unix_socket_directories": f'"{directory}"'}
    options = shlex.join(f"--{name}={value}" for name, value in settings.items())
    home.log.unlink(missing_ok=True)
    with open_private(home.log) as log:
        command = [str(programs / "pg_ctl"), "start", "--no-wait", "--silent", "-o", options]
        # In PGDATA, because pg_ctl hands -D to a shell without quoting it.
        run(command, account, claim=claim, log=log, PGDATA=str(home.data))


def _postmaster(home: Home) -> psutil.Process | None:
    try:
        pid = int((home.data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return next((process for process in _processes(home) if process.pid == pid), None)


def _processes(home: Home) -> Iterator[psutil.Process]:
    """The live processes of this very server: all of them work from inside its data directory."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.name() == "postgres" and process.cwd() == str(home.data):
                yield process


def _end_orphans(home: Home) -> None:
    """End what outlives a killed postmaster, such as a long query; recovery can't begin before."""
    if _postmaster(home) is None:
        for process in _processes(home):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def _failure(sentence: str, home: Home) -> EmbeddedPostgresError:
    logs = [home.log, *sorted((home.data / "log").glob("*.log"), key=os.path.getmtime)[-1:]]
    tail: list[str] = []
    for log in logs:
        with contextlib.suppress(FileNotFoundError), log.open(errors="replace") as lines:
            tail += deque(lines, maxlen=10)
    return EmbeddedPostgresError(
        f"{sentence} Its data are untouched in {home.data}. What its log says:\n{''.join(tail)}"
    )
