"""What the timer screen stands on: session, break, cycle and what waits for a word."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any
from uuid import uuid4

import pytest

from focus_core.domain.errors import InvalidInput, NotFound, NotSignedIn, SessionAlreadyRunning
from focus_core.services import FocusSessionService, timer
from tests.factories import Person, add_session, make_person, utc
from tests.time_travel import Clock

Service = FocusSessionService


def run_one(service: Service, person: Person, clock: Clock, minutes: float = 25) -> dict[str, Any]:
    """Start a pomodoro and let it run for so long; what the timer shows then."""
    service.start_session(person.user_id)
    clock.forward(minutes=minutes)
    return timer.get_timer(person.user_id)


def test_a_newcomer_sees_the_first_cycle(person: Person, clock: Clock) -> None:
    shown = timer.get_timer(person.user_id)
    assert shown["session"] is shown["break"] is shown["unconfirmed"] is None
    assert (shown["cycle"], shown["completed_today"]) == (1, 0)
    assert shown["server_time"] == clock.now
    assert shown["preferences"] == {
        "work_minutes": 25,
        "short_break_minutes": 5,
        "long_break_minutes": 15,
        "long_break_every": 4,
        "overtime": False,
        "auto_start_breaks": True,
        "sound": True,
        "sound_volume_pct": 60,
        "notifications": True,
        "timezone": "Europe/Berlin",
    }
    with pytest.raises(NotSignedIn):
        timer.get_timer(uuid4())


def test_the_running_session_as_of_one_moment(
    service: Service, person: Person, clock: Clock
) -> None:
    shown = run_one(service, person, clock, minutes=10)
    assert shown["session"]["remaining_seconds"] == 15 * 60
    assert shown["session"]["server_time"] == shown["server_time"]
    assert shown["unconfirmed"] is None


def test_what_has_ended_waits_for_a_word(service: Service, person: Person, clock: Clock) -> None:
    shown = run_one(service, person, clock, minutes=26)
    assert shown["session"] is None
    waiting = shown["unconfirmed"]
    assert (waiting["ended_by"], waiting["break_minutes_due"]) == ("timer", 5)
    assert (shown["cycle"], shown["completed_today"]) == (2, 1)
    service.update_session(person.user_id, waiting["id"])  # passed over
    assert timer.get_timer(person.user_id)["unconfirmed"] is None


def test_nobody_is_asked_about_yesterday(service: Service, person: Person, clock: Clock) -> None:
    run_one(service, person, clock)
    clock.forward(hours=13)
    assert timer.get_timer(person.user_id)["unconfirmed"] is None


def test_a_long_break_after_every_fourth(service: Service, person: Person, clock: Clock) -> None:
    due, cycles = [], []
    for _ in range(5):
        shown = run_one(service, person, clock)
        due.append(shown["unconfirmed"]["break_minutes_due"])
        cycles.append(shown["cycle"])
    assert due == [5, 5, 5, 15, 5]
    assert cycles == [2, 3, 4, 1, 2]


def test_an_abandoned_pomodoro_earns_no_long_break(
    service: Service, person: Person, clock: Clock
) -> None:
    for _ in range(4):
        run_one(service, person, clock)
    session = service.start_session(person.user_id)
    clock.forward(minutes=3)
    service.end_session(session["id"], person.user_id)
    assert timer.get_timer(person.user_id)["unconfirmed"]["break_minutes_due"] == 5


@pytest.mark.parametrize(("minutes", "due"), [(25, 5), (26, 8), (50, 8), (90, 10), (91, 15)])
def test_flowtime_earns_its_break(
    service: Service, person: Person, clock: Clock, minutes: int, due: int
) -> None:
    session = service.start_session(person.user_id, session_type="flowtime")
    clock.forward(minutes=minutes)
    service.end_session(session["id"], person.user_id)
    assert timer.get_timer(person.user_id)["unconfirmed"]["break_minutes_due"] == due


def test_cycles_count_from_the_start_of_the_persons_day(
    service: Service, database: object, clock: Clock
) -> None:
    late = make_person("Europe/Berlin", day_start=time(4))
    clock.set(utc(2026, 3, 2, 2, 0))  # 03:00 in Berlin: still Sunday
    assert run_one(service, late, clock)["completed_today"] == 1
    clock.set(utc(2026, 3, 2, 3, 1))
    assert timer.get_timer(late.user_id)["completed_today"] == 0


class TestBreaks:
    def test_a_break_runs_to_its_deadline(
        self, service: Service, person: Person, clock: Clock
    ) -> None:
        session = run_one(service, person, clock)["unconfirmed"]
        started = timer.start_break(person.user_id, session["id"])
        assert started["planned_minutes"] == 5
        assert started["deadline"] == started["start_time"] + timedelta(minutes=5)
        clock.forward(minutes=4)
        assert timer.get_timer(person.user_id)["break"] == started
        clock.forward(minutes=30)
        assert timer.get_timer(person.user_id)["break"] is None
        assert service.get_session(person.user_id, session["id"])["break_minutes"] == 5

    def test_a_break_taken_already_stays_as_it_was(
        self, service: Service, person: Person, clock: Clock
    ) -> None:
        session = run_one(service, person, clock)["unconfirmed"]
        first = timer.start_break(person.user_id, session["id"])
        clock.forward(minutes=1)
        assert timer.start_break(person.user_id, session["id"], 20) == first
        timer.end_break(person.user_id)
        with pytest.raises(NotFound):
            timer.start_break(person.user_id, session["id"])

    def test_a_break_ends_when_its_owner_says(
        self, service: Service, person: Person, clock: Clock
    ) -> None:
        session = run_one(service, person, clock)["unconfirmed"]
        timer.start_break(person.user_id, session["id"], 20)
        clock.forward(minutes=12)
        timer.end_break(person.user_id)
        timer.end_break(person.user_id)
        assert timer.get_timer(person.user_id)["break"] is None
        assert service.get_session(person.user_id, session["id"])["break_minutes"] == 12

    def test_the_next_session_ends_the_break(
        self, service: Service, person: Person, clock: Clock
    ) -> None:
        session = run_one(service, person, clock)["unconfirmed"]
        timer.start_break(person.user_id, session["id"])
        clock.forward(minutes=2)
        service.start_session(person.user_id)
        shown = timer.get_timer(person.user_id)
        assert shown["break"] is None
        assert shown["session"] is not None
        assert service.get_session(person.user_id, session["id"])["break_minutes"] == 2

    def test_no_break_during_a_session(
        self, service: Service, person: Person, clock: Clock
    ) -> None:
        session = run_one(service, person, clock)["unconfirmed"]
        running = service.start_session(person.user_id)
        with pytest.raises(SessionAlreadyRunning) as refused:
            timer.start_break(person.user_id, session["id"])
        assert refused.value.session["id"] == running["id"]
        clock.forward(minutes=26)  # over by now, though nobody has looked yet
        assert timer.start_break(person.user_id, running["id"])["planned_minutes"] == 5

    def test_a_break_passed_over_is_offered_nowhere_again(
        self, service: Service, person: Person, clock: Clock
    ) -> None:
        before = run_one(service, person, clock)
        session = before["unconfirmed"]["id"]
        assert before["rested"] is None
        timer.skip_break(person.user_id, session)
        shown = timer.get_timer(person.user_id)
        assert (shown["rested"], shown["break"]) == (session, None)
        assert shown["version"] != before["version"], "other pages look again"
        assert service.get_session(person.user_id, session)["break_minutes"] == 0
        timer.skip_break(person.user_id, session)
        with pytest.raises(NotFound):
            timer.start_break(person.user_id, session)
        assert run_one(service, person, clock)["rested"] is None, "the next one has its own"

    def test_a_break_begun_elsewhere_is_not_passed_over(
        self, service: Service, person: Person, clock: Clock
    ) -> None:
        session = run_one(service, person, clock)["unconfirmed"]
        begun = timer.start_break(person.user_id, session["id"])
        timer.skip_break(person.user_id, session["id"])
        shown = timer.get_timer(person.user_id)
        assert (shown["break"], shown["rested"]) == (begun, session["id"])
        running = service.start_session(person.user_id)
        with pytest.raises(SessionAlreadyRunning):
            timer.skip_break(person.user_id, running["id"])
        with pytest.raises(NotFound):
            timer.skip_break(make_person().user_id, session["id"])

    def test_what_cannot_be_a_break(self, service: Service, person: Person, clock: Clock) -> None:
        session = run_one(service, person, clock)["unconfirmed"]
        for minutes in (0, -1, 241, 10**9):
            with pytest.raises(InvalidInput):
                timer.start_break(person.user_id, session["id"], minutes)
        theirs = add_session(make_person(), utc(2026, 3, 1, 9))
        for other in (theirs, uuid4(), "session-789"):
            with pytest.raises(NotFound):
                timer.start_break(person.user_id, other)
        with pytest.raises(NotSignedIn):
            timer.start_break(uuid4(), session["id"])
