"""Correct, delete and take that back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from focus_core.domain.errors import (
    InvalidInput,
    NotFound,
    SessionsOverlap,
    SessionStillRunning,
)
from focus_core.services import FocusSessionService, tasks
from tests.factories import Person, add_session, make_person, utc
from tests.time_travel import Clock

Service = FocusSessionService
pytestmark = pytest.mark.usefixtures("clock")

YESTERDAY = utc(2026, 3, 1, 9)


class TestCorrect:
    def test_what_the_clock_measured_stays(self, service: Service, person: Person) -> None:
        session_id = add_session(person, YESTERDAY, 25)
        changed = service.update_session(
            person.user_id,
            session_id,
            start_time=YESTERDAY - timedelta(minutes=5),
            end_time=YESTERDAY + timedelta(minutes=15),
            session_type="custom",
            expected_duration=None,
            was_completed=False,
            focus_score=2,
            interruption_count=3,
            break_minutes=4,
            context="Read",
            session_notes="Tired",
        )
        assert changed["actual_start_time"] == YESTERDAY
        assert changed["actual_end_time"] == YESTERDAY + timedelta(minutes=25)
        assert changed["duration_minutes"] == 20
        assert changed["completion_percentage"] is None
        assert (changed["cycles_completed"], changed["break_minutes"]) == (0, 4)
        emptied = service.update_session(
            person.user_id,
            session_id,
            focus_score=None,
            context=" ",
            session_notes=None,
            interruption_count=None,
        )
        assert emptied["focus_score"] is emptied["context"] is emptied["session_notes"] is None
        assert emptied["interruption_count"] == 0

    def test_task_and_course_change_apart(self, service: Service, person: Person) -> None:
        session_id = add_session(person, YESTERDAY, 25)

        def change(**changes: Any) -> tuple[str | None, str | None]:
            changed = service.update_session(person.user_id, session_id, **changes)
            return changed["task_title"], changed["course_name"]

        assert change(task="Cells", course="Biology") == ("Cells", "Biology")
        assert change(course="Zoology") == ("Cells", "Zoology")
        assert change(task="Birds") == ("Birds", "Zoology")
        (birds,) = [t for t in tasks.list_tasks(person.user_id) if t["title"] == "Birds"]
        assert birds["course_name"] == "Zoology"
        assert change(task=None) == (None, "Zoology")
        assert change(task_id=birds["id"]) == ("Birds", "Zoology")
        assert change(course=None) == ("Birds", None)
        assert change(context="Anything") == ("Birds", None)

    def test_a_session_is_not_in_its_own_way(self, service: Service, person: Person) -> None:
        session_id = add_session(person, YESTERDAY, 25)
        add_session(person, YESTERDAY + timedelta(minutes=30), 25)
        longer = service.update_session(
            person.user_id, session_id, end_time=YESTERDAY + timedelta(minutes=30)
        )
        assert longer["duration_minutes"] == 30
        with pytest.raises(SessionsOverlap) as refused:
            service.update_session(
                person.user_id, session_id, end_time=YESTERDAY + timedelta(minutes=31)
            )
        assert refused.value.trimmed == (YESTERDAY, YESTERDAY + timedelta(minutes=30))

    def test_pauses_still_have_to_fit(self, service: Service, person: Person) -> None:
        session_id = add_session(person, YESTERDAY, 25, paused_seconds=600)
        with pytest.raises(InvalidInput) as refused:
            service.update_session(
                person.user_id, session_id, end_time=YESTERDAY + timedelta(minutes=9)
            )
        assert refused.value.field == "end_time"

    def test_a_forgotten_session_counts_once_its_times_are_confirmed(
        self, service: Service, person: Person
    ) -> None:
        session_id = add_session(person, YESTERDAY, 25, ended_by="auto_close")
        noted = service.update_session(person.user_id, session_id, context="Read")
        assert noted["ended_by"] == "auto_close"
        right = service.update_session(
            person.user_id, session_id, end_time=YESTERDAY + timedelta(minutes=25)
        )
        assert right["ended_by"] == "user"

    def test_a_timers_end_stays_the_timers_until_it_is_moved(
        self, service: Service, person: Person
    ) -> None:
        session_id = add_session(person, YESTERDAY, 25, ended_by="timer")
        same = service.update_session(person.user_id, session_id, start_time=YESTERDAY)
        assert same["ended_by"] == "timer"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"end_time": YESTERDAY}, "end_time"),
            ({"start_time": None}, "start_time"),
            ({"end_time": utc(2026, 3, 3)}, "end_time"),
            ({"focus_score": 6}, "focus_score"),
            ({"expected_duration": 1441}, "expected_duration"),
            ({"interruption_count": -1}, "interruption_count"),
            ({"break_minutes": 1441}, "break_minutes"),
            ({"context": "c" * 1_000_000}, "context"),
            ({"session_notes": "\x00"}, "session_notes"),
            ({"session_type": "other"}, "session_type"),
            ({"was_completed": 1}, "was_completed"),
            ({"actual_start_time": YESTERDAY}, "actual_start_time"),
        ],
    )
    def test_what_cannot_be_set(
        self, service: Service, person: Person, changes: dict[str, Any], field: str
    ) -> None:
        session_id = add_session(person, YESTERDAY, 25)
        before = service.get_session(person.user_id, session_id)
        with pytest.raises(InvalidInput) as refused:
            service.update_session(person.user_id, session_id, **changes)
        assert refused.value.field == field
        assert service.get_session(person.user_id, session_id) == before

    def test_a_running_session_is_not_corrected(self, service: Service, person: Person) -> None:
        running = service.start_session(person.user_id)["id"]
        with pytest.raises(SessionStillRunning):
            service.update_session(person.user_id, running, context="x")
        with pytest.raises(SessionStillRunning):
            service.delete_session(person.user_id, running)

    def test_one_that_is_over_by_now_is(
        self, service: Service, person: Person, clock: Clock
    ) -> None:
        first = service.start_session(person.user_id)["id"]
        clock.forward(minutes=26)
        assert service.update_session(person.user_id, first, context="x")["ended_by"] == "timer"
        second = service.start_session(person.user_id)["id"]
        clock.forward(minutes=26)
        service.delete_session(person.user_id, second)


class TestDelete:
    def test_deletion_is_taken_back_with_everything(
        self, service: Service, person: Person, clock: Clock, admin_engine: Engine
    ) -> None:
        session_id = service.start_session(person.user_id, task="Cells", course="Biology")["id"]
        clock.forward(minutes=3, microseconds=123)
        service.pause_session(person.user_id, session_id, "Phone\n'; drop table users; --")
        clock.forward(minutes=1)
        service.resume_session(person.user_id, session_id)
        clock.forward(minutes=30)
        service.end_session(session_id, person.user_id, focus_score=4, session_notes="Café ☕")

        def stored() -> tuple[Any, ...]:
            events = (
                "select session_id, user_id, event_type, occurred_at, reason_kind, reason"
                " from session_events where session_id = :id order by id"
            )
            row = "select * from focus_sessions where id = :id"
            with admin_engine.connect() as connection:
                return tuple(
                    [dict(found._mapping) for found in connection.execute(text(q), {"id": key})]
                    for q in (row, events)
                )

        key = session_id
        before = stored()
        service.delete_session(person.user_id, session_id)
        assert stored() == ([], [])
        assert service.count_user_sessions(person.user_id) == 0
        with pytest.raises(NotFound):
            service.delete_session(person.user_id, session_id)
        with pytest.raises(NotFound):
            service.restore_session(make_person().user_id, session_id)
        service.restore_session(person.user_id, session_id)
        after = stored()
        assert len(after[1]) == 3
        after[0][0]["updated_at"] = before[0][0]["updated_at"]
        assert after == before
        with pytest.raises(NotFound):
            service.restore_session(person.user_id, session_id)

    def test_what_can_be_restored_is_listed(
        self, service: Service, person: Person, clock: Clock
    ) -> None:
        end = YESTERDAY + timedelta(minutes=25)
        named = service.add_session(person.user_id, YESTERDAY, end, task="Cells", course="Bio")
        plain = add_session(person, YESTERDAY - timedelta(days=1), 10)
        service.delete_session(person.user_id, named["id"])
        clock.forward(minutes=1)
        service.delete_session(person.user_id, plain)
        first, second = service.get_deleted_sessions(person.user_id)
        assert (first["id"], first["deleted_at"]) == (str(plain), clock.now)
        assert (second["task_title"], second["course_name"]) == ("Cells", "Bio")
        assert (second["start_time"], second["focused_seconds"]) == (YESTERDAY, 1500)
        assert service.get_deleted_sessions(make_person().user_id) == []
        with pytest.raises(InvalidInput):
            service.get_deleted_sessions(person.user_id, 0)

    def test_it_can_be_deleted_again(self, service: Service, person: Person) -> None:
        session_id = add_session(person, YESTERDAY, 25)
        for _ in range(2):
            service.delete_session(person.user_id, session_id)
            service.restore_session(person.user_id, session_id)

    def test_a_time_that_was_taken_since_stays_taken(
        self, service: Service, person: Person
    ) -> None:
        session_id = add_session(person, YESTERDAY, 25)
        service.delete_session(person.user_id, session_id)
        other = add_session(person, YESTERDAY + timedelta(minutes=5), 25)
        with pytest.raises(SessionsOverlap) as refused:
            service.restore_session(person.user_id, session_id)
        assert [conflict["id"] for conflict in refused.value.conflicts] == [str(other)]
        service.delete_session(person.user_id, other)
        service.restore_session(person.user_id, session_id)  # it was not lost by the refusal

    def test_what_was_typed_stays_verbatim(self, service: Service, person: Person) -> None:
        hostile = "<script>alert(1)</script> [x](javascript:1) =1+1 \u202e %s {0} \\ '\""
        end = YESTERDAY + timedelta(minutes=25)
        added = service.add_session(person.user_id, YESTERDAY, end, context=hostile)
        assert service.get_session(person.user_id, added["id"])["context"] == hostile
        assert service.get_user_sessions(person.user_id, search=hostile)[0]["id"] == added["id"]
