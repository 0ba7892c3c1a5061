"""The forecast on the timer: what it says, when it is silent, and that the timer never needs it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from db.models import users
from db.session import open_for
from focus_core.domain.errors import DatabaseUnavailable
from focus_core.services import forecasts, get_focus_session_service, task_changes
from tests.factories import Person, add_session
from tests.forecasts import add_forecast, add_forecast_session, change
from tests.pages.screens import texts

NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
Open = Callable[..., AppTest]
service = get_focus_session_service()


def flowtime(page: AppTest, estimate: int | None = None) -> AppTest:
    page.segmented_control(key="timer_kind").set_value("flowtime").run()
    if estimate:
        page.number_input(key="timer_estimate").set_value(estimate).run()
    return page


def add_past(person: Person, number: int, minutes: float, **columns: Any) -> None:
    for days in range(number):
        session = add_session(
            person, NOW - timedelta(days=days + 1), minutes, session_type="flowtime",
            updated_at=NOW - timedelta(hours=1), **{"expected_duration": 30, **columns},
        )  # fmt: skip
        assert session


def said(page: AppTest) -> str:
    assert not page.exception
    return texts(page).replace("**", "")


def test_a_clock_that_decides_needs_no_forecast(open_page: Open, person: Person) -> None:
    page = open_page("timer", person)
    assert "most likely" not in said(page)
    page.segmented_control(key="timer_kind").set_value("custom").run()
    assert "most likely" not in said(page)


def test_before_the_third_session_it_says_that_it_is_guessing(
    open_page: Open, person: Person
) -> None:
    page = flowtime(open_page("timer", person), 45)
    assert "You say 45 min. Perhaps " in said(page)
    assert "no session of yours that ran its course and no done task is known yet." in said(page)
    assert "sually" not in said(page)


def test_it_says_what_it_rests_on_and_shows_it(open_page: Open, person: Person) -> None:
    add_past(person, 12, 48, context="Library [x](http://y.z)")
    page = flowtime(open_page("timer", person))
    assert "Usually " in said(page)
    assert "run over" not in said(page), "over what, without an estimate?"
    page.number_input(key="timer_estimate").set_value(30).run()
    assert (
        "Rests on 12 similar sessions of yours; sessions like this run over, typically by 60 %."
    ) in said(page)
    assert "took 48 min" not in said(page)
    page.session_state["similar_sessions"] = True
    assert "estimated 30 min, took 48 min" in said(page.run())
    assert not any("[x](http" in shown.value for shown in page.markdown)
    # What it says follows the fields.
    page.number_input(key="timer_estimate").set_value(300).run()
    assert "You say 5 h." in said(page)
    assert "none of them similar" in said(page)


def test_a_task_with_an_estimate_is_forecast_whole(open_page: Open, person: Person) -> None:
    task = task_changes.create_task(person.user_id, "Report", estimate_minutes=120)
    page = open_page("timer", person)
    page.selectbox(key="timer_task").set_value("Report").run()
    assert "The whole task: you say 2 h. Perhaps " in said(page)
    task_changes.update_task(person.user_id, task["id"], estimate_minutes=90)
    page.session_state["timer_screen"].asked.append(("sync", {}))
    assert "you say 90 min." in said(page.run())


def test_what_is_shown_of_a_running_session_is_what_was_stored(
    open_page: Open, person: Person
) -> None:
    add_past(person, 1, 50)
    page = flowtime(open_page("timer", person), 45)
    page.button(key="main_Start").click().run()
    running = service.get_active_session(person.user_id)
    assert running is not None
    stored = {row["target"] for row in forecasts.of_session(person.user_id, running["id"])}
    assert stored == {"session_minutes", "completion", "focus_score"}
    page.session_state["similar_sessions"] = True
    assert "estimated 30 min, took 50 min" in said(page.run())
    change(person, running["id"], expected_duration=300)
    page.session_state["timer_screen"].asked.append(("sync", {}))
    assert "You say 45 min. Perhaps " in said(page.run())


@pytest.mark.parametrize("error", [ValueError("broken"), DatabaseUnavailable()])
def test_the_timer_goes_on_without_forecasts(
    open_page: Open, person: Person, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise error

    for name in ("preview_with_similar", "issue", "similar_sessions"):
        monkeypatch.setattr(forecasts, name, fails)
    page = flowtime(open_page("timer", person), 45)
    assert "No forecast right now" in said(page)
    page.button(key="main_Start").click().run()
    assert not page.error
    assert "No forecast right now" in said(page)
    assert service.get_active_session(person.user_id) is not None
    page.button(key="clock_finish").click().run()
    assert service.get_active_session(person.user_id) is None


def test_fields_that_start_refuses_get_no_forecast(open_page: Open, person: Person) -> None:
    page = flowtime(open_page("timer", person), 9_999_999)
    assert "most likely" not in said(page)
    assert "No forecast" not in said(page)


@pytest.mark.parametrize(("probability", "shown"), [(0.9, True), (0.1, False)])
def test_completion_and_rating_are_silent_until_they_beat_the_plain_answer(
    open_page: Open, person: Person, probability: float, shown: bool
) -> None:
    for days in range(30):
        session = add_session(person, NOW - timedelta(days=days + 1), focus_score=4)
        add_forecast(person, session, "completion", probability=probability)
        if shown:
            add_forecast(person, session, "focus_score")
    page = open_page("timer", person)  # a pomodoro without a task
    assert ("Will be completed: about" in said(page)) is shown
    assert ("Focus expected: " in said(page)) is shown


def test_forecasts_that_are_no_better_are_labelled_so(open_page: Open, person: Person) -> None:
    for days in range(30):
        add_forecast_session(person, NOW - timedelta(days=days + 1), 25)
    page = flowtime(open_page("timer", person), 30)
    assert (
        "So far this has not clearly been better for you than plain answers: see Scorecard."
        in said(page)
    )


def test_with_overtime_every_session_is_forecast(open_page: Open, person: Person) -> None:
    with open_for(person.user_id) as transaction:
        transaction.execute(update(users).where(users.c.id == person.user_id).values(overtime=True))
    assert "You say 25 min. Perhaps " in said(open_page("timer", person))
