"""What holds for sessions whatever happens around them: crowds, midnight, nights of clock changes,
a week with no browser."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from db.session import open_for
from focus_core.domain.errors import FocusError, SessionAlreadyRunning
from focus_core.services import FocusSessionService, get_focus_session_service, running_sessions
from tests.factories import Person, add_session, make_person, utc
from tests.time_travel import Clock

Service = FocusSessionService


def test_of_fifty_starts_at_once_exactly_one_runs(
    service: Service, person: Person, admin_engine: Engine
) -> None:
    def start(number: int) -> str:
        try:
            return str(service.start_session(person.user_id, context=f"Tab {number}")["id"])
        except SessionAlreadyRunning as refused:
            return f"refused for {refused.session['id']}"

    with ThreadPoolExecutor(50) as crowd:
        answers = Counter(crowd.map(start, range(50)))
    started = [answer for answer in answers if not answer.startswith("refused")]
    assert len(started) == 1
    assert answers[f"refused for {started[0]}"] == 49
    with admin_engine.connect() as connection:
        count = text("select count(*) from focus_sessions where user_id = :u")
        assert connection.scalar(count, {"u": person.user_id}) == 1


def test_ends_pauses_and_starts_at_once_leave_one_sound_history(
    service: Service, person: Person
) -> None:
    """Whatever wins, nobody meets anything but a domain error, and no time counts twice."""

    def act(number: int) -> None:
        try:
            if number % 4 == 0:
                service.start_session(person.user_id)
            elif (running := service.get_active_session(person.user_id)) is None:
                return
            elif number % 4 == 1:
                service.pause_session(person.user_id, running["id"])
            elif number % 4 == 2:
                service.resume_session(person.user_id, running["id"])
            else:
                service.end_session(running["id"], person.user_id)
        except FocusError:
            return

    with ThreadPoolExecutor(12) as crowd:
        list(crowd.map(act, range(120)))
    sessions = service.get_user_sessions(person.user_id, 200)
    assert sum(session["end_time"] is None for session in sessions) <= 1
    assert all(session["focused_seconds"] >= 0 for session in sessions)


def test_the_plan_ends_on_time_with_no_browser_for_a_week(
    service: Service, empty_database: object, clock: Clock
) -> None:
    person = make_person()
    session = service.start_session(person.user_id)
    clock.forward(days=7)
    assert running_sessions.close_due() == 1
    ended = service.get_session(person.user_id, session["id"])
    assert ended["end_time"] == ended["actual_end_time"] == session["deadline"]
    assert (ended["ended_by"], ended["was_completed"]) == ("timer", True)
    assert ended["focused_seconds"] == 1500


def test_forgotten_sessions_are_closed_at_their_last_sign_of_life(
    service: Service, empty_database: object, clock: Clock
) -> None:
    flow, late, paused, open_page = (make_person() for _ in range(4))
    sessions = {
        flow: service.start_session(flow.user_id, session_type="flowtime"),
        late: service.start_session(late.user_id, overtime=True),
        paused: service.start_session(paused.user_id),
        open_page: service.start_session(open_page.user_id, session_type="flowtime"),
    }
    clock.forward(minutes=10)
    service.pause_session(paused.user_id, sessions[paused]["id"])
    clock.forward(minutes=20)
    service.touch_session(flow.user_id, sessions[flow]["id"])
    for _ in range(3):
        clock.forward(hours=1)
        service.touch_session(open_page.user_id, sessions[open_page]["id"])
    assert running_sessions.close_due() == 0
    clock.forward(hours=2)
    assert running_sessions.close_due() == 3
    assert running_sessions.close_due() == 0
    for person, focused in ((flow, 30), (late, 25), (paused, 10)):
        closed = service.get_session(person.user_id, sessions[person]["id"])
        assert (closed["ended_by"], closed["was_completed"]) == ("auto_close", False)
        assert closed["focused_seconds"] == focused * 60
    assert service.get_active_session(open_page.user_id) is not None
    clock.forward(days=7)
    assert service.get_active_session(open_page.user_id) is None


def test_a_page_that_wakes_up_after_a_night_revives_nothing(
    service: Service, person: Person, clock: Clock
) -> None:
    session = service.start_session(person.user_id, session_type="flowtime")
    clock.forward(hours=10)
    service.touch_session(person.user_id, session["id"])
    assert service.get_active_session(person.user_id) is None
    closed = service.get_session(person.user_id, session["id"])
    assert (closed["ended_by"], closed["focused_seconds"]) == ("auto_close", 0)


def test_two_schedulers_share_the_work(
    service: Service, empty_database: object, clock: Clock
) -> None:
    people = [make_person() for _ in range(20)]
    for person in people:
        service.start_session(person.user_id)
    clock.forward(hours=1)
    with ThreadPoolExecutor(4) as schedulers:
        ended = list(schedulers.map(lambda _: running_sessions.close_due(), range(4)))
    assert sum(ended) == 20


def test_a_session_across_midnight_is_one_session(
    service: Service, person: Person, clock: Clock
) -> None:
    clock.set(utc(2026, 3, 2, 22, 50))  # 23:50 in Berlin
    session = service.start_session(person.user_id)
    clock.forward(minutes=25)
    ended = service.end_session(session["id"], person.user_id)
    assert ended["duration_minutes"] == 25
    assert ended["was_completed"] is True


@pytest.mark.parametrize(
    "start",
    [utc(2026, 3, 29, 0, 50), utc(2026, 10, 25, 0, 50)],
    ids=["the clock goes forward", "the clock goes back"],
)
def test_nights_of_clock_changes_count_real_minutes(
    service: Service, person: Person, clock: Clock, start: object
) -> None:
    clock.set(start)  # type: ignore[arg-type]
    session = service.start_session(person.user_id)
    assert session["deadline"] - session["start_time"] == timedelta(minutes=25)
    clock.forward(minutes=20)
    active = service.get_active_session(person.user_id)
    assert active is not None
    assert active["remaining_seconds"] == 300
    clock.forward(minutes=5)
    ended = service.end_session(session["id"], person.user_id)
    assert ended["duration_minutes"] == 25


def test_every_change_of_the_sessions_shows_in_the_data_version(
    service: Service, person: Person, clock: Clock
) -> None:
    def version() -> int:
        with open_for(person.user_id) as transaction:
            found: int = transaction.execute(
                text("select data_version from users where id = :u"), {"u": person.user_id}
            ).scalar_one()
        return found

    versions = [version()]
    session = service.start_session(person.user_id)["id"]
    versions.append(version())
    clock.forward(minutes=1)
    service.end_session(session, person.user_id)
    versions.append(version())
    service.update_session(person.user_id, session, context="x")
    versions.append(version())
    service.delete_session(person.user_id, session)
    versions.append(version())
    service.restore_session(person.user_id, session)
    versions.append(version())
    assert versions == sorted(set(versions))
    add_session(make_person(), utc(2026, 3, 1))
    assert version() == versions[-1]


def test_there_is_one_service() -> None:
    assert get_focus_session_service() is get_focus_session_service()
