from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from db.session import open_for
from focus_core.services import get_focus_session_service, tasks
from tests.factories import Person, add_session, make_person, utc
from tests.pages.screens import open_screen, texts

DAY = utc(2026, 3, 1, 9)
"""10:00 in Berlin, on a Sunday."""


@pytest.fixture
def history(cookie: Callable[..., Any], person: Person) -> Callable[[], AppTest]:
    """Opens the history as `person`."""

    def opened() -> AppTest:
        cookie(person)
        page = open_screen("history")
        assert not page.exception
        return page

    return opened


def press(page: AppTest, label: str, index: int = 0) -> AppTest:
    found = [button for button in page.button if button.label == label]
    result = found[index].click().run()
    assert not result.exception
    return result


def field(page: AppTest, name: str) -> Any:
    """A field of the open dialog."""
    key = f"session_{name}_{page.session_state['history_desk'].openings}"
    for kind in ("date_input", "time_input", "number_input", "selectbox", "text_area", "checkbox"):
        for found in getattr(page, kind):
            if found.key == key:
                return found
    for kind in ("toggle", "radio", "segmented_control"):
        for found in page.get(kind):
            if found.key == key:
                return found
    raise LookupError(name)


def add_task(person: Person) -> None:
    with open_for(person.user_id) as transaction:
        tasks.resolve(transaction, person.user_id, task="Essay", course="Art")


def sessions(person: Person) -> list[dict[str, Any]]:
    return get_focus_session_service().get_user_sessions(person.user_id)


def test_an_empty_history_says_what_to_do(history: Callable[[], AppTest]) -> None:
    page = history()
    assert "There is none yet" in texts(page)
    assert "Start your first session" in [link.label for link in page.get("page_link")]


def test_days_are_local_and_begin_when_the_person_says(
    cookie: Callable[..., Any], database: object
) -> None:
    owner = make_person("Europe/Berlin", day_start=time(4))
    add_session(owner, utc(2026, 3, 2, 2, 30), 25)  # 03:30 in Berlin: still Sunday
    add_session(owner, utc(2026, 3, 2, 3, 30), 25)  # 04:30: Monday
    cookie(owner)
    written = texts(open_screen("history"))
    monday, sunday = written.index("Monday 2 March 2026"), written.index("Sunday 1 March 2026")
    assert monday < written.index("**04:30–04:55**") < sunday < written.index("**03:30–03:55**")
    assert "A day starts at 04:00." in written


def test_what_was_typed_is_text(history: Callable[[], AppTest], person: Person) -> None:
    service = get_focus_session_service()
    hostile = "<img src=x onerror=alert(1)> [click](https://evil.example) **bold**"
    service.add_session(person.user_id, DAY, DAY + timedelta(minutes=25), task=hostile)
    page = history()
    (row,) = [shown.value for shown in page.markdown if "10:00–10:25" in shown.value]
    assert "[click](https" not in row
    assert r"\<img" in row
    assert not any(shown.allow_html for shown in page.markdown)


def test_a_session_stands_beside_its_plan(history: Callable[[], AppTest], person: Person) -> None:
    lengths = ((25, 30), (70, 45), (0.75, 25), (40, 60), (50, None))
    for days, (minutes, plan) in enumerate(lengths):
        add_session(person, DAY - timedelta(days=days), minutes, expected_duration=plan)
    rows = [shown.value for shown in history().markdown if "10:00–" in shown.value]
    assert [row.splitlines()[0].split(" · ")[1] for row in rows] == [
        "25 of 30 min",
        "1 h 10 min of 45 min",
        "45 s of 25 min",
        "40 min of 1 h",
        "50 min",
    ]


def test_pages_follow_each_other(history: Callable[[], AppTest], person: Person) -> None:
    for i in range(30):
        add_session(person, DAY - timedelta(hours=i), 10, context=f"Number {i:02}")
    page = history()
    assert "Number 00" in texts(page)
    assert "Number 25" not in texts(page)
    press(page, "Older")
    assert "Number 24" not in texts(page)
    assert "Number 29" in texts(page)
    press(page, "Newer")
    assert "Number 00" in texts(page)


def test_filters(history: Callable[[], AppTest], person: Person) -> None:
    service = get_focus_session_service()
    for i, course in enumerate(("Biology", "Art", "Biology")):
        start = DAY - timedelta(days=i)
        service.add_session(
            person.user_id,
            start,
            start + timedelta(minutes=20),
            course=course,
            task=f"Task {i}",
            was_completed=i > 0,
        )

    def shown(page: AppTest) -> list[int]:
        return [i for i in range(3) if f"Task {i}" in texts(page)]

    page = history()
    assert shown(page.selectbox(key="history_course").set_value("Biology").run()) == [0, 2]
    assert shown(page.date_input(key="history_to").set_value(date(2026, 2, 28)).run()) == [2]
    assert shown(press(page, "Clear the filters")) == [0, 1, 2]
    assert shown(page.selectbox(key="history_outcome").set_value("Not completed").run()) == [0]
    press(page, "Clear the filters")
    assert shown(page.text_input(key="history_search").set_value("task 1").run()) == [1]
    page.text_input(key="history_search").set_value("nothing of the kind").run()
    assert "No session fits" in texts(page)
    page.text_input(key="history_search").set_value("x" * 301).run()
    assert "shorten it to 300" in page.error[0].value
    assert page.text_input(key="history_search").value == "x" * 301


