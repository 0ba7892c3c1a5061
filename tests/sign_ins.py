"""Signed-in browsers for tests, without the screens."""

from __future__ import annotations

from db.session import open_for_sign_in
from focus_core.services import sign_in, web_sessions
from tests.factories import Person


def cookie_of(person: Person, user_agent: str = "a test") -> str:
    """The cookie of a new sign-in of this person, got with a fresh ticket as browsers get it."""
    with open_for_sign_in() as transaction:
        ticket = sign_in.issue_ticket(transaction, person.user_id, "browser")
    return web_sessions.begin(ticket, "browser", user_agent=user_agent, address="")
