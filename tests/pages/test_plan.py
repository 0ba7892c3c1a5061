"""Today's plan beside the clock."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from focus_core.domain.errors import DatabaseUnavailable
from focus_core.services import get_focus_session_service, plan
from tests.factories import Person, add_session, utc
from tests.forecasts import add_plan_forecast
from tests.pages.screens import texts
from tests.time_travel import Clock

Open = Callable[..., AppTest]
service = get_focus_session_service()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stands at a Monday, 2 March 2026, 09:00 UTC (10:00 in Berlin)."""
    stopped = Clock(monkeypatch)
    stopped.set(utc(2026, 3, 2, 9))
    return stopped


def add(person: Person, *titles: str, estimate: int | None = 60) -> list[str]:
    return [
        plan.add_task(person.user_id, title=title, estimate_minutes=estimate)["id"]
        for title in titles
    ]


def planned(person: Person) -> list[str]:
    return [task["title"] for task in plan.get_plan(person.user_id, look_ahead=False)["tasks"]]


def rows(page: AppTest) -> list[str]:
    """What can be started, as it is shown."""
    assert not page.exception
    starts = (button for button in page.button if (button.key or "").startswith("plan_start_"))
    labels = (button.label.replace("\N{NO-BREAK SPACE}", " ") for button in starts)
    return [re.sub(r":small\[|:gray\[|\]|\\", "", label) for label in labels]


def typed(page: AppTest, label: str, value: str) -> None:
    """A new value in a list that takes them; the test browser knows only what is offered."""
    *_, field = (each for each in page.selectbox if each.label == label)
    field.options.append(value)
    field.set_value(value)


def fill(page: AppTest, title: str, minutes: int | None = None) -> AppTest:
    """The two fields below the list, and Add."""
    typed(page, "Add a task", title)
    if minutes:
        field = next(each for each in page.number_input if each.label == "Estimate, minutes")
        field.set_value(minutes)
    return next(button for button in page.button if button.label == "Add").click().run()


def test_nothing_planned_is_one_quiet_line(open_page: Open, person: Person) -> None:
    page = open_page("timer", person)
    assert rows(page) == []
    assert not page.time_input
    page.button(key="plan_invite").click().run()
    fill(page, "Essay", 90)
    assert rows(page) == ["Essay 1 h 30 min"]
    fill(page, "Mail")
    assert rows(page) == ["Essay 1 h 30 min", "Mail no estimate"]
    assert planned(person) == ["Essay", "Mail"]


def test_the_finish_and_what_to_leave_out(open_page: Open, person: Person, clock: Clock) -> None:
    add(person, "Essay", "Lab report", estimate=60)
    page = open_page("timer", person)
    assert "2 h estimated" in texts(page)
    assert "Done by about 1" in texts(page)
    assert "A guess, until 3 sessions" in texts(page)
    assert "All of it fits until 18:00" in texts(page)
    page.time_input(key="plan_done_by").set_value(time(13)).run()
    assert "To be done by 13:00, leave out: Lab report." in texts(page)
    page.time_input(key="plan_done_by").set_value(time(9)).run()
    assert "09:00 has passed." in texts(page)
    assert "09:00 has passed." in texts(open_page("timer", person)), "after a reload too"
    plan.set_done_by(person.user_id, time(20))  # in another tab
    page.session_state["timer_screen"].asked.append(("sync", {}))
    assert "until 20:00" in texts(page.run())
    assert page.time_input(key="plan_done_by").value == time(20)
    assert "of focus and" in texts(page)


def test_ranges_that_did_not_hold_are_said_not_to(
    open_page: Open, person: Person, clock: Clock
) -> None:
    for days in range(1, 11):
        add_plan_forecast(person, utc(2026, 3, 2, 9) - timedelta(days=days), 300)
    add(person, "Essay")
    assert (
        "Of 10 plans of yours 0 % were done within such a range, not 80 %: see Scorecard."
    ) in texts(open_page("timer", person))


def test_start_from_the_plan_finish_and_tick(open_page: Open, person: Person, clock: Clock) -> None:
    first, second = add(person, "Essay", "Lab report")
    page = open_page("timer", person)
    page.button(key=f"plan_start_{second}").click().run()
    session = service.get_active_session(person.user_id)
    assert session is not None
    assert (session["task_id"], session["session_type"]) == (second, "pomodoro")
    assert rows(page) == [], "one at a time"
    assert ":material/play_circle: **Lab report** now, of 1 h" in texts(page).replace(":gray[", "")
    clock.forward(minutes=20)
    page.button(key="clock_finish").click().run()
    assert rows(page) == ["Essay 1 h", "Lab report 20 min of 1 h"]
    page.checkbox(key=f"plan_done_{second}").check().run()
    assert rows(page) == ["Essay 1 h"]
    assert "~~Lab report~~" in texts(page)
    page.checkbox(key=f"plan_done_{first}").check().run()
    assert "All done, 20 min of focus today." in texts(page)
    page.checkbox(key=f"plan_done_{first}").uncheck().run()
    assert rows(page) == ["Essay 1 h"]


def test_the_kind_that_was_chosen_is_started(open_page: Open, person: Person) -> None:
    (task,) = add(person, "Essay")
    page = open_page("timer", person)
    page.segmented_control(key="timer_kind").set_value("flowtime").run()
    page.button(key=f"plan_start_{task}").click().run()
    session = service.get_active_session(person.user_id)
    assert session is not None
    assert (session["task_id"], session["session_type"]) == (task, "flowtime")


