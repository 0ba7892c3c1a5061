"""The commands of `python -m focus_core`, as somebody at the host uses them."""

from __future__ import annotations

import pytest
from sqlalchemy import URL, create_engine, text

from focus_core import __main__ as command_line
from focus_core.services import demo, get_focus_session_service
from tests import factories


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


def test_what_cannot_be_done_is_said_in_words(
    database: URL, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.main(["reset-link", "nobody-by-that-name"]) == 1
    assert "no account of that name" in capsys.readouterr().err


def test_a_setting_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FOCUS_PORT", "eighty")
    assert command_line.main(["migrate"]) == 1
    assert "FOCUS_PORT" in capsys.readouterr().err
