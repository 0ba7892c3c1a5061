"""Who may open which page: every page, every kind of person."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from db.models import users
from db.session import open_for_sign_in
from focus_core.services import web_sessions
from tests import identities
from tests.factories import Person, make_person
from tests.identities import CONSENT, MEMBER, the_scene
from tests.pages.screens import everything, open_screen, texts
from tests.sign_ins import cookie_of

ROLES = ("user", "coach", "researcher", "admin")
EVERYBODY = frozenset(ROLES)
ADMINISTRATORS = frozenset({"admin"})
ACCESS = {
    "timer": EVERYBODY,
    "history": EVERYBODY,
    "profile": EVERYBODY,
    "insights": EVERYBODY,
    "scorecard": EVERYBODY,
    "sharing": EVERYBODY,
    "my_data": EVERYBODY,
    "settings": EVERYBODY,
    "coach": frozenset({"coach"}),
    "research": frozenset({"researcher"}),
    "people": ADMINISTRATORS,
    "administration": ADMINISTRATORS,
}
REFUSALS = ("may not do this", "This page is for researchers")
SHUT_OUT = ("nobody", "a made-up cookie", "who signed out", "a disabled person")


def test_every_page_is_declared() -> None:
    pages = Path(__file__).parents[2] / "pages"
    assert {path.stem for path in pages.glob("[a-z]*.py")} == set(ACCESS)


@pytest.mark.parametrize("identity", identities.ROLES)
@pytest.mark.parametrize("name", ACCESS)
def test_a_page_opens_for_those_it_is_for_and_tells_of_a_member_what_was_agreed_to(
    cookie: Callable[[Person | None], str | None], name: str, identity: str
) -> None:
    scene = the_scene()
    cookie(scene.people[identity])
    page = open_screen(name)
    allowed = identities.ROLES[identity] in ACCESS[name]
    assert any(refusal in texts(page) for refusal in REFUSALS) is not allowed
    shown = [everything(page)]
    if name == "coach" and allowed:
        shown.append(everything(page.segmented_control[0].set_value("Named members").run()))
    assert not page.exception
    assert "Focus" not in [title.value for title in page.title]
    if identity == MEMBER:
        return
    assert not [secret for secret in identities.SECRETS if secret in "".join(shown)]
    assert identities.NAME not in shown[0] or (name == "people" and allowed)
    if name == "coach" and allowed:
        assert (identities.NAME in shown[1]) is (identity == CONSENT)


def test_the_member_sees_what_is_kept_from_others(
    cookie: Callable[[Person | None], str | None],
) -> None:
    cookie(the_scene().member)
    shown = everything(open_screen("history")) + everything(open_screen("timer"))
    worked_on, _, to_do = identities.SECRETS
    assert worked_on in shown
    assert to_do in shown


@pytest.mark.parametrize("kind", SHUT_OUT)
@pytest.mark.parametrize("name", ACCESS)
def test_who_is_shut_out_sees_the_sign_in_screen(
    database: object, monkeypatch: pytest.MonkeyPatch, name: str, kind: str
) -> None:
    token = _cookie(make_person(role="admin"), kind)
    monkeypatch.setattr("pages._ui.gate.session_token", lambda: token)
    page: AppTest = open_screen(name)
    assert [title.value for title in page.title] == ["Focus"]
    assert not page.sidebar.markdown


def _cookie(person: Person, kind: str) -> str | None:
    if kind == "nobody":
        return None
    if kind == "a made-up cookie":
        return "x" * 43
    token = cookie_of(person)
    if kind == "who signed out":
        web_sessions.revoke_others(person.user_id, keep=None)
    else:
        with open_for_sign_in() as transaction:
            transaction.execute(
                update(users)
                .where(users.c.id == person.user_id)
                .values(disabled_at=transaction.now)
            )
    return token
