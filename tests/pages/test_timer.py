from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import streamlit as st
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from db.models import focus_sessions, users
from db.session import open_for
from focus_core.domain.actor import Actor
from focus_core.services import get_focus_session_service, timer
from pages._ui import timer_moves
from pages._ui.gate import require_actor
from tests.factories import Person, utc
from tests.pages.screens import open_screen, texts
from tests.time_travel import Clock

Open = Callable[..., AppTest]
service = get_focus_session_service()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stands at a Monday, 2 March 2026, 09:00 UTC (10:00 in Berlin)."""
    stopped = Clock(monkeypatch)
    stopped.set(utc(2026, 3, 2, 9))
    return stopped


def face(page: AppTest) -> dict[str, Any]:
    """What the clock was told to show."""
    assert not page.exception
    shown: list[dict[str, Any]] = json.loads(page.get("bidi_component")[0].proto.json)
    return shown[0]


def main(page: AppTest) -> Any:
    """The one primary button."""
    primary = [button for button in page.button if (button.key or "").startswith("main_")]
    assert len(primary) == 1
    return primary[0]


def by_label(page: AppTest, label: str) -> Any:
    return next(button for button in page.button if button.label == label)


def said(page: AppTest, word: str) -> AppTest:
    """The page after the clock has said a word."""
    page.session_state["timer_screen"].asked.append((word, {}))
    return page.run()


def prefer(person: Person, **columns: Any) -> None:
    with open_for(person.user_id) as transaction:
        transaction.execute(update(users).where(users.c.id == person.user_id).values(columns))


def begun(person: Person, minutes_ago: float, **columns: Any) -> None:
    """Move the running session's start into the past."""
    with open_for(person.user_id) as transaction:
        start = transaction.now - timedelta(minutes=minutes_ago)
        transaction.execute(
            update(focus_sessions)
            .where(focus_sessions.c.end_time.is_(None))
            .values(start_time=start, actual_start_time=start, last_seen_at=start, **columns)
        )


def test_one_click_to_a_running_pomodoro(open_page: Open, person: Person) -> None:
    page = open_page("timer", person)
    assert (face(page)["state"], face(page)["frozen_s"]) == ("idle", 25 * 60)
    assert face(page)["cycle"]["words"] == "Cycle 1 of 4"
    assert main(page).label == "Start"
    main(page).click().run()
    shown = face(page)
    assert shown["state"] == "running"
    assert 0 <= shown["server_now_ms"] + 25 * 60_000 - shown["deadline_ms"] < 5_000
    assert shown["plan_ms"] == 25 * 60_000
    assert main(page).label == "Pause"


def test_pause_and_resume(open_page: Open, person: Person) -> None:
    page = open_page("timer", person)
    main(page).click().run()
    begun(person, 10)
    main(page).click().run()
    shown = face(page)
    assert (shown["state"], shown["deadline_ms"]) == ("paused", None)
    assert shown["frozen_s"] == pytest.approx(15 * 60, abs=3)
    assert shown["part"] == pytest.approx(0.4, abs=0.01)
    assert main(page).label == "Resume"
    main(page).click().run()
    assert face(page)["state"] == "running"


def test_a_picked_task_is_not_made_again(open_page: Open, person: Person) -> None:
    service.start_session(person.user_id, task="Essay", course="History")
    first = service.get_active_session(person.user_id)
    assert first is not None
    service.end_session(first["id"], person.user_id, focus_score=3)
    page = open_page("timer", person)
    assert page.selectbox(key="timer_task").options == ["Essay (History)"]
    page.selectbox(key="timer_task").set_value("Essay (History)")
    main(page).click().run()
    second = service.get_active_session(person.user_id)
    assert second is not None
    assert (second["task_id"], second["course_id"]) == (first["task_id"], first["course_id"])


