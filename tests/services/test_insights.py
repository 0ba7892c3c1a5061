"""Insights rest on what was known then, on enough of it, and on this person's sessions alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from focus_core.domain.errors import NotFound, NotSignedIn
from focus_core.services import FocusSessionService, insights, tasks
from tests.factories import Person, add_session, make_person, utc

Service = FocusSessionService
pytestmark = pytest.mark.usefixtures("database", "clock")

THEN = utc(2026, 2, 20, 9)


def said(service: Service, person: Person, session_id: Any) -> list[str]:
    found = service.get_session_insights(person.user_id, session_id)
    assert found["session_id"] == str(session_id)
    return [insight["message"] for insight in found["insights"]]


def earlier_sessions(person: Person, number: int = 4, **columns: Any) -> None:
    values = {"interruption_count": 1, "focus_score": 3, **columns}
    for i in range(number):
        add_session(person, THEN - timedelta(days=i + 1), 24, **values)


def test_keys_and_numbers(service: Service, person: Person) -> None:
    earlier_sessions(person)
    session = add_session(person, THEN, 30, interruption_count=0, focus_score=5)
    found = service.get_session_insights(str(person.user_id), str(session))
    assert found["insights"][0] == {
        "type": "positive",
        "message": "Great job! You focused 30min, 25% longer than your average.",
        "n": 4,
        "window": "the 90 days before it",
        "compared_with": "your average of 24 min",
    }
    assert found["insights"][1]["compared_with"] == "your average of 1.0 a session"


def test_later_sessions_never_change_what_was_said(service: Service, person: Person) -> None:
    earlier_sessions(person)
    session = add_session(person, THEN, 30, focus_score=2)
    before = service.get_session_insights(person.user_id, session)
    for hours in (0.5, 1, 24, 48):
        add_session(person, THEN + timedelta(hours=hours), 20, focus_score=5, interruption_count=9)
    service.start_session(person.user_id)
    assert service.get_session_insights(person.user_id, session) == before


def test_a_session_that_ended_as_this_one_began_is_past(service: Service, person: Person) -> None:
    earlier_sessions(person, 2)
    session = add_session(person, THEN, 30)
    assert any("Too early" in message for message in said(service, person, session))
    add_session(person, THEN - timedelta(minutes=25), 25)
    assert not any("Too early" in message for message in said(service, person, session))


def test_only_eligible_sessions_of_ninety_days_are_the_past(
    service: Service, person: Person
) -> None:
    session = add_session(person, THEN, 30)
    for days, columns in (
        (1, {"ended_by": "auto_close", "was_completed": False}),
        (2, {"paused_seconds": 24 * 60 - 59}),
        (91, {}),
    ):
        add_session(person, THEN - timedelta(days=days), 24, **columns)
    earlier_sessions(make_person())
    (alone,) = service.get_session_insights(person.user_id, session)["insights"][-1:]
    assert alone["n"] == 0
    assert "3 sessions more" in alone["message"]


def test_estimates_are_held_against_what_no_timer_cut_off(service: Service, person: Person) -> None:
    for i in range(4):
        start = THEN - timedelta(days=i + 1)
        add_session(person, start, 30, session_type="flowtime", expected_duration=20)
        add_session(person, start + timedelta(hours=2), 25, ended_by="timer")
    session = add_session(person, THEN, 40, session_type="flowtime", expected_duration=20)
    found = service.get_session_insights(person.user_id, session)["insights"]
    (estimate,) = [insight for insight in found if "estimated" in insight["message"]]
    assert estimate["message"] == "It took 40 min, 100 % longer than you estimated."
    assert estimate["compared_with"] == "your estimate of 20 min; 50 % longer is typical for you"
    assert estimate["n"] == 4


def test_running_forgotten_and_imported(service: Service, person: Person) -> None:
    earlier_sessions(person)
    forgotten = add_session(person, THEN, 30, ended_by="auto_close", was_completed=False)
    assert "closed automatically" in said(service, person, forgotten)[0]
    imported = add_session(person, THEN + timedelta(hours=2), 25, source="import:toggl")
    assert not any("interruption" in message for message in said(service, person, imported))
    running = service.start_session(person.user_id)["id"]
    assert "still running" in said(service, person, running)[0]


def test_not_found(service: Service, person: Person) -> None:
    theirs = add_session(make_person(), THEN, 25)
    for session_id in (theirs, uuid4(), "session-789"):
        with pytest.raises(NotFound):
            service.get_session_insights(person.user_id, session_id)


def test_nothing_stands_out_of_nothing(person: Person) -> None:
    assert insights.get_current_insights(person.user_id) == {
        "insights": [],
        "n": 0,
        "window": "the last 90 days",
        "comparisons": 0,
    }
    with pytest.raises(NotSignedIn):
        insights.get_current_insights(uuid4())


def test_time_of_day_is_the_persons_own() -> None:
    """21:30 UTC is half past six in the morning in Tokyo, on the next day."""
    person = make_person("Asia/Tokyo")
    for i in range(30):
        day = utc(2026, 1, 20) + timedelta(days=i)
        add_session(person, day + timedelta(hours=21, minutes=30), 25)
        add_session(person, day + timedelta(hours=9), 10, was_completed=i % 4 == 0)
    (found,) = insights.get_current_insights(person.user_id)["insights"]
    assert found["key"] == "part_of_day"
    assert found["message"].startswith("Mornings go best: you completed 100 % of your sessions")
    assert (found["n"], found["task_id"]) == (30, None)
    assert found["compared_with"] == "30 sessions begun at other times of day"


def course_of(service: Service, person: Person, before: datetime, name: str) -> Any:
    """A course by a first session in it, on a day of its own."""
    start = before - timedelta(days=len(name))
    end = start + timedelta(minutes=30)
    return service.add_session(person.user_id, start, end, course=name)["course_id"]


def test_courses_lengths_and_interruptions_are_told_apart(service: Service, person: Person) -> None:
    """Imports count no interruptions, flowtime has no planned length, a course has its name."""
    start = utc(2026, 1, 20, 9)
    art, biology = (course_of(service, person, start, name) for name in ("Art", "Biology"))
    for i in range(20):
        day = start + timedelta(days=i)
        rated = {"focus_score": 3 - i % 2, "interruption_count": 1 + i % 2}
        for hours, columns in enumerate(
            (
                {"course_id": art, "expected_duration": 35, **rated},
                {"course_id": art, "expected_duration": 35, **rated},
                {"course_id": biology, "expected_duration": 36, "was_completed": i == 0},
                {"session_type": "flowtime", "expected_duration": 90, "was_completed": i == 0},
                {"source": "import:toggl", "expected_duration": None, "focus_score": 5},
            )
        ):
            add_session(person, day + timedelta(hours=hours), 25, **columns)
    found = insights.get_current_insights(person.user_id)
    told = {insight["key"]: insight for insight in found["insights"]}
    assert told["course"]["message"].startswith("“Art” goes better: you completed 100 % of its")
    assert told["course"]["compared_with"] == "21 sessions in your other courses"
    assert (told["planned_length"]["n"], told["planned_length"]["compared_with"]) == (
        40,
        "20 sessions planned for another length",
    )
    assert told["several_interruptions"]["n"] == 20
    assert "interruptions" not in told  # none of these sessions is known to have had none


def test_forgotten_sessions_and_tasks_left_lying(service: Service, person: Person) -> None:
    for i in range(3):
        start = utc(2026, 1, 20 + i, 9)
        end = start + timedelta(minutes=30)
        service.add_session(person.user_id, start, end, task="Thesis")
        service.add_session(
            person.user_id, start + timedelta(hours=1), end + timedelta(hours=1), task="Daily"
        )
    start = utc(2026, 3, 1, 9)
    service.add_session(person.user_id, start, start + timedelta(minutes=5), task="Daily")
    lost = add_session(person, utc(2026, 3, 1, 12), 25, ended_by="auto_close")
    forgotten, lying = insights.get_current_insights(person.user_id)["insights"]
    assert forgotten["message"].startswith("1 session was forgotten")
    assert lying["message"] == (
        "“Thesis” has had 3 sessions (90 min of focus) and none for 38 days."
    )
    tasks.mark_done(person.user_id, lying["task_id"])
    service.update_session(
        person.user_id, lost, start_time=utc(2026, 3, 1, 12), end_time=utc(2026, 3, 1, 12, 20)
    )
    assert insights.get_current_insights(person.user_id)["insights"] == []


def test_current_insights_see_nobody_else(person: Person) -> None:
    other = make_person()
    for i in range(30):
        add_session(other, utc(2026, 1, 20) + timedelta(days=i, hours=9), 25, ended_by="auto_close")
    assert insights.get_current_insights(person.user_id)["insights"] == []
    assert isinstance(other.user_id, UUID)
    assert len(insights.get_current_insights(other.user_id)["insights"]) == 1