def test_what_happened_elsewhere_shows(open_page: Open, person: Person) -> None:
    first, _ = add(person, "Essay", "Lab report")
    page = open_page("timer", person)
    plan.set_done(person.user_id, first)
    page.session_state["timer_screen"].asked.append(("sync", {}))
    page.run()
    assert rows(page) == ["Lab report 1 h"]
    assert page.checkbox(key=f"plan_done_{first}").value
    # In its place, so that none comes under a pointer that clicks once more.
    assert page.checkbox[0].label == "Done: Essay"


def test_errors_stand_beside_the_plan_and_lose_nothing(open_page: Open, person: Person) -> None:
    add(person, "Essay")
    page = open_page("timer", person)
    fill(page, "Too much", 70_000)
    assert "from 1 to 60,000" in page.error[0].value
    assert next(each for each in page.selectbox if each.label == "Add a task").value == "Too much"
    fill(page, "Too much", 60)
    assert not page.error
    assert rows(page)[-1] == "Too much 1 h"


def test_what_was_left_comes_over_with_one_click(
    open_page: Open, person: Person, clock: Clock
) -> None:
    add(person, "Essay", "Lab report")
    clock.forward(days=1)
    page = open_page("timer", person)
    assert rows(page) == []
    button = page.button(key="plan_carry_over")
    assert button.label == "Bring over 2 tasks left from yesterday"
    button.click().run()
    assert rows(page) == ["Essay 1 h", "Lab report 1 h"]


@pytest.mark.parametrize("planned_already", [False, True])
def test_an_open_page_turns_to_the_new_day(
    open_page: Open, person: Person, clock: Clock, planned_already: bool
) -> None:
    clock.forward(hours=13, minutes=50)  # 23:50 in Berlin
    add(person, "Essay")
    page = open_page("timer", person)
    clock.forward(minutes=20)
    expected = []
    if planned_already:
        add(person, "Lab report")
        expected = ["Lab report 1 h"]
    page.session_state["plan_desk"].ahead_at = float("-inf")  # as a minute later
    page.run()
    assert rows(page) == expected
    assert "1 task left from yesterday" in page.button(key="plan_carry_over").label


def test_an_open_page_turns_to_the_new_day_though_all_was_done(
    open_page: Open, person: Person, clock: Clock
) -> None:
    clock.forward(hours=13, minutes=50)  # 23:50 in Berlin
    (task,) = add(person, "Essay")
    plan.set_done(person.user_id, task, done=True)
    page = open_page("timer", person)
    assert len(page.checkbox) == 1
    clock.forward(minutes=20)
    page.session_state["plan_desk"].ahead_at = float("-inf")  # as a minute later
    page.run()
    assert not page.checkbox


def test_a_better_order_with_one_click(open_page: Open, person: Person, clock: Clock) -> None:
    for day in range(15, 29):
        for hour in (9, 11, 13):
            add_session(
                person, utc(2026, 2, day, hour), focus_score=5 if hour == 9 else 2,
                was_completed=hour == 9,
            )  # fmt: skip
    service.compute_user_profile(person.user_id)
    add(person, "Mail", estimate=50)
    add(person, "Essay", estimate=90)
    page = open_page("timer", person)
    assert "your best hours, 10:00–11:00" in texts(page)
    page.button(key="plan_order").click().run()
    assert planned(person) == ["Essay", "Mail"]
    page.run()
    assert rows(page) == ["Essay 1 h 30 min", "Mail 50 min"]
    assert "best hours, " not in texts(page)


def test_the_details_of_a_task(open_page: Open, person: Person) -> None:
    (task,) = add(person, "Essay")
    page = open_page("timer", person)
    page.session_state["plan_desk"].open(task)
    page.run()
    page.text_input[0].set_value(" ")
    save(page)
    assert "Give the task a title." in texts(page)
    page.text_input[0].set_value("Draft")
    typed(page, "Course", "Art")
    typed(page, "Type", "writing")
    save(page)
    assert rows(page) == ["Draft 1 h · Art · writing"]


def test_when_a_task_is_due_is_set_shown_and_emptied(
    open_page: Open, person: Person, clock: Clock
) -> None:
    (task,) = add(person, "Essay")
    page = open_page("timer", person)

    def set_due(day: date | None) -> list[str]:
        page.session_state["plan_desk"].open(task)
        page.run()
        page.date_input[0].set_value(day)
        save(page)
        label = page.button(key=f"plan_start_{task}").label
        assert day is None or "due " not in label  # no line breaks there
        return rows(page)

    today = clock.now.date()
    assert set_due(today + timedelta(days=4)) == ["Essay 1 h · due Fri"]
    assert set_due(today) == ["Essay 1 h · due today"]
    clock.forward(days=1)
    plan.add_task(person.user_id, task_id=task)
    page = open_page("timer", person)
    assert rows(page) == ["Essay 1 h · overdue"]
    assert set_due(None) == ["Essay 1 h"]


def save(page: AppTest) -> Any:
    return next(button for button in page.button if button.label == "Save").click().run()


def test_a_database_that_goes_away_leaves_the_plan(
    open_page: Open, person: Person, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    add(person, "Essay")
    page = open_page("timer", person)

    def away(*_: object, **__: object) -> None:
        raise DatabaseUnavailable

    monkeypatch.setattr("focus_core.services.timer.get_timer", away)
    monkeypatch.setattr("focus_core.services.plan.get_plan", away)
    page.session_state["timer_screen"].asked.append(("sync", {}))
    page.run()
    assert rows(page) == ["Essay 1 h"]
    assert "Done by about" in texts(page)


def test_what_was_typed_stays_text(open_page: Open, person: Person) -> None:
    hostile = "**bold** [x](http://evil.example) :material/bolt: $x$ <b>"
    add(person, hostile, estimate=None)
    page = open_page("timer", person)
    label = next(b.label for b in page.button if (b.key or "").startswith("plan_start_"))
    assert "\\*\\*bold" in label
    assert "\\[x\\]\\(" in label
