from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from focus_core.services import api_access, personal_tokens, web_sessions
from tests.factories import Person, make_person
from tests.sign_ins import cookie_of


def page() -> None:
    from focus_core.services.personal_tokens import list_tokens
    from pages._ui import personal_tokens
    from pages._ui.gate import require_actor

    actor = require_actor()
    personal_tokens.show(actor, list_tokens(actor.user_id))


@pytest.fixture
def opened(cookie: Callable[[Person], str], person: Person) -> AppTest:
    cookie(person)
    return AppTest.from_function(page, default_timeout=15).run()


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def test_a_token_is_made_shown_once_and_revoked(opened: AppTest, person: Person) -> None:
    opened.text_input(key="token_name").set_value("My [planner](http://evil.example)")
    opened.selectbox(key="token_may").set_value("Read and change")
    press(opened, "Make a token")
    assert not opened.exception
    token = opened.code[0].value
    caller = api_access.identify(token)
    assert (caller.user_id, caller.scopes) == (person.user_id, {"read", "write"})
    listed = "".join(shown.value for shown in opened.markdown)
    assert "](http" not in listed
    assert "reads and changes" in listed
    opened.run()
    assert not opened.code
    press(opened, "Revoke")
    assert personal_tokens.list_tokens(person.user_id) == []


def test_a_token_without_a_name_is_refused_in_words(opened: AppTest, person: Person) -> None:
    press(opened, "Make a token")
    assert "name" in opened.error[0].value
    assert personal_tokens.list_tokens(person.user_id) == []


def test_nobody_sees_the_tokens_of_others(opened: AppTest, person: Person) -> None:
    other = make_person()
    personal_tokens.make_token(other.user_id, "Theirs", ["read"], 1)
    opened.run()
    assert "Theirs" not in "".join(shown.value for shown in opened.markdown)
    assert web_sessions.actor_for_cookie(cookie_of(other)) is not None
