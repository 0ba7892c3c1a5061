"""A backup is one file; a restore brings everything back and keeps what was there."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, text

from db import backup, setup
from focus_core import __main__ as command_line
from focus_core.config import Settings, read_settings


@pytest.fixture
def settings(server: URL, state_dir: Path) -> Iterator[Settings]:
    """An installation on the tests' embedded server, with the database people would have."""
    installed = read_settings({"FOCUS_STATE_DIR": str(state_dir)})
    setup.prepare(installed)
    yield installed
    control = create_engine(server, isolation_level="AUTOCOMMIT")
    with control.connect() as connection:
        names = connection.execute(
            text("select datname from pg_database where datname ~ '^focus(_before.*)?$'")
        ).scalars()
        for name in names.all():
            connection.execute(text(f"drop database {name} with (force)"))
    control.dispose()


def names(settings: Settings, database: str = "focus") -> list[str]:
    engine = create_engine(setup.admin_url(settings).set(database=database))
    with engine.connect() as connection:
        found = connection.execute(text("select username from users order by username"))
        usernames: list[str] = list(found.scalars())
    engine.dispose()
    return usernames


def add(settings: Settings, username: str) -> None:
    engine = create_engine(setup.admin_url(settings))
    with engine.begin() as connection:
        connection.execute(
            text(
                "insert into users (username, display_name, timezone) values (:name, :name, 'UTC')"
            ),
            {"name": username},
        )
    engine.dispose()


def test_there_and_back(settings: Settings, tmp_path: Path) -> None:
    add(settings, "before")
    target = tmp_path / "focus.backup"
    backup.back_up(settings, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    add(settings, "after")
    backup.restore(settings, target)
    assert names(settings) == ["before"]
    setup.check_schema(setup.prepare(settings).app)


def test_a_file_that_is_no_backup_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    add(settings, "safe")
    broken = tmp_path / "broken.backup"
    broken.write_bytes(b"not a dump")
    with pytest.raises(backup.BackupError, match="pg_restore failed"):
        backup.restore(settings, broken)
    assert names(settings) == ["safe"]
    engine = create_engine(setup.admin_url(settings))
    with engine.connect() as connection:
        found = connection.scalars(text("select datname from pg_database")).all()
    engine.dispose()
    assert "focus_restoring" not in found


def test_what_a_restore_kept_is_listed_and_dropped(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = {"FOCUS_STATE_DIR": str(settings.state_dir)}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(command_line, "read_settings", lambda: read_settings(environment))
        add(settings, "there before")
        backup.back_up(settings, tmp_path / "focus.backup")
        first = backup.restore(settings, tmp_path / "focus.backup").kept
        second = backup.restore(settings, tmp_path / "focus.backup").kept
        assert backup.list_kept(settings) == [first, second]
        with pytest.raises(backup.BackupError, match="No restore kept"):
            backup.drop_kept(settings, "focus")
        assert command_line.main(["drop-kept"]) == 0
        assert backup.list_kept(settings) == [first, second]
        assert command_line.main(["drop-kept", "--yes"]) == 0
    assert backup.list_kept(settings) == []
    assert names(settings) == ["there before"]
    said = capsys.readouterr().out
    assert said.count(f"kept {first}") == said.count(f"deleted {first}") == 1


def test_a_backup_overwrites_nothing(settings: Settings, tmp_path: Path) -> None:
    target = tmp_path / "taken"
    target.write_text("mine")
    with pytest.raises(backup.BackupError, match="exists already"):
        backup.back_up(settings, target)
    assert target.read_text() == "mine"


def test_whoever_was_erased_stays_erased(settings: Settings, tmp_path: Path) -> None:
    add(settings, "stays")
    add(settings, "erased")
    target = tmp_path / "focus.backup"
    backup.back_up(settings, target)
    engine = create_engine(setup.admin_url(settings))
    with engine.begin() as connection:
        connection.execute(text("delete from users where username = 'erased'"))
    engine.dispose()
    backup.restore(settings, target)
    assert names(settings) == ["stays"]
    backup.restore(settings, target)  # the list itself came along
    assert names(settings) == ["stays"]
