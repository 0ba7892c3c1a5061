"""The embedded server under everything that befalls it: crowds, kills and crashes.

Users are spawned processes.
"""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from db import embedded, embedded_home, embedded_server
from tests.db._postgres_user import libpq
from tests.db.embedded.servers import (
    kill_all,
    postmaster,
    query,
    server_processes,
    wait_for,
)


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