def test_a_session_is_corrected_and_the_measurement_stays(
    history: Callable[[], AppTest], person: Person
) -> None:
    add_task(person)
    add_session(person, DAY + timedelta(seconds=12), 25)
    page = press(history(), "Edit")
    assert "The clock measured 10:00–10:25" in texts(page)
    field(page, "end").set_value(time(10, 40))
    field(page, "task").set_value("Essay (Art)")
    field(page, "session_notes").set_value("Went on")
    field(page, "focus_score").set_value(5)
    press(page, "Save")
    (session,) = sessions(person)
    assert session["start_time"] == DAY + timedelta(seconds=12)  # not touched: seconds and all
    assert session["end_time"] == DAY + timedelta(minutes=40)
    assert session["actual_end_time"] == DAY + timedelta(minutes=25, seconds=12)
    assert (session["task_title"], session["session_notes"]) == ("Essay", "Went on")
    assert session["course_name"] == "Art"
    assert session["focus_score"] == 5
    assert "corrected" in texts(page)
    assert page.session_state["history_desk"].opened is None


def test_saving_without_a_change_changes_nothing(
    history: Callable[[], AppTest], person: Person
) -> None:
    service = get_focus_session_service()
    end = DAY + timedelta(minutes=25, seconds=7)
    service.add_session(
        person.user_id, DAY, end, task="T", course="C", context="c", session_notes="n"
    )
    (before,) = sessions(person)
    press(press(history(), "Edit"), "Save")
    (after,) = sessions(person)
    moved = {"updated_at", "confirmed_at"}
    assert {k: v for k, v in after.items() if k not in moved} == {
        k: v for k, v in before.items() if k not in moved
    }


def test_an_error_stands_beside_its_field_and_nothing_typed_is_lost(
    history: Callable[[], AppTest], person: Person
) -> None:
    add_session(person, DAY, 25)
    page = press(history(), "Edit")
    field(page, "end").set_value(time(9, 0))
    field(page, "session_notes").set_value("Long words")
    press(page, "Save")
    assert ":red[The end must be after the start" in texts(page)
    assert field(page, "end").value == time(9, 0)
    assert field(page, "session_notes").value == "Long words"
    field(page, "end").set_value(time(10, 25))
    field(page, "context").set_value("c" * 1_000_000)
    press(page, "Save")
    assert ":red[The context is 1,000,000 characters long" in texts(page)
    assert len(field(page, "context").value) == 1_000_000
    field(page, "context").set_value("a\x00b")
    press(page, "Save")
    assert "can't be stored" in texts(page)
    press(page, "Cancel")
    assert sessions(person)[0]["session_notes"] is None
    press(page, "Edit")
    assert field(page, "session_notes").value == ""


def test_an_overlap_offers_the_free_part(history: Callable[[], AppTest], person: Person) -> None:
    add_task(person)
    add_session(person, DAY, 25)
    add_session(person, DAY + timedelta(minutes=50), 25)
    page = press(history(), "Add a past session")
    field(page, "date").set_value(date(2026, 3, 1))
    field(page, "start").set_value(time(10, 10))
    field(page, "minutes").set_value(50)
    field(page, "task").set_value("Essay (Art)")
    press(page, "Save")
    assert "overlaps another session" in texts(page)
    assert "10:00–10:25" in texts(page)
    press(page, "Trim to 10:25–10:50")
    assert len(sessions(person)) == 3
    added = sessions(person)[1]
    assert (added["task_title"], added["duration_minutes"]) == ("Essay", 25)
    assert added["start_time"] == DAY + timedelta(minutes=25)


def test_no_trim_is_offered_where_nothing_is_free(
    history: Callable[[], AppTest], person: Person
) -> None:
    add_session(person, DAY, 60)
    page = press(history(), "Add a past session")
    field(page, "date").set_value(date(2026, 3, 1))
    field(page, "start").set_value(time(10, 10))
    field(page, "end").set_value(time(10, 20))
    press(page, "Save")
    assert "Nothing of that time is free" in texts(page)
    assert not [button for button in page.button if button.label.startswith("Trim")]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Say when it started"),
        ({"start": time(10)}, "Give the end or the minutes"),
        ({"start": time(10), "end": time(11), "minutes": 60}, "not both"),
    ],
)
def test_adding_says_what_is_missing(
    history: Callable[[], AppTest], person: Person, values: dict[str, Any], words: str
) -> None:
    page = press(history(), "Add a past session")
    field(page, "date").set_value(date(2026, 3, 1))
    for name, value in values.items():
        field(page, name).set_value(value)
    press(page, "Save")
    assert words in texts(page)
    assert sessions(person) == []


