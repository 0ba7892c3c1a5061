"""How Focus counts, runs and sounds for a person, and where they are signed in."""

from __future__ import annotations

from typing import Any

import streamlit as st

from focus_core.services import accounts, web_sessions
from focus_core.services.person_settings import get_person_settings
from pages._ui import errors, personal_tokens, sound, timezones
from pages._ui.devices import describe
from pages._ui.gate import require_actor
from pages._ui.numbers import LEAST, MOST

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
SWITCH_TO = {False: "End the session", True: "Go on counting as overtime"}

actor = require_actor()
held = get_person_settings(actor.user_id)
account = held.account


def save(**columns: Any) -> None:
    with errors.told():
        accounts.update_settings(actor.user_id, **columns)
        st.toast("Saved.", icon=":material/check:")
        st.rerun()  # what is drawn above the form knows it too


def calendar() -> None:
    with st.form("calendar"):
        name = st.text_input("Your name", account["display_name"], max_chars=80)
        zone = timezones.choose("Time zone", account["timezone"], key="zone")
        left, right = st.columns(2)
        week_start = left.selectbox(
            "The week starts on", DAYS, index=account["week_start"] - 1, key="week_start"
        )
        day_start = right.time_input(
            "The day starts at",
            account["day_start"],
            step=1800,
            key="day_start",
            help="Work after midnight counts to the day before until this time. 04:00 is common.",
        )
        if st.form_submit_button("Save", type="primary"):
            save(
                display_name=name,
                timezone=zone,
                week_start=DAYS.index(week_start) + 1,
                day_start=day_start,
            )


def timer() -> None:
    with st.form("timer"):
        left, right = st.columns(2)
        numbers = {
            "work_minutes": left.number_input(
                "Work, minutes", LEAST, MOST, account["work_minutes"], key="work_minutes"
            ),
            "short_break_minutes": right.number_input(
                "Short break, minutes",
                LEAST,
                MOST,
                account["short_break_minutes"],
                key="short_break",
            ),
            "long_break_minutes": left.number_input(
                "Long break, minutes", LEAST, MOST, account["long_break_minutes"], key="long_break"
            ),
            "long_break_every": right.number_input(
                "Sessions until a long break",
                LEAST,
                MOST,
                account["long_break_every"],
                key="long_every",
            ),
        }
        overtime = st.radio(
            "When the time is up",
            list(SWITCH_TO),
            index=int(account["overtime"]),
            format_func=SWITCH_TO.__getitem__,
            key="overtime",
        )
        breaks = st.toggle(
            "Breaks start by themselves", account["auto_start_breaks"], key="auto_start_breaks"
        )
        if st.form_submit_button("Save", type="primary"):
            save(**numbers, overtime=overtime, auto_start_breaks=breaks)


def sounds() -> None:
    on = st.toggle("Play a sound when the time is up", account["sound"], key="sound")
    volume = st.slider(
        "Volume, percent", 0, 100, account["sound_volume_pct"], 5, key="volume", disabled=not on
    )
    notify = st.toggle(
        "Show a desktop notification too",
        account["notifications"],
        key="notifications",
        help="Your browser asks whether it may when you first press Start.",
    )
    with st.container(horizontal=True):
        if st.button("Save", type="primary", key="save_sounds"):
            save(sound=on, sound_volume_pct=volume, notifications=notify)
        if st.button("Test the sound", icon=":material/volume_up:", disabled=not on):
            st.session_state["chimes"] = st.session_state.get("chimes", 0) + 1
    if "chimes" in st.session_state:
        sound.play(volume, st.session_state["chimes"])


def password() -> None:
    with st.form("password", clear_on_submit=True):
        current = st.text_input(
            "Password now", type="password", autocomplete="current-password", key="current"
        )
        new = st.text_input(
            "New password",
            type="password",
            autocomplete="new-password",
            key="new",
            help="12 characters or more. A few unrelated words in a row make a good one.",
        )
        if st.form_submit_button("Change password", type="primary"):
            with errors.told():
                accounts.change_password(actor.user_id, current, new, keep=actor.web_session_id)
                st.success("Your password is changed. Your other devices are signed out.")


def devices() -> None:
    for device in held.devices:
        here = device["id"] == actor.web_session_id
        seen = device["last_seen_at"].astimezone(actor.timezone)
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(
                f"**{describe(device['user_agent'])}**  \n"
                + ("This device" if here else f"Last used {seen:%-d %b %Y, about %H:%M}"),
                width="stretch",
            )
            if not here and st.button("Sign out", key=f"out_{device['id']}"):
                with errors.told():
                    web_sessions.revoke(actor.user_id, device["id"])
                st.rerun()
    if len(held.devices) > 1 and st.button("Sign out everywhere else"):
        web_sessions.revoke_others(actor.user_id, actor.web_session_id)
        st.rerun()


st.title("Settings")
calendar_tab, timer_tab, sound_tab, sign_in_tab, programs_tab, account_tab = st.tabs(
    ["You", "Timer", "Sound", "Sign-in", "Programs", "Account"]
)
with calendar_tab:
    calendar()
with timer_tab:
    timer()
with sound_tab:
    sounds()
with sign_in_tab:
    st.subheader("Password")
    password()
    st.subheader("Where you are signed in")
    devices()
with programs_tab:
    st.subheader("Programs that use Focus in your name")
    personal_tokens.show(actor, held.tokens)
with account_tab:
    st.subheader("Your data, and leaving")
    st.write(
        "Under **My data**, in the menu, you see everything that is held about you, take it away,"
        " and erase it together with your account."
    )
