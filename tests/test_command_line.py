"""The commands of `python -m focus_core`, as somebody at the host uses them."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, create_engine, insert, select, text

from db.models import account_erasures, users
from db.session import open_for
from focus_core import __main__ as command_line
from focus_core import launcher
from focus_core.config import read_settings
from focus_core.services import administration, demo, get_focus_session_service
from tests import factories
from tests.cohort_people import actor_of
from tests.running import free_port


def test_demonstration_people_come_and_go(empty_database: URL) -> None:
    mine = factories.make_person()
    said: list[str] = []
    demo.create(said.append)
    first = said.copy()
    demo.create(said.append)
    assert said[len(first) :] == first, "the same people with the same sessions"
    pool = create_engine(empty_database)
    with pool.connect() as connection:
        marked = connection.scalars(text("select username from users where demo order by 1")).all()
        sessions = connection.scalar(text("select count(*) from focus_sessions"))
        assert list(marked) == sorted(demo.PEOPLE)
        assert sessions is not None
        assert sessions > 1_000
        issued = connection.execute(
            text(
                "select count(*) filter (where p.issued_at = s.start_time) as at_start,"
                " count(*) filter (where p.issued_at <> s.start_time) as at_other_times"
                " from session_predictions p join focus_sessions s on s.id = p.session_id"
            )
        ).one()
        assert issued.at_start > 3 * sessions
        assert issued.at_other_times == 0
        assert connection.scalar(text("select count(*) from planned_tasks")) >= 5
        assert demo.remove() == len(demo.PEOPLE)
        left = connection.scalars(text("select id from users")).all()
        assert list(left) == [mine.user_id]
        assert connection.scalar(text("select count(*) from focus_sessions")) == 0
    pool.dispose()
    assert get_focus_session_service().get_active_session(mine.user_id) is None


def test_a_reset_link_is_made_on_the_host(
    database: URL, capsys: pytest.CaptureFixture[str]
) -> None:
    person = factories.make_person()
    assert command_line.main(["reset-link", person.username]) == 0
    assert "?reset=" in capsys.readouterr().out


def test_somebody_is_made_administrator_on_the_host(
    database: URL, capsys: pytest.CaptureFixture[str]
) -> None:
    person = factories.make_person()
    for said in ("is an administrator now", "nothing was changed"):
        assert command_line.main(["make-admin", person.username.upper()]) == 0
        assert said in capsys.readouterr().out
    assert command_line.main(["reset-link", person.username]) == 0
    newest = administration.list_log(actor_of(person))[:2]
    assert [row["action"] for row in newest] == [
        "made a link for a new password",
        "made administrator",
    ]
    assert {row["detail"] for row in newest} == {"by a command on the host"}
    assert {row["subject"] for row in newest} == {person.username}


def test_who_can_not_or_soon_can_not_sign_in_is_not_made_administrator(
    database: URL, admin_engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    locked_out = factories.make_person(disabled_at=datetime.now(UTC))
    demonstration = factories.make_person(demo=True)
    leaving = factories.make_person()
    with open_for(leaving.user_id) as transaction:
        due = {"user_id": leaving.user_id, "due_at": transaction.now}
        transaction.execute(insert(account_erasures).values(due))
    refused = (locked_out, demonstration, leaving)
    for person, why in zip(refused, ("locked out", "demonstration", "erased"), strict=True):
        assert command_line.main(["make-admin", person.username]) == 1
        assert why in capsys.readouterr().err
    with admin_engine.connect() as connection:
        roles = select(users.c.role).where(users.c.id.in_(person.user_id for person in refused))
        assert set(connection.scalars(roles)) == {"user"}


@pytest.mark.parametrize("command", ["reset-link", "make-admin"])
def test_a_demonstration_is_called_one(
    database: URL, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    person = factories.make_person(demo=True)
    assert command_line.main([command, person.username]) == 1
    assert f"{person.username} is a demonstration" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["reset-link", "make-admin"])
@pytest.mark.parametrize("name", ["nobody-by-that-name", "", "\0"])
def test_what_cannot_be_done_is_said_in_words(
    database: URL, capsys: pytest.CaptureFixture[str], command: str, name: str
) -> None:
    assert command_line.main([command, name]) == 1
    assert "no account of that name" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FOCUS_PORT", "eighty"),
        ("FOCUS_SIGN_UP_LIMIT_PER_ADDRESS", "eighty"),
        ("FOCUS_API_LIMIT_PER_PERSON", "0/minute"),
        ("FOCUS_API_LIMIT_PER_ADDRESS", "600/minute;20/second"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "mysql://root:hunter2@localhost/focus"),
        ("DATABASE_URL", "host=localhost password=hunter2"),
        ("SCHEDULER_DATABASE_URL", "postgresql://focus:hunter2@localhost:five/focus"),
        ("REDIS_URL", "foo"),
        ("REDIS_URL", "http://:hunter2@localhost"),
        ("FOCUS_LOG_LEVEL", "loud"),
        ("FOCUS_PUBLIC_URL", "focus.example.org"),
        ("FOCUS_PUBLIC_URL", "https://focus.example.org/focus"),
        ("FOCUS_PUBLIC_URL", "https://me:hunter2@focus.example.org"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert command_line.main(["migrate"]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"focus: {name} must be ")
    assert said.count("\n") == 1
    assert "hunter2" not in said


@pytest.mark.parametrize("address", ["no-such-name.invalid", "300.1.1.1", "192.0.2.1"])
def test_an_address_that_is_not_this_machines_is_told_from_a_port_that_is_taken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("FOCUS_PORT", str(taken.getsockname()[1]))
        assert command_line.main(["run"]) == 1
        assert "is taken" in capsys.readouterr().err
        monkeypatch.setenv("FOCUS_ADDRESS", address)
        assert command_line.main(["run"]) == 1
    assert "FOCUS_ADDRESS must be" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", ["migrate", "make-admin ann", "backup file", "restore file", "drop-kept"]
)
def test_a_database_that_cannot_be_reached_is_said_in_words(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    command: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    if command == "backup file":
        Path("file").unlink()
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:hunter2@localhost:1/x")
    assert command_line.main(command.split()) == 1
    said = capsys.readouterr().err
    assert said.startswith("focus: The database in DATABASE_URL can't be reached: ")
    assert said.count("\n") == 1
    assert "hunter2" not in said


def test_a_relative_state_directory_is_one_directory_for_all(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/ann")
    for name, value, meant in (
        ("FOCUS_STATE_DIR", "here", tmp_path / "here"),
        ("FOCUS_STATE_DIR", "~/here", Path("/home/ann/here")),
        ("XDG_STATE_HOME", "here", tmp_path / "here" / "focus"),
    ):
        assert read_settings({name: value}).state_dir == meant
    started: list[dict[str, str]] = []
    monkeypatch.setattr(launcher, "_own_database", lambda _: {})
    monkeypatch.setattr(launcher, "_start", lambda _child, given, _fd: started.append(given))
    monkeypatch.setattr(launcher, "_prepare_embedded", interrupt)
    monkeypatch.setattr(launcher.embedded, "release", lambda: None)  # the tests' server stays
    with pytest.raises(KeyboardInterrupt):
        launcher.run(
            read_settings({"FOCUS_STATE_DIR": "here", "FOCUS_PORT": str(free_port())}),
            open_browser=False,
        )
    assert [given["FOCUS_STATE_DIR"] for given in started] == [str(tmp_path / "here")]


def interrupt(_: object) -> None:
    raise KeyboardInterrupt


def test_a_backup_that_can_not_be_written_is_said_in_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command_line.main(["backup", "/nonexistent/x"]) == 1
    said = capsys.readouterr().err
    assert said == "focus: /nonexistent/x can't be written: No such file or directory.\n"
