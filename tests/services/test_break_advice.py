"""What counts as a break, and whose."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from db.queries import breaks
from db.session import open_for
from focus_core.domain.break_advice import LONGEST_MINUTES
from focus_core.domain.errors import NotFound, SessionStillRunning
from focus_core.services import FocusSessionService, insights
from focus_core.services.break_advice import get_break_advice
from tests.factories import Person, add_session, make_person, utc
from tests.time_travel import Clock

Service = FocusSessionService
pytestmark = pytest.mark.usefixtures("database", "clock")


def effects(person: Person) -> list[dict[str, Any]]:
    with open_for(person.user_id) as transaction:
        since = utc(2025, 12, 2)
        rows = breaks.effects(transaction, person.user_id, since, longest=LONGEST_MINUTES)
        return sorted((dict(row) for row in rows), key=lambda row: (row["day"], row["longer"]))


def after_breaks(person: Person, first: datetime, *gaps: float, **columns: Any) -> None:
    """Sessions of 25 minutes with `gaps` minutes between them; `columns` are of those after."""
    add_session(person, first)
    for gap in gaps:
        first += timedelta(minutes=25 + gap)
        add_session(person, first, **columns)


def test_a_break_lasts_until_the_next_session(person: Person) -> None:
    """Up to an hour, from a minute; success is the mean of completed and the rating."""
    after_breaks(person, utc(2026, 2, 2, 8), 5, 5, 15, was_completed=False, focus_score=4)
    after_breaks(person, utc(2026, 2, 3, 8), 0.5, 61, 60)
    found = effects(person)
    assert [(str(row["day"]), row["longer"], row["n"]) for row in found] == [
        ("2026-02-02", False, 2),
        ("2026-02-02", True, 1),
        ("2026-02-03", True, 1),
    ]
    assert [row["success"] for row in found] == pytest.approx([0.75, 0.375, 1.0])
    assert {row["up_to"] for row in found} == {5}
    assert [row["typical_minutes"] for row in found] == [5, 15, 15]


def test_the_middle_is_put_where_it_splits(person: Person) -> None:
    """Most breaks last as long as planned: were that long, the others are the shorter ones."""
    after_breaks(person, utc(2026, 2, 2, 8), 15, 15, 15, 5, 6)
    found = effects(person)
    assert [(row["longer"], row["n"], row["up_to"], row["typical_minutes"]) for row in found] == [
        (False, 2, 14, 5),
        (True, 3, 14, 15),
    ]


def test_what_is_no_break(person: Person) -> None:
    """Over the end of the person's day, after or before a forgotten session, across a mistake."""
    late = make_person("Europe/Berlin", day_start=time(4))
    after_breaks(late, utc(2026, 2, 2, 2, 30), 10)  # 03:30 and 04:05 in Berlin
    after_breaks(late, utc(2026, 2, 2, 22, 50), 10)  # 23:50 and 00:25: one day
    assert [str(row["day"]) for row in effects(late)] == ["2026-02-02"]

    add_session(person, utc(2026, 2, 2, 8), ended_by="auto_close")
    add_session(person, utc(2026, 2, 2, 8, 30))
    add_session(person, utc(2026, 2, 2, 9), ended_by="auto_close")
    assert effects(person) == []
    add_session(person, utc(2026, 2, 3, 8))
    add_session(person, utc(2026, 2, 3, 8, 30), 0.5)  # started by mistake: the break goes on
    add_session(person, utc(2026, 2, 3, 8, 33))
    assert [row["typical_minutes"] for row in effects(person)] == [8]


def test_advice_from_the_persons_own_breaks(service: Service, person: Person, clock: Clock) -> None:
    for i in range(20):
        day = utc(2026, 2, 1, 8) + timedelta(days=i)
        after_breaks(person, day, 15, 14, focus_score=5 - i % 2)
        after_breaks(person, day.replace(hour=13), 5, 5, was_completed=i % 4 == 0)
    session = service.start_session(person.user_id)
    with pytest.raises(SessionStillRunning):
        get_break_advice(person.user_id, session["id"])
    clock.forward(minutes=25)
    service.end_session(session["id"], person.user_id)
    advice = get_break_advice(str(person.user_id), str(session["id"]))
    assert (advice["own"], advice["minutes"], advice["n"]) == (True, 14, 80)
    assert advice["message"].startswith(
        "Your own breaks say about 14 min: sessions go better after more than 5 min than after"
    )
    told = {one["key"]: one for one in insights.get_current_insights(person.user_id)["insights"]}
    assert told["breaks"]["suggestion"] == "Take about 14 min."


def test_advice_from_the_technique(service: Service, person: Person, clock: Clock) -> None:
    after_breaks(make_person(), utc(2026, 3, 2, 7), 5, 5)  # somebody else's
    session = service.start_session(person.user_id, session_type="flowtime")
    clock.forward(minutes=40)
    service.end_session(session["id"], person.user_id)
    assert get_break_advice(person.user_id, session["id"]) == {
        "minutes": 8,
        "own": False,
        "message": "8 min is what a flowtime session of that length earns. There are no breaks of"
        " yours to learn from yet.",
        "n": 0,
        "window": "the last 90 days",
        "sure": None,
    }
    with pytest.raises(NotFound):
        get_break_advice(make_person().user_id, session["id"])
