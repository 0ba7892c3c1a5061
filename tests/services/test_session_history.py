"""Look back, and add what was forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from focus_core.domain.errors import (
    InvalidInput,
    NotFound,
    NotSignedIn,
    SessionsOverlap,
)
from focus_core.services import FocusSessionService
from focus_core.services.session_values import cursor
from tests.factories import Person, add_session, make_person, utc
from tests.time_travel import Clock

Service = FocusSessionService
pytestmark = pytest.mark.usefixtures("clock")

YESTERDAY = utc(2026, 3, 1, 9)


def some_sessions(person: Person, number: int) -> list[str]:
    """Ids, newest first."""
    return [
        str(add_session(person, YESTERDAY - timedelta(hours=i), 25, context=f"Session {i}"))
        for i in range(number)
    ]


class TestLookBack:
    def test_newest_first_and_the_running_one_among_them(
        self, service: Service, person: Person
    ) -> None:
        old = some_sessions(person, 2)
        running = service.start_session(person.user_id)
        found = service.get_user_sessions(person.user_id)
        assert [session["id"] for session in found] == [running["id"], *old]

    def test_pages_follow_each_other_without_gap_or_repetition(
        self, service: Service, person: Person
    ) -> None:
        ids = some_sessions(person, 7)
        seen: list[str] = []
        before = None
        while page := service.get_user_sessions(person.user_id, 3, before=before):
            seen += [session["id"] for session in page]
            before = cursor(page[-1])
        assert seen == ids

    def test_filters(self, service: Service, person: Person) -> None:
        def add(hours: float, **details: Any) -> str:
            start = YESTERDAY - timedelta(hours=hours)
            return str(
                service.add_session(
                    person.user_id, start, start + timedelta(minutes=20), **details
                )["id"]
            )

        biology = add(1, course="Biology", task="Cells", session_notes="100% done_")
        pomodoro = add(2, session_type="pomodoro", expected_duration=25)
        abandoned = add(3, was_completed=False, context="Café, naïve")
        task = service.get_session(person.user_id, biology)

        def find(**wanted: Any) -> list[str]:
            found = service.get_user_sessions(person.user_id, **wanted)
            assert len(found) == service.count_user_sessions(person.user_id, **wanted)
            return [session["id"] for session in found]

        assert find() == [biology, pomodoro, abandoned]
        assert find(course_id=task["course_id"]) == [biology]
        assert find(task_id=task["task_id"]) == [biology]
        assert find(session_type="pomodoro") == [pomodoro]
        assert find(was_completed=False) == [abandoned]
        assert find(search="cells") == [biology]
        assert find(search="CAFÉ") == [abandoned]
        assert find(search="100% DONE_") == [biology]
        assert find(search="%") == [biology]
        assert find(search="' or 1=1 --") == []
        assert find(since=YESTERDAY - timedelta(hours=2)) == [biology, pomodoro]
        assert find(until=YESTERDAY - timedelta(hours=2)) == [abandoned]
        assert find(search="", course_id=None) == [biology, pomodoro, abandoned]

    @pytest.mark.parametrize(
        "wanted",
        [
            {"limit": 0},
            {"limit": 201},
            {"before": "nonsense"},
            {"before": "2026-03-01T09:00:00~nonsense"},
            {"before": f"2026-03-01T09:00:00~{uuid4()}"},
            {"since": datetime(2026, 3, 1)},
            {"since": datetime.min.replace(tzinfo=timezone(timedelta(hours=5)))},
            {"until": datetime.max.replace(tzinfo=timezone(-timedelta(hours=5)))},
            {"search": "\x00"},
            {"search": "s" * 301},
            {"session_type": "marathon"},
            {"was_completed": "no"},
            {"colour": "red"},
        ],
    )
    def test_what_cannot_be_asked_for(
        self, service: Service, person: Person, wanted: dict[str, Any]
    ) -> None:
        with pytest.raises(InvalidInput):
            service.get_user_sessions(person.user_id, **wanted)

    def test_nobody_sees_another_persons_sessions(self, service: Service, person: Person) -> None:
        other = make_person()
        (theirs,) = some_sessions(other, 1)
        assert service.get_user_sessions(person.user_id) == []
        assert service.count_user_sessions(person.user_id) == 0
        for act in (
            lambda: service.get_session(person.user_id, theirs),
            lambda: service.update_session(person.user_id, theirs, focus_score=1),
            lambda: service.delete_session(person.user_id, theirs),
            lambda: service.restore_session(person.user_id, theirs),
        ):
            with pytest.raises(NotFound):
                act()
        assert service.get_session(other.user_id, theirs)["focus_score"] is None


class TestAdd:
    def test_a_past_session_has_no_measurement(self, service: Service, person: Person) -> None:
        berlin = ZoneInfo("Europe/Berlin")
        added = service.add_session(
            person.user_id,
            datetime(2026, 3, 1, 10, tzinfo=berlin),
            datetime(2026, 3, 1, 10, 40, tzinfo=berlin),
            task="Essay",
            focus_score=4,
        )
        assert added["start_time"] == utc(2026, 3, 1, 9)
        assert added["actual_start_time"] is added["actual_end_time"] is None
        assert (added["duration_minutes"], added["was_completed"]) == (40, True)
        assert (added["source"], added["ended_by"]) == ("manual", "user")
        assert (added["session_type"], added["cycles_completed"]) == ("custom", 0)

    def test_a_completed_pomodoro_counts_a_cycle(self, service: Service, person: Person) -> None:
        end = YESTERDAY + timedelta(minutes=25)
        added = service.add_session(person.user_id, YESTERDAY, end, session_type="pomodoro")
        assert added["cycles_completed"] == 1

    @pytest.mark.parametrize(
        ("start", "end", "field"),
        [
            (YESTERDAY, YESTERDAY, "end_time"),
            (YESTERDAY, YESTERDAY - timedelta(minutes=1), "end_time"),
            (YESTERDAY, YESTERDAY + timedelta(hours=24, seconds=1), "end_time"),
            (utc(2026, 3, 2, 8), utc(2026, 3, 2, 9, 1), "end_time"),
            (utc(2026, 3, 2, 10), utc(2026, 3, 2, 11), "start_time"),
            (utc(1999, 12, 31, 23), utc(2000, 1, 1, 1), "start_time"),
            (datetime(2026, 3, 1, 9), YESTERDAY, "start_time"),
            (None, YESTERDAY, "start_time"),
        ],
    )
    def test_times_out_of_bounds(
        self, service: Service, person: Person, start: Any, end: Any, field: str
    ) -> None:
        with pytest.raises(InvalidInput) as refused:
            service.add_session(person.user_id, start, end)
        assert refused.value.field == field
        assert service.count_user_sessions(person.user_id) == 0

    def test_nobody_without_an_account_adds_one(self, service: Service, database: object) -> None:
        with pytest.raises(NotSignedIn):
            service.add_session(uuid4(), YESTERDAY, YESTERDAY + timedelta(minutes=1))

    def test_an_overlap_is_refused_with_the_free_part(
        self, service: Service, person: Person
    ) -> None:
        first = add_session(person, YESTERDAY, 25)
        later = add_session(person, YESTERDAY + timedelta(minutes=50), 25)
        with pytest.raises(SessionsOverlap) as refused:
            service.add_session(
                person.user_id,
                YESTERDAY + timedelta(minutes=10),
                YESTERDAY + timedelta(minutes=55),
            )
        assert [c["id"] for c in refused.value.conflicts] == [str(first), str(later)]
        assert refused.value.trimmed == (
            YESTERDAY + timedelta(minutes=25),
            YESTERDAY + timedelta(minutes=50),
        )
        start, end = refused.value.trimmed
        service.add_session(person.user_id, start, end)  # back to back on both sides

    def test_nothing_is_left_inside_another_session(self, service: Service, person: Person) -> None:
        add_session(person, YESTERDAY, 60)
        inside = YESTERDAY + timedelta(minutes=20)
        with pytest.raises(SessionsOverlap) as refused:
            service.add_session(person.user_id, inside, inside + timedelta(minutes=10))
        assert refused.value.trimmed is None

    def test_under_a_running_session(self, service: Service, person: Person, clock: Clock) -> None:
        running = service.start_session(person.user_id)
        clock.forward(minutes=10)
        assert clock.now is not None
        with pytest.raises(SessionsOverlap) as refused:
            service.add_session(person.user_id, clock.now - timedelta(minutes=30), clock.now)
        assert refused.value.conflicts[0]["id"] == running["id"]
        assert refused.value.trimmed == (
            clock.now - timedelta(minutes=30),
            clock.now - timedelta(minutes=10),
        )


def test_utc_goes_out(service: Service, person: Person) -> None:
    add_session(person, YESTERDAY, 25)
    (session,) = service.get_user_sessions(person.user_id)
    assert session["start_time"].tzinfo is not None
    assert session["start_time"].utcoffset() == UTC.utcoffset(None)