def test_over_midnight(history: Callable[[], AppTest], person: Person) -> None:
    page = press(history(), "Add a past session")
    field(page, "date").set_value(date(2026, 2, 28))
    field(page, "start").set_value(time(23, 50))
    field(page, "end").set_value(time(0, 15))
    press(page, "Save")
    assert "The end must be after the start" in texts(page)
    field(page, "overnight").set_value(True)
    press(page, "Save")
    assert sessions(person)[0]["duration_minutes"] == 25
    assert "23:50–00:15 (next day)" in texts(page)
    press(press(page, "Edit"), "Save")
    assert sessions(person)[0]["duration_minutes"] == 25


def test_a_time_that_never_came(history: Callable[[], AppTest], person: Person) -> None:
    page = press(history(), "Add a past session")
    field(page, "date").set_value(date(2026, 3, 29))
    field(page, "start").set_value(time(2, 30))
    field(page, "minutes").set_value(30)
    press(page, "Save")
    assert "02:30 never came on 29 March 2026" in texts(page)
    assert sessions(person) == []


def test_a_time_that_came_twice(history: Callable[[], AppTest], person: Person) -> None:
    page = press(history(), "Add a past session")
    field(page, "date").set_value(date(2025, 10, 26))
    field(page, "start").set_value(time(2, 30))
    field(page, "minutes").set_value(20)
    press(page, "Save")
    assert "02:30 came twice" in texts(page)
    which = field(page, "start_which")
    assert which.options == ["the first, 02:30 CEST", "the second, 02:30 CET"]
    which.set_value(1)
    press(page, "Save")
    (session,) = sessions(person)
    assert session["start_time"] == utc(2025, 10, 26, 1, 30)
    assert "**02:30 CET–02:50 CET**" in texts(page)
    press(press(page, "Edit"), "Save")
    assert sessions(person)[0]["start_time"] == utc(2025, 10, 26, 1, 30)


def test_deleting_is_taken_back(history: Callable[[], AppTest], person: Person) -> None:
    add_session(person, DAY, 25, context="Keep me")
    page = press(press(history(), "Edit"), "Delete")
    assert sessions(person) == []
    assert "Deleted: Sunday 1 March 2026" in texts(page)
    press(page, "Undo")
    assert len(sessions(person)) == 1
    assert "Deleted:" not in texts(page)
    press(press(page, "Edit"), "Delete")
    add_session(person, DAY, 25)
    press(page, "Undo")
    assert "overlaps another session" in texts(page)
    assert "Deleted:" in texts(page)


def test_a_forgotten_session_asks_to_be_corrected(
    history: Callable[[], AppTest], person: Person
) -> None:
    add_session(person, DAY, 25, ended_by="auto_close", was_completed=False)
    page = history()
    assert "closed automatically, please correct" in texts(page)
    press(page, "Edit")
    assert "left open" in page.warning[0].value
    press(page, "Save")
    assert sessions(person)[0]["ended_by"] == "user"
    assert "closed automatically" not in texts(page)


def test_a_running_session_leads_to_the_timer(
    history: Callable[[], AppTest], person: Person
) -> None:
    get_focus_session_service().start_session(person.user_id)
    page = history()
    assert "running" in texts(page)
    assert not [button for button in page.button if button.label == "Edit"]


def test_a_rerun_that_needs_nothing_new_reads_no_session(
    history: Callable[[], AppTest], person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_session(person, DAY, 25)
    page = history()
    read: list[object] = []
    service = type(get_focus_session_service())
    for name in ("get_user_sessions", "get_session"):
        monkeypatch.setattr(service, name, lambda *_, **__: read.append(1))
    page.run()
    assert "10:00–10:25" in texts(page)
    assert read == []


def test_a_change_elsewhere_shows_at_once(history: Callable[[], AppTest], person: Person) -> None:
    page = history()
    add_session(person, DAY, 25)
    assert "10:00–10:25" in texts(page.run())


def test_today_and_yesterday_are_called_so(history: Callable[[], AppTest], person: Person) -> None:
    noon = datetime.now(UTC).astimezone(ZoneInfo("Europe/Berlin")).replace(hour=0, minute=0)
    add_session(person, noon - timedelta(hours=5), 25)
    assert "Yesterday, " in texts(history())
