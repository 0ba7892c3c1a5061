from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from focus_core.domain.definitions import DEFINITIONS
from focus_core.services import get_focus_session_service, insights, task_changes
from tests.factories import Person, add_session, make_person
from tests.pages.screens import open_screen, texts

NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


@pytest.fixture
def shown(cookie: Callable[..., Any], person: Person) -> Callable[[], AppTest]:
    """Opens the insights as `person`."""

    def opened() -> AppTest:
        cookie(person)
        page = open_screen("insights")
        assert not page.exception
        return page

    return opened


def test_without_sessions_it_says_what_to_do(shown: Callable[[], AppTest]) -> None:
    page = shown()
    assert "there is none yet" in texts(page)
    assert "Start your first session" in [link.label for link in page.get("page_link")]


def test_with_few_sessions_it_says_what_is_missing(
    shown: Callable[[], AppTest], person: Person
) -> None:
    add_session(person, NOW - timedelta(days=1), 25, focus_score=5)
    written = texts(shown())
    assert (
        "Too early to compare. You have 1 session of at least a minute in the last 90 days"
    ) in written.replace("**", "")
    assert "You rated this session highly" in written
    assert "About this session alone, compared with no other." in written
    assert "0 earlier sessions" not in written
    assert "Too early to compare: that takes 3 earlier sessions, 3 sessions more" in written


def test_a_session_can_be_chosen(shown: Callable[[], AppTest], person: Person) -> None:
    for days in range(4):
        add_session(person, NOW - timedelta(days=4 + days), 24, context=f"Session {days}")
    best = add_session(person, NOW - timedelta(days=3), 30, focus_score=5, context="The best")
    add_session(person, NOW - timedelta(days=2), 24, interruption_count=1, context="Ordinary")
    page = shown()
    assert "An ordinary session" in texts(page)
    box = page.selectbox(key="insights_session")
    assert box.options[1].endswith(": The best")
    box.set_value(str(best)).run()
    written = texts(page)
    assert "Great job! You focused 30min, 25% longer than your average." in written
    assert (
        "4 earlier sessions, the 90 days before it; compared with your average of 24 min."
    ) in written


def test_what_holds_is_told_with_what_it_rests_on(
    shown: Callable[[], AppTest], person: Person
) -> None:
    for days in range(40):
        start = (NOW - timedelta(days=1 + days)).replace(hour=7)
        add_session(person, start, 25, ended_by="timer")
        add_session(
            person, start.replace(hour=17), 10, was_completed=days % 4 == 0, interruption_count=1
        )
    written = texts(shown())
    assert "Mornings go best: you completed 100 % of your sessions then" in written
    assert "40 sessions, the last 90 days; compared with 40 sessions begun at other" in written
    assert "comparisons counted in" in written
    assert "Put what matters most between 05:00 and 12:00." in written


def test_nothing_stands_out_is_said_plainly(shown: Callable[[], AppTest], person: Person) -> None:
    for days in range(40):
        start = (NOW - timedelta(days=1 + days)).replace(hour=7)
        add_session(person, start, 25, was_completed=days % 3 > 0, ended_by="timer")
        add_session(person, start.replace(hour=17), 25, was_completed=days % 3 > 0)
    assert "Nothing stands out, and that is a fine answer." in texts(shown())


def test_forgotten_sessions_are_shown_in_the_history(
    shown: Callable[[], AppTest], person: Person
) -> None:
    add_session(person, NOW - timedelta(days=1), 25, ended_by="auto_close")
    add_session(person, NOW - timedelta(days=2), 30)
    page = shown()
    assert "1 session was forgotten" in texts(page)
    (button,) = [button for button in page.button if button.label == "Show them"]
    button.click().run()
    assert not page.exception
    assert [title.value for title in page.title] == ["History"]
    assert "please correct" in texts(page)
    assert "30 min" not in texts(page)


def test_a_task_left_lying_can_be_marked_as_done(
    shown: Callable[[], AppTest], person: Person
) -> None:
    service = get_focus_session_service()
    for days in range(3):
        start = NOW - timedelta(days=30 + days)
        service.add_session(
            person.user_id, start, start + timedelta(minutes=30), task="Thesis [x](http://y.z)"
        )
    page = shown()
    assert "“Thesis [x](http" in texts(page)
    assert not any("[x](http" in shown.value for shown in page.markdown)
    (button,) = [button for button in page.button if button.label == "Mark as done"]
    button.click().run()
    assert "Thesis" not in "".join(shown.value for shown in page.markdown)


def test_own_breaks_courses_and_lengths_are_told(
    shown: Callable[[], AppTest], person: Person
) -> None:
    courses = [
        task_changes.create_course(person.user_id, name)["id"]
        for name in ("Art [x](http://y.z)", "Biology")
    ]
    for days in range(20):
        start = (NOW - timedelta(days=1 + days)).replace(hour=7)
        for minutes, good in ((0, True), (40, True), (70, False), (110, True), (140, False)):
            columns = {"expected_duration": 25 if good else 50, "course_id": courses[not good]}
            columns |= {"was_completed": good or days == 0}
            add_session(person, start + timedelta(minutes=minutes), 25, **columns)
    page = shown()
    written = texts(page)
    assert "Your sessions go better after longer breaks: " in written
    assert "Take about 15 min." in written
    assert "goes better: you completed 100 % of its sessions" in written
    assert not any("[x](http" in shown.value for shown in page.markdown)
    assert "Sessions planned for 21 to 35 min get done more often" in written
    assert DEFINITIONS["planned_length"].text in written


def test_features_can_be_taken_away(shown: Callable[[], AppTest], person: Person) -> None:
    add_session(person, NOW - timedelta(days=1), 25)
    buttons = shown().get("download_button")
    assert [button.label for button in buttons] == ["CSV", "Parquet"]


def test_a_rerun_that_needs_nothing_new_reads_nothing(
    shown: Callable[[], AppTest], person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_session(person, NOW - timedelta(days=1), 25, focus_score=5)
    page = shown()
    read: list[object] = []
    monkeypatch.setattr(insights, "get_current_insights", lambda *_: read.append(1))
    service = type(get_focus_session_service())
    for name in ("get_user_sessions", "get_session_insights"):
        monkeypatch.setattr(service, name, lambda *_: read.append(1))
    page.run()
    assert "You rated this session highly" in texts(page)
    assert read == []


def test_nobody_sees_what_was_cached_for_another(
    shown: Callable[[], AppTest], cookie: Callable[..., Any], person: Person
) -> None:
    add_session(person, NOW - timedelta(days=1), 25, focus_score=5)
    shown()
    cookie(make_person())
    assert "there is none yet" in texts(open_screen("insights"))
