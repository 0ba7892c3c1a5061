from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import URL, insert
from streamlit.testing.v1 import AppTest

from db.models import consents
from db.session import open_for
from focus_core.domain.consent import SHARED, Sharing
from focus_core.services import coaching, cohorts, profiles, sharing
from focus_core.services.coaching import Group, GroupWeek
from pages._ui import coach_panels
from pages._ui.panels import Panel
from tests.cohort_people import actor_of, code_of, join_all, make_members
from tests.factories import Person, make_person
from tests.pages.conftest import ROOT
from tests.pages.screens import open_screen, texts


@pytest.fixture
def coach(database: URL) -> Person:
    return make_person(role="coach")


def press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click().run()


def test_a_first_cohort_is_made_and_invites(
    open_page: Callable[..., AppTest], coach: Person
) -> None:
    page = open_page("coach", coach)
    page.text_input[0].set_value("Class *of* 2026")
    page.button[0].click().run()
    assert page.header[0].value == r"Class \*of\* 2026"
    [row] = cohorts.list_own(actor_of(coach))
    assert page.code[0].value.endswith(f"/sharing?join={row['invite_code']}")
    assert not page.exception


def test_the_page_shows_group_and_named_members(
    open_page: Callable[..., AppTest], cookie: Callable[[Person], str], coach: Person
) -> None:
    actor = actor_of(coach)
    cohort_id = cohorts.create(actor, "Class")
    quiet, named = make_members(5), make_members(1, [600] * 8 + [0] * 4)
    profiles.compute_user_profile(named[0].user_id)
    join_all(actor, cohort_id, quiet, Sharing.AGGREGATES)
    join_all(actor, cohort_id, named, Sharing.NAMED)
    page = open_page("coach", coach)
    written = texts(page)
    assert "6 people have joined; 1 of them share under their name." in written
    assert "of focus a person in the newest week" in written
    assert named[0].username not in written
    page.segmented_control[0].set_value("Newest full week").run()
    assert "By name (1 person)" in page.code[-1].value
    assert "By name (1 person)" in texts(page)
    page.segmented_control[0].set_value("Named members").run()
    written = texts(page)
    assert "1** dropped" in written
    assert not any(person.username in written for person in quiet)
    page.selectbox(key="coach_member").select(named[0].user_id).run()
    assert named[0].username in texts(page)
    page.text_area[0].set_value("Shall we talk?")
    press(page, "Send note")
    assert [note["body"] for note in sharing.list_notes(named[0].user_id)] == ["Shall we talk?"]
    assert "have agreed" not in texts(page)
    page.button(key=f"remove_{named[0].user_id}").click().run()
    assert "Nobody shares under their name" in texts(page)
    assert named[0].username not in texts(page)
    page.segmented_control[0].set_value("The group").run()
    assert "held back until Tuesday, " in page.info[0].value
    cookie(named[0])
    page = open_screen("sharing")
    assert f"{coach.username} removed you from Class" in texts(page)
    links = [link.label for link in page.get("page_link")]
    assert {"A note from your coach", "Your notes from coaches"} <= set(links)


def test_groups_and_members_of_one_name_can_be_told_apart_and_the_choice_outlives_a_reload(
    open_page: Callable[..., AppTest], coach: Person
) -> None:
    actor = actor_of(coach)
    first, second = cohorts.create(actor, "Class"), cohorts.create(actor, "Class")
    cohorts.create(actor, "Other")
    namesakes = [make_person(display_name="Ann") for _ in range(2)]
    join_all(actor, second, namesakes, Sharing.NAMED)
    page = open_page("coach", coach)
    labels = page.selectbox(key="coach_cohort").options
    assert len(set(labels)) == 3
    assert labels[1].startswith("Class (2 of 2, made ")
    assert labels[2] == "Other"
    assert page.selectbox(key="coach_cohort").value == first
    page.selectbox(key="coach_cohort").select(second).run()
    assert "2 people have joined" in texts(page)
    page.segmented_control[0].set_value("Named members").run()
    assert page.selectbox(key="coach_member").options == ["Ann (1 of 2)", "Ann (2 of 2)"]
    reloaded = AppTest.from_file(str(ROOT / "pages" / "coach.py"), default_timeout=15)
    reloaded.query_params["group"] = page.query_params["group"]
    reloaded.run()
    assert "2 people have joined" in texts(reloaded)
    assert reloaded.selectbox(key="coach_cohort").value == second


