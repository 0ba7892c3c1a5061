from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from focus_core.domain.consent import Sharing
from focus_core.services import coaching, cohorts, sharing
from focus_core.services.sharing import OwnWeeks
from pages._ui import note_hint
from tests.cohort_people import join_all, make_coach, make_members
from tests.factories import Person
from tests.pages.screens import open_screen, texts


def test_a_note_is_read_and_deleted_and_is_only_text(
    open_page: Callable[..., AppTest], database: object
) -> None:
    coach, [person] = make_coach(), make_members(1)
    cohort_id = cohorts.create(coach, "Class")
    join_all(coach, cohort_id, [person], Sharing.NAMED)
    body = "See [this](https://example.org) <b>now</b>"
    coaching.leave_note(coach, cohort_id, person.user_id, body)
    page = open_page("insights", person)
    assert page.text[0].value == body
    [note] = sharing.list_notes(person.user_id)
    page.button(key=f"Mark as read {note['id']}").click().run()
    page.button(key=f"Delete {note['id']}").click().run()
    assert sharing.list_notes(person.user_id) == []
    assert not page.exception


def test_word_of_a_note_stands_where_the_person_is_until_it_is_read(
    cookie: Callable[[Person | None], str | None], database: object
) -> None:
    def links(screen: str) -> list[str]:
        return [shown.label for shown in open_screen(screen).get("page_link") if shown.label]

    coach, [person] = make_coach(), make_members(1)
    cohort_id = cohorts.create(coach, "Class")
    join_all(coach, cohort_id, [person], Sharing.NAMED)
    cookie(person)
    note_hint.unread.clear()
    assert not any("note" in label for label in links("history"))
    coaching.leave_note(coach, cohort_id, person.user_id, "Well done")
    note_hint.unread.clear()
    assert "Insights (1 note)" in links("history")
    assert "A note from your coach" in links("timer")
    assert "A note from your coach" in links("sharing")
    page = open_screen("insights")
    [note] = sharing.list_notes(person.user_id)
    page.button(key=f"Mark as read {note['id']}").click().run()
    assert not any("note" in label for label in links("timer"))


def test_the_last_week_is_summed_up(open_page: Callable[..., AppTest], database: object) -> None:
    [person] = make_members(1)
    written = texts(open_page("insights", person))
    assert "Your week of" in written
    assert "On average 2.0 hours in the 4 weeks before it" in written


def test_one_week_before_is_no_average(
    open_page: Callable[..., AppTest], database: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    [person] = make_members(1)
    weeks = sharing.preview(person.user_id)
    few = OwnWeeks(weeks.weeks[-3:], weeks.slot_minutes)
    monkeypatch.setattr(sharing, "preview", lambda _: few)
    written = texts(open_page("insights", person))
    assert "2.0 hours in the week before it. Weeks run" in written
    assert "On average" not in written