def test_flowtime_counts_up(open_page: Open, person: Person) -> None:
    page = open_page("timer", person)
    page.segmented_control(key="timer_kind").set_value("flowtime").run()
    page.number_input(key="timer_estimate").set_value(45)
    main(page).click().run()
    shown = face(page)
    assert (shown["deadline_ms"], shown["plan_ms"]) == (None, 45 * 60_000)
    assert shown["since_ms"] <= shown["server_now_ms"]
    assert shown["open_ended"]


def test_custom_minutes(open_page: Open, person: Person) -> None:
    page = open_page("timer", person)
    page.segmented_control(key="timer_kind").set_value("custom").run()
    page.number_input(key="timer_minutes").set_value(40).run()
    assert face(page)["frozen_s"] == 40 * 60
    main(page).click().run()
    assert face(page)["plan_ms"] == 40 * 60_000


def test_a_run_that_another_takes_over_from_leaves_it_what_was_asked(
    open_page: Open, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page("timer", person)
    taken_over: list[bool] = []

    def take_over_once() -> Actor:
        if not taken_over:
            taken_over.append(True)
            st.rerun()
        return require_actor()

    monkeypatch.setattr(timer_moves, "require_actor", take_over_once)
    main(page).click().run()
    assert taken_over
    assert service.get_active_session(person.user_id) is not None
    assert face(page)["state"] == "running"


def test_what_was_asked_just_before_the_page_was_left_is_carried_out_on_the_next(
    cookie: Callable[[Person], str], person: Person
) -> None:
    cookie(person)
    page = open_screen("timer")
    page.session_state["timer_screen"].asked.append(("start", {"session_type": "flowtime"}))
    page.switch_page("../history.py").run()
    assert service.get_active_session(person.user_id) is not None
    assert "running" in texts(page)

    page.switch_page("../timer.py").run()
    page.session_state["timer_screen"].asked.append(("start", {"session_type": "flowtime"}))
    page.switch_page("../history.py").run()
    assert [toast.icon for toast in page.toast] == [":material/error:"]
    assert page.session_state["timer_screen"].asked == []


def test_a_new_visit_begins_as_the_last_session_did(open_page: Open, person: Person) -> None:
    started = service.start_session(person.user_id, 40, session_type="custom")
    service.end_session(started["id"], person.user_id, focus_score=3)
    page = open_page("timer", person)
    assert page.segmented_control(key="timer_kind").value == "custom"
    main(page).click().run()
    assert face(page)["plan_ms"] == 40 * 60_000


def test_one_minute_is_one(open_page: Open, person: Person) -> None:
    page = open_page("timer", person)
    page.segmented_control(key="timer_kind").set_value("custom").run()
    page.number_input(key="timer_minutes").set_value(1).run()
    assert face(page)["label"] == "1 minute"
    main(page).click().run()
    assert face(page)["label"] == "1 minute"


@pytest.mark.parametrize(
    ("kind", "field"), [("custom", "timer_minutes"), ("flowtime", "timer_estimate")]
)
@pytest.mark.parametrize("minutes", [9_999_999, 1_441, 0, -3])
def test_a_length_that_can_not_be_starts_nothing_and_says_why(
    open_page: Open, person: Person, kind: str, field: str, minutes: int
) -> None:
    page = open_page("timer", person)
    page.segmented_control(key="timer_kind").set_value(kind).run()
    page.number_input(key=field).set_value(minutes).run()
    main(page).click().run()
    assert "planned length must be a whole number from 1 to 1,440" in page.error[0].value
    assert page.number_input(key=field).value == minutes
    assert service.get_active_session(person.user_id) is None


def test_too_long_a_text_says_so_and_loses_nothing(open_page: Open, person: Person) -> None:
    page = open_page("timer", person)
    page.text_area(key="timer_context").set_value("x" * 2_001)
    main(page).click().run()
    assert "2,001 characters long" in page.error[0].value
    assert page.text_area(key="timer_context").value == "x" * 2_001
    assert service.get_active_session(person.user_id) is None
    page.text_area(key="timer_context").set_value("short")
    main(page).click().run()
    assert not page.error
    assert face(page)["state"] == "running"


def test_no_tooltip_lies_over_the_buttons_of_a_session(open_page: Open, person: Person) -> None:
    page = open_page("timer", person)
    main(page).click().run()
    shown = [button for button in page.button if (button.key or "").startswith(("main_", "clock_"))]
    assert len(shown) == 4
    assert not [button.label for button in shown if button.help]


def test_a_second_start_shows_the_running_session(open_page: Open, person: Person) -> None:
    page = open_page("timer", person)
    service.start_session(person.user_id, task="From the other tab")
    main(page).click().run()
    assert face(page)["subject"] == "From the other tab"
    assert "already running" in page.error[0].value


def test_a_move_of_another_page_shows(open_page: Open, person: Person) -> None:
    page = open_page("timer", person)
    session = service.start_session(person.user_id)
    said(page, "sync")
    assert face(page)["state"] == "running"
    service.pause_session(person.user_id, session["id"])
    said(page, "sync")
    assert face(page)["state"] == "paused"


def test_pausing_what_ended_elsewhere_says_so(open_page: Open, person: Person) -> None:
    page = open_page("timer", person)
    main(page).click().run()
    session = service.get_active_session(person.user_id)
    assert session is not None
    service.end_session(session["id"], person.user_id, focus_score=3)
    main(page).click().run()
    assert "isn't running any more" in page.error[0].value
    assert face(page)["state"] == "idle"


def test_interruption_with_a_reason(open_page: Open, person: Person) -> None:
    page = open_page("timer", person)
    main(page).click().run()
    page.button(key="clock_interruption").click().run()
    session = service.get_active_session(person.user_id)
    assert session is not None
    assert session["interruption_count"] == 1
    page = open_page("timer", person)  # as after a reload
    key = f"{session['id']}_1"
    page.segmented_control(key=f"cause_{key}").set_value("external")
    page.text_input(key=f"reason_{key}").set_value("phone")
    by_label(page, "Save").click().run()
    event = service.get_session(person.user_id, session["id"])["events"][-1]
    assert (event["event_type"], event["reason"], event["reason_kind"]) == (
        "interruption",
        "phone",
        "external",
    )
    assert face(page)["state"] == "running"
    assert not [field for field in page.text_input if field.label == "In a few words"]


def test_finish_rate_and_go_on(open_page: Open, person: Person) -> None:
    page = open_page("timer", person)
    main(page).click().run()
    begun(person, 20)
    page.button(key="clock_finish").click().run()
    assert face(page)["state"] == "done"
    assert main(page).label == "Start 5 min break"
    session = service.get_user_sessions(person.user_id)[0]
    assert not session["was_completed"]
    page.segmented_control(key=f"score_{session['id']}").set_value(4)
    page.text_area(key=f"notes_{session['id']}").set_value("done early")
    page.toggle(key=f"completed_{session['id']}").set_value(True)
    page.button(key=f"save_{session['id']}").click().run()
    session = service.get_session(person.user_id, session["id"])
    assert (session["focus_score"], session["session_notes"], session["was_completed"]) == (
        4,
        "done early",
        True,
    )
    assert face(page)["state"] == "done", "the break is still on offer"
    main(page).click().run()
    assert face(page)["state"] == "break"
    assert main(page).label == "Start next session"
    main(page).click().run()
    assert face(page)["state"] == "running"


def test_a_rating_out_of_bounds_keeps_the_note(open_page: Open, person: Person) -> None:
    page = open_page("timer", person)
    main(page).click().run()
    page.button(key="clock_finish").click().run()
    session = service.get_user_sessions(person.user_id)[0]
    page.text_area(key=f"notes_{session['id']}").set_value("n" * 10_001)
    page.button(key=f"save_{session['id']}").click().run()
    assert "10,001 characters long" in page.error[0].value
    assert len(page.text_area(key=f"notes_{session['id']}").value) == 10_001


def test_rating_and_break_can_be_passed_over(open_page: Open, person: Person) -> None:
    page = open_page("timer", person)
    main(page).click().run()
    page.button(key="clock_finish").click().run()
    session = service.get_user_sessions(person.user_id)[0]
    page.button(key=f"skip_{session['id']}").click().run()
    by_label(page, "No break").click().run()
    assert face(page)["state"] == "idle"
    assert timer.get_timer(person.user_id)["unconfirmed"] is None


def test_no_break_holds_in_every_tab_and_after_a_reload(open_page: Open, person: Person) -> None:
    page, other = open_page("timer", person), open_page("timer", person)
    main(page).click().run()
    page.button(key="clock_finish").click().run()
    said(other, "sync")
    assert face(other)["state"] == "done"
    by_label(page, "No break").click().run()
    said(other, "sync")
    for each in (page, other, open_page("timer", person)):
        assert face(each)["state"] == "idle"
        assert [toggle for toggle in each.toggle if toggle.label == "Completed"], "still asked"


def test_a_page_opened_anew_goes_on_with_the_same_task(
    open_page: Open, person: Person, clock: Clock
) -> None:
    service.start_session(person.user_id, task="Essay", course="Latin")
    page = open_page("timer", person)
    page.button(key="clock_finish").click().run()
    by_label(page, "No break").click().run()
    assert page.selectbox(key="timer_task").value == "Essay (Latin)"
    clock.forward(minutes=5)
    main(page).click().run()
    titles = [each["task_title"] for each in service.get_user_sessions(person.user_id)]
    assert titles == ["Essay", "Essay"]
    page.button(key="clock_finish").click().run()
    clock.forward(hours=4, minutes=10)
    assert open_page("timer", person).selectbox(key="timer_task").value is None


def test_abandon_asks_nothing_more(open_page: Open, person: Person) -> None:
    page = open_page("timer", person)
    main(page).click().run()
    page.button(key="clock_abandon").click().run()
    assert face(page)["state"] == "idle"
    session = service.get_user_sessions(person.user_id)[0]
    assert (session["was_completed"], session["ended_by"]) == (False, "user")
    assert not [toggle for toggle in page.toggle if toggle.label == "Completed"]


def test_the_break_starts_by_itself_when_the_page_saw_the_end(
    open_page: Open, person: Person, clock: Clock
) -> None:
    page = open_page("timer", person)
    main(page).click().run()
    clock.forward(minutes=25, seconds=6)
    said(page, "due")
    assert face(page)["state"] == "break"
    assert face(page)["cycle"]["words"] == "1 of 4 done"
    assert service.get_user_sessions(person.user_id)[0]["ended_by"] == "timer"
    assert [toggle for toggle in page.toggle if toggle.label == "Completed"]


def test_the_break_starts_by_itself_whoever_noticed_the_end_first(
    open_page: Open, person: Person, clock: Clock
) -> None:
    page = open_page("timer", person)
    main(page).click().run()
    clock.forward(minutes=25, seconds=1)
    assert timer.get_timer(person.user_id)["unconfirmed"]  # as when the scheduler ends it
    said(page, "sync")
    assert face(page)["state"] == "break"
    timer.end_break(person.user_id)
    said(page, "sync")
    assert face(page)["state"] == "idle"


@pytest.mark.parametrize(("minutes", "automatic"), [(40, True), (25.1, False)])
def test_the_break_waits(open_page: Open, person: Person, minutes: float, automatic: bool) -> None:
    prefer(person, auto_start_breaks=automatic)
    page = open_page("timer", person)
    main(page).click().run()
    begun(person, minutes)
    said(page, "due")
    assert face(page)["state"] == "done"
    assert timer.get_timer(person.user_id)["break"] is None


def test_no_break_for_a_page_opened_after_the_end(open_page: Open, person: Person) -> None:
    service.start_session(person.user_id)
    begun(person, 25.1)
    page = open_page("timer", person)
    assert face(page)["state"] == "done"
    assert timer.get_timer(person.user_id)["break"] is None


def test_the_fourth_earns_a_long_break(open_page: Open, person: Person, clock: Clock) -> None:
    for hour in range(6, 9):
        service.add_session(
            person.user_id, utc(2026, 3, 2, hour), utc(2026, 3, 2, hour, 25),
            session_type="pomodoro",
        )  # fmt: skip
    page = open_page("timer", person)
    assert face(page)["cycle"]["words"] == "Cycle 4 of 4"
    main(page).click().run()
    clock.forward(minutes=25)
    said(page, "due")
    assert face(page)["plan_ms"] == 15 * 60_000
    assert face(page)["cycle"] == {"words": "4 of 4 done", "done": 4, "now": False, "of": 4}
    clock.forward(minutes=15)
    said(page, "due")
    assert face(page)["state"] == "idle"
    assert face(page)["cycle"]["words"] == "Cycle 1 of 4"


def test_overtime_goes_on(open_page: Open, person: Person) -> None:
    prefer(person, overtime=True)
    page = open_page("timer", person)
    main(page).click().run()
    begun(person, 28)
    said(page, "due")
    shown = face(page)
    assert shown["goes_on"]
    assert shown["server_now_ms"] - shown["deadline_ms"] == pytest.approx(180_000, abs=5_000)
    assert "Overtime" in shown["overtime"]["label"]
    main(page).click().run()
    assert face(page)["frozen_s"] == pytest.approx(-180, abs=5)


def test_a_sign_of_life_keeps_an_open_session(
    open_page: Open, person: Person, clock: Clock
) -> None:
    service.start_session(person.user_id, session_type="flowtime")
    page = open_page("timer", person)
    for _ in range(3):
        clock.forward(hours=3)
        said(page, "alive")
    assert face(page)["state"] == "running"


def test_a_forgotten_session_is_shown_to_be_corrected(
    cookie: Callable[[Person], str], person: Person, clock: Clock
) -> None:
    service.start_session(person.user_id, session_type="flowtime")
    clock.forward(hours=5)
    cookie(person)
    page = AppTest.from_file("../../pages/_ui/shell.py", default_timeout=15).run()
    assert any("was left open" in text.value for text in page.markdown)
    assert page.get("page_link")[0].proto.label == "Correct it"
    assert face(page)["state"] == "idle"
    by_label(page, "Leave it as it is").click().run()
    assert not any("was left open" in text.value for text in page.markdown)


def test_nobody_sees_the_timer_signed_out(open_page: Open) -> None:
    page = open_page("timer", None)
    assert not page.get("bidi_component") or "deadline_ms" not in str(page.get("bidi_component"))
    assert not [button for button in page.button if button.label == "Start"]


def test_the_first_screen_loads_nothing_heavy() -> None:
    program = (
        "import sys, streamlit; before = set(sys.modules);"
        "import pages._ui.timer_forms, pages._ui.plan_panel, pages._ui.errors, pages._ui.gate;"
        "heavy = {'pandas', 'plotly', 'sklearn', 'scipy', 'numpy'} & (set(sys.modules) - before);"
        "print(*heavy)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert run.stdout.strip() == ""


def test_drawing_the_first_screen_looks_for_no_data_frame(
    open_page: Open, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load_pandas(_: object) -> None:
        raise AssertionError("pandas takes a third of a second and 70 MB")

    monkeypatch.setattr("streamlit.dataframe_util.determine_data_format", load_pandas)
    page = open_page("timer", person)
    main(page).click().run()
    assert face(page)["state"] == "running"


def test_words_about_the_last_session_are_kept_when_the_next_one_starts(
    open_page: Open, person: Person
) -> None:
    page = open_page("timer", person)
    page.button(key="main_Start").click().run()
    session = service.get_active_session(person.user_id)
    assert session is not None
    page.button(key="clock_finish").click().run()
    page.text_area(key=f"notes_{session['id']}").set_value("typed and not saved").run()
    next(button for button in page.button if button.label == "No break").click().run()
    page.button(key="main_Start").click().run()
    assert service.get_session(person.user_id, session["id"])["session_notes"] == (
        "typed and not saved"
    )
