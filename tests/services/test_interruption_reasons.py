"""A reason may be added to an interruption later; nothing else about it can change."""

from __future__ import annotations

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import ProgrammingError

from db.models import session_events
from db.session import open_for
from focus_core.domain.errors import InvalidInput, NotFound
from focus_core.services import FocusSessionService, timer
from tests.factories import Person, make_person


def reasons(service: FocusSessionService, person: Person, session: str) -> list[object]:
    events = service.get_session(person.user_id, session)["events"]
    return [(event["event_type"], event["reason"], event["reason_kind"]) for event in events]


def test_the_latest_interruption_gets_the_reason(
    service: FocusSessionService, person: Person
) -> None:
    session = service.start_session(person.user_id)["id"]
    service.add_interruption(person.user_id, session)
    service.add_interruption(person.user_id, session)
    service.pause_session(person.user_id, session, counts_as_interruption=False)
    service.explain_interruption(person.user_id, session, "phone", "external")
    assert reasons(service, person, session) == [
        ("interruption", None, None),
        ("interruption", "phone", "external"),
        ("pause", None, None),
    ]


def test_the_timer_knows_whether_the_latest_one_has_a_reason(
    service: FocusSessionService, person: Person
) -> None:
    session = service.start_session(person.user_id)["id"]

    def unexplained() -> bool:
        found: bool = timer.get_timer(person.user_id)["unexplained"]
        return found

    assert not unexplained()
    service.pause_session(person.user_id, session)
    assert unexplained()
    version = timer.get_timer(person.user_id)["version"]
    service.explain_interruption(person.user_id, session, reason_kind="internal")
    assert not unexplained()
    assert timer.get_timer(person.user_id)["version"] != version, "other pages look again"
    service.add_interruption(person.user_id, session)
    assert unexplained(), "the next one has none yet"
    service.add_interruption(person.user_id, session, "phone")
    assert not unexplained()
    service.add_interruption(person.user_id, session)
    service.end_session(session, person.user_id)
    assert not unexplained()


def test_refusals(service: FocusSessionService, person: Person) -> None:
    session = service.start_session(person.user_id)["id"]
    with pytest.raises(NotFound):
        service.explain_interruption(person.user_id, session, "phone")
    service.add_interruption(person.user_id, session)
    with pytest.raises(InvalidInput):
        service.explain_interruption(person.user_id, session, "x" * 501)
    with pytest.raises(InvalidInput):
        service.explain_interruption(person.user_id, session, reason_kind="both")
    with pytest.raises(NotFound):
        service.explain_interruption(make_person().user_id, session, "not mine")


@pytest.mark.parametrize("column", ["event_type", "occurred_at", "session_id"])
def test_what_happened_cannot_be_rewritten(
    service: FocusSessionService, person: Person, column: str
) -> None:
    session = service.start_session(person.user_id)["id"]
    service.add_interruption(person.user_id, session)
    statement = update(session_events).values({column: text(column)})
    with pytest.raises(ProgrammingError, match="permission denied"), open_for(person.user_id) as tx:
        tx.execute(statement)
