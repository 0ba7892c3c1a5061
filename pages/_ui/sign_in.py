"""The screens of somebody who isn't signed in: sign in, sign up, choose a new password."""

from __future__ import annotations

from typing import Any

import streamlit as st

from focus_core.domain.errors import InvalidInput, LinkExpired, SignInRefused
from focus_core.services import accounts, installation, invitations, sign_in
from pages._ui import errors, reach, reset, timezones
from pages._ui.browser import BROWSER_COOKIE
from pages._ui.cookie_exchange import load_anew, trade_ticket

_TICKET = "ticket"
_CREATING = "sign_in_creating"
_SIGNED_IN = "signed_in_before"
_BY_INVITATION = (
    "Accounts are made by invitation here. Ask the person who runs this Focus for a link."
)


def _kept() -> dict[str, str]:
    """What outlives a run that the next click takes over from.

    A run stops where it next writes to the session's state, which would be too late for a ticket
    just made. So whoever will have one asks for this before the work.
    """
    kept: dict[str, str] = st.session_state.setdefault("sign_in_kept", {})
    return kept


def note_signed_in() -> None:
    """Somebody is at this page; should their sign-in end, the next one begins on a new page."""
    if _SIGNED_IN not in st.session_state:
        st.session_state[_SIGNED_IN] = True


def show() -> None:
    """One screen for whoever is at the page; ends with a reload once they are signed in."""
    st.set_page_config(layout="centered")  # whatever the screen before was
    browser = st.context.cookies.get(BROWSER_COOKIE)
    st.title("Focus")
    if _SIGNED_IN in st.session_state and "reset" not in st.query_params:
        st.write("You are signed out.")
        load_anew()  # of the menu, Streamlit would keep the empty place
    elif not browser:
        st.warning("Focus needs cookies to know you. Allow them for this address and reload.")
    elif _TICKET in _kept():
        _finish()
    elif token := st.query_params.get("reset"):
        reset.show(token)
    elif st.session_state.setdefault(_CREATING, "invite" in st.query_params or accounts.is_empty()):
        _sign_up(browser)
    else:
        _sign_in(browser)
    reach.say_when_lost()


def _sign_in(browser: str) -> None:
    widget = _login_widget(browser)
    widget.login(
        fields={
            "Form name": "Sign in",
            "Username": "User name",
            "Password": "Password",
            "Login": "Sign in",
        },
        key="sign_in",
    )
    if _TICKET in _kept():
        st.rerun()
    if installation.sign_up_is_open() or "invite" in st.query_params:
        st.button("Create an account", type="tertiary", on_click=_switch, args=(True,))
    else:
        st.caption(f"No account yet? {_BY_INVITATION}")
    with st.expander("Forgotten your password?"):
        st.write(
            "Ask the person who runs this Focus for a link to choose a new one. They find it under"
            " People, or run `python -m focus_core reset-link NAME` on its machine."
        )


def _sign_up(browser: str) -> None:
    invitation = st.query_params.get("invite", "")
    if accounts.is_empty():
        st.info("You are the first here, so your account will be the administrator.")
    elif not (installation.sign_up_is_open() or invitations.is_good(invitation)):
        why = "This invitation was used or has run out. " if invitation else ""
        st.info(f"{why}{_BY_INVITATION}")
        st.button("I have an account", type="tertiary", on_click=_switch, args=(False,))
        return
    with st.form("sign_up", enter_to_submit=True):
        st.subheader("Create an account")
        username = st.text_input("User name", autocomplete="username", max_chars=64)
        password = st.text_input(
            "Password",
            type="password",
            autocomplete="new-password",
            help="12 characters or more. A few unrelated words in a row make a good one.",
        )
        zone = timezones.choose("Your time zone", st.context.timezone, key="sign_up_zone")
        pressed = st.form_submit_button("Create account", type="primary")
    if pressed:
        kept = _kept()
        with errors.told():
            kept[_TICKET] = _ticket_of_new_account(username, password, zone, browser, invitation)
            st.query_params.pop("invite", None)
            st.rerun()
    if accounts.is_any():  # also beside the first one: a demonstration person has an account
        st.button("I have an account", type="tertiary", on_click=_switch, args=(False,))


def _ticket_of_new_account(
    username: str, password: str, zone: str, browser: str, invitation: str
) -> str:
    """A second click starts a run beside the first and takes over from it: that one made the
    account and can't go on. So whoever has the password of a name that is taken is signed in.
    """
    address = st.context.ip_address or ""
    try:
        return accounts.sign_up(
            username,
            username,
            password,
            zone,
            address=address,
            browser=browser,
            invitation=invitation,
        ).ticket
    except (InvalidInput, LinkExpired) as refusal:
        if isinstance(refusal, InvalidInput) and refusal.field != "username":
            raise
        try:
            return sign_in.sign_in(username, password, address=address, browser=browser)
        except SignInRefused:
            raise refusal from None


def _finish() -> None:
    st.write("Signing you in…")
    kept = _kept()
    if not trade_ticket(kept[_TICKET]):
        del kept[_TICKET]
        st.error("The sign-in could not be completed. Please sign in again.")
        st.session_state[_CREATING] = False
        st.button("Sign in again", type="primary")


def _switch(creating: bool) -> None:
    st.session_state[_CREATING] = creating


def _login_widget(browser: str) -> Any:
    """streamlit-authenticator's form over our own sign-in.

    Its cookie and its credentials file are left out: its constructor would set a cookie that
    scripts can read, and its model holds every account in memory.
    """
    import streamlit_authenticator as stauth
    from streamlit_authenticator.controllers import AuthenticationController

    class OneAttempt(AuthenticationController):  # type: ignore[misc]
        def __init__(self) -> None:
            pass

        def login(self, username: str = "", password: str = "", *_: Any, **__: Any) -> bool:
            kept = _kept()
            try:
                kept[_TICKET] = sign_in.sign_in(
                    username,
                    password,
                    address=st.context.ip_address or "",
                    browser=browser,
                )
            except SignInRefused as refusal:
                errors.tell(refusal)
                return False
            return True

    class OurCookie:
        def get_cookie(self) -> None:
            return None

        def set_cookie(self) -> None:
            """The ticket is traded for it when the run is over."""

    class LoginWidget(stauth.Authenticate):  # type: ignore[misc]
        def __init__(self) -> None:
            self.attrs = {"login_sleep_time": 0}
            self.path = None
            self.cookie_controller = OurCookie()
            self.authentication_controller = OneAttempt()

    return LoginWidget()