def test_charts_of_a_group_claim_no_more_than_they_show() -> None:
    def panels(*slots: float | None) -> list[Panel]:
        week = GroupWeek(date(2026, 11, 9), "shown", "5 to 9", 3.5, None, None, None)
        return coach_panels.group_panels(Group((week,), slots, "unknown", None))

    weeks, hours = panels(None, None, None, 40, 25, None, None, None)
    assert hours.title == "40 % of focus is between 09:00 and 12:00"  # 35 % may be in one other
    assert panels(None, None, None, 70, 25, None, None, None)[1].title.startswith("Most focus")
    assert panels(0, 0, 0, 30, 25, 20, 25, 0)[1].title.startswith("Most focus")
    [bar] = weeks.figure.data
    assert (bar.x[0], bar.offset, bar.width) == (date(2026, 11, 9), 0, 6 * 86_400_000)


def test_below_five_it_says_why_there_is_nothing(
    open_page: Callable[..., AppTest], coach: Person
) -> None:
    actor = actor_of(coach)
    join_all(actor, cohorts.create(actor, "Class"), make_members(4), Sharing.AGGREGATES)
    written = texts(open_page("coach", coach))
    assert "No figures yet" in written
    assert "cohort" not in written.lower()


def test_who_has_just_come_is_not_called_inactive(
    open_page: Callable[..., AppTest], coach: Person, person: Person
) -> None:
    actor = actor_of(coach)
    cohort_id = cohorts.create(actor, "Class")
    join_all(actor, cohort_id, [person, *make_members(1)], Sharing.NAMED)
    page = open_page("coach", coach)
    page.segmented_control[0].set_value("Named members").run()
    assert "no sessions yet" in list(page.table[0].value["Note"])
    page.segmented_control[0].set_value("Newest full week").run()
    written = texts(page)
    assert "By name (1 person)" in written
    assert f"not here yet in that week: {person.username}." in written


def test_the_coachs_page_is_for_coaches(open_page: Callable[..., AppTest], person: Person) -> None:
    assert "may not do this" in open_page("coach", person).error[0].value


def test_joining_choosing_and_leaving(
    open_page: Callable[..., AppTest], coach: Person, person: Person
) -> None:
    actor = actor_of(coach)
    cohort_id = cohorts.create(actor, "Class")
    page = open_page("sharing", person)
    assert "You share nothing" in texts(page)
    page.text_input(key="sharing_code").set_value(code_of(actor, cohort_id).lower())
    press(page, "Find the group")
    assert "Class" in texts(page)
    page.radio(key="join_sharing").set_value(Sharing.NAMED).run()
    press(page, "Join")
    assert [member.name for member in coaching.list_members(actor, cohort_id)] == [person.username]
    page.run()
    page.radio(key=f"{cohort_id}_sharing").set_value(Sharing.AGGREGATES).run()
    page.button(key=f"save_{cohort_id}").click().run()
    assert coaching.list_members(actor, cohort_id) == []
    assert "your weeks, by name" in list(page.table[0].value["What"])
    page.button(key=f"leave_{cohort_id}").click().run()
    assert cohorts.memberships(person.user_id) == []


def test_the_preview_names_all_that_would_be_shared(
    open_page: Callable[..., AppTest], database: URL
) -> None:
    [person] = make_members(1)
    profiles.compute_user_profile(person.user_id)
    page = open_page("sharing", person)
    written = texts(page)
    for shared in SHARED.values():
        assert all(words in written for words in shared.values())
    assert "above your average" in written or "not sure yet" in written
    assert {metric.label for metric in page.metric} >= {"Success", "Sessions that count"}


def test_newer_words_hold_once_they_are_saved(
    open_page: Callable[..., AppTest], coach: Person
) -> None:
    actor, [person] = actor_of(coach), make_members(1)
    profiles.compute_user_profile(person.user_id)
    cohort_id = cohorts.create(actor, "Class")
    join_all(actor, cohort_id, [person], Sharing.NAMED)
    with open_for(person.user_id) as transaction:
        older = insert(consents).values(purpose="coach_named", cohort_id=cohort_id, granted=True)
        transaction.execute(older.values(user_id=person.user_id, wording_version="2026-11"))
    page = open_page("coach", coach)
    page.segmented_control[0].set_value("Named members").run()
    page.selectbox(key="coach_member").select(person.user_id).run()
    assert "they have not agreed to share" in texts(page)
    page = open_page("sharing", person)
    assert "newer than those you agreed to" in texts(page)
    page.button(key=f"save_{cohort_id}").click().run()
    assert "newer than those you agreed to" not in texts(page)
    assert coaching.get_profile(actor, cohort_id, person.user_id)["success"] == 1


def test_a_wrong_code_is_told(open_page: Callable[..., AppTest], person: Person) -> None:
    page = open_page("sharing", person)
    page.text_input(key="sharing_code").set_value("nothing")
    press(page, "Find the group")
    assert "leads to no group" in page.error[0].value
