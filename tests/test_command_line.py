"""The commands of `python -m focus_core`, as somebody at the host uses them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import URL, Engine, create_engine, insert, select, text

from db.models import account_erasures, users
from db.session import open_for
from focus_core import __main__ as command_line
from focus_core.services import administration, demo, get_focus_session_service
from tests import factories
from tests.cohort_people import actor_of


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
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert command_line.main(["migrate"]) == 1
    assert name in capsys.readouterr().err
