"""Start, pause, resume, interruption, end: what the timer does."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from focus_core.domain.errors import (
    InvalidInput,
    NoSessionRunning,
    NotFound,
    NotSignedIn,
    SessionAlreadyEnded,
    SessionAlreadyRunning,
    SessionsOverlap,
)
from focus_core.services import FocusSessionService, tasks
from tests.factories import Person, add_session, make_person, utc
from tests.time_travel import Clock

Service = FocusSessionService


def test_a_pomodoro_takes_the_work_length_of_its_owner(
    service: Service, person: Person, clock: Clock
) -> None:
    session = service.start_session(person.user_id)
    assert session["expected_duration"] == 25
    assert session["deadline"] == clock.now + timedelta(minutes=25)
    assert session["remaining_seconds"] == 25 * 60
    assert session["server_time"] == session["start_time"] == session["actual_start_time"]
    assert session["end_time"] is None
    assert session["is_paused"] is False
    assert session["timezone"] == "Europe/Berlin"


def test_start_takes_text_ids_and_what_it_is_spent_on(
    service: Service, person: Person, clock: Clock
) -> None:
    session = service.start_session(
        user_id=str(person.user_id),
        expected_duration=50,
        session_type="custom",
        task="  Read   chapter 5 ",
        course="Biology",
        context="Cellular respiration",
    )
    assert session["task_title"] == "Read chapter 5"
    assert session["course_name"] == "Biology"
    assert session["context"] == "Cellular respiration"
    assert session["user_id"] == str(person.user_id)


def test_flowtime_counts_up(service: Service, person: Person, clock: Clock) -> None:
    session = service.start_session(person.user_id, session_type="flowtime")
    assert session["deadline"] is session["remaining_seconds"] is None
    clock.forward(minutes=100)
    active = service.get_active_session(person.user_id)
    assert active is not None
    assert active["focused_seconds"] == 6000


def test_a_second_start_shows_the_running_session(
    service: Service, person: Person, clock: Clock
) -> None:
    first = service.start_session(person.user_id)
    clock.forward(minutes=3)
    with pytest.raises(SessionAlreadyRunning) as refused:
        service.start_session(person.user_id, task="Something new")
    assert refused.value.session["id"] == first["id"]
    assert refused.value.session["remaining_seconds"] == 22 * 60
    assert tasks.list_tasks(person.user_id) == []


def test_a_session_that_is_over_does_not_stand_in_the_way(
    service: Service, person: Person, clock: Clock
) -> None:
    first = service.start_session(person.user_id)
    clock.forward(hours=1)
    service.start_session(person.user_id)
    before = service.get_session(person.user_id, first["id"])
    assert (before["ended_by"], before["was_completed"]) == ("timer", True)
    assert before["end_time"] == first["deadline"]


def test_start_right_after_an_end_that_a_later_transaction_made(
    service: Service, person: Person, clock: Clock
) -> None:
    first = service.start_session(person.user_id)
    clock.forward(seconds=1)
    service.end_session(first["id"], person.user_id)
    assert service.start_session(person.user_id)["start_time"] == clock.now


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"expected_duration": 0}, "expected_duration"),
        ({"expected_duration": -5}, "expected_duration"),
        ({"expected_duration": 10**12}, "expected_duration"),
        ({"expected_duration": 25.5}, "expected_duration"),
        ({"expected_duration": True}, "expected_duration"),
        ({"expected_duration": float("nan")}, "expected_duration"),
        ({"session_type": "custom"}, "expected_duration"),
        ({"session_type": "marathon"}, "session_type"),
        ({"session_type": None}, "session_type"),
        ({"context": "x" * 1_000_000}, "context"),
        ({"context": "a\x00b"}, "context"),
        ({"context": "\ud800"}, "context"),
        ({"task": "t" * 301}, "task"),
        ({"course": "c" * 121}, "course"),
        ({"course": "nul \x00"}, "course"),
        ({"overtime": "yes"}, "overtime"),
    ],
)
def test_start_says_what_is_wrong_and_starts_nothing(
    service: Service, person: Person, values: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        service.start_session(person.user_id, **values)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert len(str(refused.value)) < 300
    assert service.get_active_session(person.user_id) is None


def test_what_is_another_persons_or_nobodys_is_not_found(service: Service, person: Person) -> None:
    other = make_person()
    session = service.start_session(other.user_id, task="Theirs", course="Theirs")
    for subject in (
        {"task_id": session["task_id"]},
        {"course_id": session["course_id"]},
        {"task_id": uuid4()},
        {"course_id": uuid4()},
        {"task_id": "task-456"},
    ):
        with pytest.raises(NotFound):
            service.start_session(person.user_id, **subject)
    with pytest.raises(NotSignedIn):
        service.start_session(uuid4())


def test_pause_stops_the_clock_and_counts_an_interruption(
    service: Service, person: Person, clock: Clock
) -> None:
    session = service.start_session(person.user_id)
    clock.forward(minutes=10)
    paused = service.pause_session(person.user_id, session["id"], "The phone rang")
    clock.forward(minutes=7)
    again = service.pause_session(person.user_id, session["id"])
    assert again["remaining_seconds"] == paused["remaining_seconds"] == 15 * 60
    assert (again["deadline"], again["is_paused"]) == (None, True)
    resumed = service.resume_session(person.user_id, session["id"])
    assert resumed["deadline"] == session["deadline"] + timedelta(minutes=7)
    assert service.resume_session(person.user_id, session["id"])["paused_seconds"] == 420
    clock.forward(minutes=15)
    ended = service.end_session(session["id"], person.user_id)
    assert (ended["focused_seconds"], ended["paused_seconds"]) == (1500, 420)
    assert (ended["duration_minutes"], ended["interruption_count"]) == (25, 1)
    assert ended["completion_percentage"] == 100
    events = service.get_session(person.user_id, session["id"])["events"]
    assert [event["event_type"] for event in events] == ["pause", "interruption", "resume"]
    assert events[1]["reason"] == "The phone rang"


def test_a_pause_need_not_count_as_an_interruption(
    service: Service, person: Person, clock: Clock
) -> None:
    session = service.start_session(person.user_id)
    paused = service.pause_session(person.user_id, session["id"], counts_as_interruption=False)
    assert paused["interruption_count"] == 0


def test_an_interruption_leaves_the_clock_running(
    service: Service, person: Person, clock: Clock
) -> None:
    session = service.start_session(person.user_id)
    clock.forward(minutes=1)
    service.add_interruption(person.user_id, session["id"], "Hungry", "internal")
    clock.forward(minutes=1)
    after = service.add_interruption(person.user_id, session["id"])
    assert after["interruption_count"] == 2
    assert after["deadline"] == session["deadline"]
    for bad in ({"reason_kind": "cosmic"}, {"reason": "r" * 501}, {"reason": "\x00"}):
        with pytest.raises(InvalidInput):
            service.add_interruption(person.user_id, session["id"], **bad)


def test_an_interruption_is_explained_afterwards(
    service: Service, person: Person, clock: Clock
) -> None:
    session = service.start_session(person.user_id)["id"]
    with pytest.raises(NotFound):
        service.explain_interruption(person.user_id, session, "Nothing to explain")
    service.add_interruption(person.user_id, session)
    service.pause_session(person.user_id, session)
    clock.forward(minutes=1)
    service.resume_session(person.user_id, session)
    service.explain_interruption(person.user_id, session, "Phone", "external")
    events = service.get_session(person.user_id, session)["events"]
    assert [(event["event_type"], event["reason"]) for event in events] == [
        ("interruption", None),
        ("pause", None),
        ("interruption", "Phone"),
        ("resume", None),
    ]
    with pytest.raises(NotFound):
        service.explain_interruption(make_person().user_id, session, "Not mine")
    with pytest.raises(InvalidInput):
        service.explain_interruption(person.user_id, session, "r" * 501)


def test_nothing_moves_a_session_that_has_ended(
    service: Service, person: Person, clock: Clock
) -> None:
    session = service.start_session(person.user_id)
    clock.forward(minutes=26)  # over by its own rules, though nobody has looked yet
    for move in (service.pause_session, service.resume_session, service.add_interruption):
        with pytest.raises(NoSessionRunning):
            move(person.user_id, session["id"])
    service.touch_session(person.user_id, session["id"])
    assert service.get_session(person.user_id, session["id"])["end_time"] == session["deadline"]


def test_two_tabs_at_once_never_turn_the_clock_back(
    service: Service, person: Person, clock: Clock
) -> None:
    session = service.start_session(person.user_id)
    clock.forward(minutes=5)
    service.pause_session(person.user_id, session["id"])
    with clock.back(seconds=2):
        resumed = service.resume_session(person.user_id, session["id"])
    assert resumed["paused_seconds"] == 0
    with clock.back(seconds=3):
        ended = service.end_session(session["id"], person.user_id)
    assert ended["focused_seconds"] == 300


def test_pauses_of_parts_of_a_second_never_outgrow_the_session(
    service: Service, person: Person, clock: Clock
) -> None:
    session = service.start_session(person.user_id)
    for _ in range(2):
        service.pause_session(person.user_id, session["id"])
        clock.forward(milliseconds=600)
        service.resume_session(person.user_id, session["id"])
    ended = service.end_session(session["id"], person.user_id)
    assert ended["focused_seconds"] == 0


def test_end_records_what_was_said(service: Service, person: Person, clock: Clock) -> None:
    session = service.start_session(person.user_id)
    clock.forward(minutes=22)
    ended = service.end_session(
        session_id=session["id"],
        user_id=person.user_id,
        was_completed=False,
        focus_score=3,
        interruption_count=1,
        session_notes="Got distracted by notification",
    )
    assert ended["ended_by"] == "user"
    assert ended["end_time"] == ended["actual_end_time"] == clock.now
    assert (ended["was_completed"], ended["cycles_completed"]) == (False, 0)
    assert (ended["focus_score"], ended["interruption_count"]) == (3, 1)
    assert ended["session_notes"] == "Got distracted by notification"
    assert ended["completion_percentage"] == 88


def test_left_out_completion_says_whether_the_plan_was_reached(
    service: Service, person: Person, clock: Clock
) -> None:
    early = service.start_session(person.user_id)
    clock.forward(minutes=24)
    assert service.end_session(early["id"], person.user_id)["was_completed"] is False
    late = service.start_session(person.user_id, overtime=True)
    clock.forward(minutes=31)
    ended = service.end_session(late["id"], person.user_id)
    assert (ended["was_completed"], ended["cycles_completed"]) == (True, 1)
    assert ended["focused_seconds"] == 31 * 60
    flow = service.start_session(person.user_id, session_type="flowtime")
    clock.forward(minutes=1)
    assert service.end_session(flow["id"], person.user_id)["was_completed"] is True


def test_ending_twice_with_the_same_data_is_the_same_answer(
    service: Service, person: Person, clock: Clock
) -> None:
    session = service.start_session(person.user_id)
    clock.forward(minutes=5)
    said = {"was_completed": False, "focus_score": 2}
    first = service.end_session(session["id"], person.user_id, **said)  # type: ignore[arg-type]
    clock.forward(minutes=5)
    assert service.end_session(session["id"], person.user_id, **said) == first  # type: ignore[arg-type]
    assert service.end_session(session["id"], person.user_id) == first
    with pytest.raises(SessionAlreadyEnded) as refused:
        service.end_session(session["id"], person.user_id, focus_score=5)
    assert refused.value.session["focus_score"] == 2


def test_what_the_timer_ended_can_still_be_rated_once(
    service: Service, person: Person, clock: Clock
) -> None:
    session = service.start_session(person.user_id)
    clock.forward(minutes=40)
    rated = service.end_session(session["id"], person.user_id, focus_score=5)
    assert (rated["ended_by"], rated["end_time"]) == ("timer", session["deadline"])
    assert (rated["was_completed"], rated["focus_score"]) == (True, 5)
    with pytest.raises(SessionAlreadyEnded):
        service.end_session(session["id"], person.user_id, focus_score=1)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"focus_score": 6}, "focus_score"),
        ({"focus_score": 0}, "focus_score"),
        ({"focus_score": "5"}, "focus_score"),
        ({"interruption_count": -1}, "interruption_count"),
        ({"interruption_count": 10**9}, "interruption_count"),
        ({"was_completed": "perhaps"}, "was_completed"),
        ({"session_notes": "n" * 10_001}, "session_notes"),
        ({"session_notes": "\x00"}, "session_notes"),
    ],
)
def test_end_says_what_is_wrong_and_the_session_runs_on(
    service: Service, person: Person, values: dict[str, object], field: str
) -> None:
    session = service.start_session(person.user_id)
    with pytest.raises(InvalidInput) as refused:
        service.end_session(session["id"], person.user_id, **values)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert service.get_active_session(person.user_id) is not None


def test_another_persons_session_is_not_found(service: Service, person: Person) -> None:
    other = make_person()
    theirs = service.start_session(other.user_id)["id"]
    for act in (
        lambda: service.end_session(theirs, person.user_id),
        lambda: service.pause_session(person.user_id, theirs),
        lambda: service.resume_session(person.user_id, theirs),
        lambda: service.add_interruption(person.user_id, theirs),
        lambda: service.end_session("session-789", person.user_id),
    ):
        with pytest.raises(NotFound):
            act()
    service.touch_session(person.user_id, theirs)
    assert service.get_active_session(person.user_id) is None
    assert service.get_active_session(other.user_id) is not None


def test_an_end_files_a_profile_refresh_in_the_same_transaction(
    service: Service, person: Person, admin_engine: Engine
) -> None:
    session = service.start_session(person.user_id)
    wanted = text("select count(*) from profile_refresh_requests where user_id = :u")
    with admin_engine.connect() as connection:
        assert connection.scalar(wanted, {"u": person.user_id}) == 0
    service.end_session(session["id"], person.user_id)
    with admin_engine.connect() as connection:
        assert connection.scalar(wanted, {"u": person.user_id}) == 1


def test_no_session_starts_inside_one_that_was_recorded_for_later(
    service: Service, person: Person, clock: Clock
) -> None:
    add_session(person, utc(2026, 3, 2, 8, 59), 25)
    with pytest.raises(SessionsOverlap) as refused:
        service.start_session(person.user_id)
    assert len(refused.value.conflicts) == 1
