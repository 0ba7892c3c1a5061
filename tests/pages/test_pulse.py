"""The small question that open pages ask: is the timer still what the page shows?"""

from __future__ import annotations

from uuid import uuid4

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from focus_core.api.events import Streams
from focus_core.domain.errors import DatabaseUnavailable
from focus_core.services import get_focus_session_service, tabs, timer, web_sessions
from pages._ui.browser import SESSION_COOKIE
from pages._ui.routes import routes
from tests.factories import Person, make_person
from tests.sign_ins import cookie_of

service = get_focus_session_service()


@pytest.fixture
def browser(person: Person) -> TestClient:
    cookies = {SESSION_COOKIE: cookie_of(person)}
    return TestClient(Starlette(routes=routes(secure=False, streams=Streams())), cookies=cookies)


def test_every_move_of_the_timer_changes_the_version(browser: TestClient, person: Person) -> None:
    seen = [browser.get("/pulse").json()["version"]]

    def expect_change() -> None:
        version = browser.get("/pulse").json()["version"]
        assert version not in seen
        assert version == timer.get_timer(person.user_id)["version"]
        seen.append(version)

    session = service.start_session(person.user_id)["id"]
    expect_change()
    service.pause_session(person.user_id, session)
    expect_change()
    service.resume_session(person.user_id, session)
    expect_change()
    service.add_interruption(person.user_id, session)
    expect_change()
    service.end_session(session, person.user_id)
    expect_change()
    timer.start_break(person.user_id, session)
    expect_change()
    timer.end_break(person.user_id)
    expect_change()
    service.update_session(person.user_id, session)
    expect_change()
    assert browser.get("/pulse").json()["version"] == seen[-1], "looking changes nothing"


def test_signed_out(browser: TestClient) -> None:
    browser.cookies.clear()
    assert browser.get("/pulse").status_code == 401
    assert browser.post(f"/pulse/tab/hidden?session={uuid4()}").status_code == 401


def test_a_tab_that_is_hidden_or_shown_is_kept_with_the_running_session(
    browser: TestClient, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = service.start_session(person.user_id)["id"]
    version = timer.get_timer(person.user_id)["version"]

    def tell(*seen: str, about: object = session) -> list[str]:
        for word in seen:
            assert browser.post(f"/pulse/tab/{word}?session={about}").status_code == 204
        return [
            each["event_type"] for each in service.get_session(person.user_id, session)["events"]
        ]

    assert tell("shown") == [], "it began in sight"
    assert tell("hidden", "hidden", "shown", "shown") == ["hidden", "shown"]
    assert timer.get_timer(person.user_id)["version"] == version, "no page has to look again"
    theirs = make_person().user_id
    assert tell("hidden", about=service.start_session(theirs)["id"]) == ["hidden", "shown"]
    assert tell("hidden", about=uuid4()) == ["hidden", "shown"]
    for address in ("/pulse/tab/hidden", "/pulse/tab/hidden?session=1", "/pulse/tab/closed"):
        assert browser.post(address).status_code == 404
    monkeypatch.setattr(tabs, "MOST_KEPT", 3)
    assert tell("hidden", "shown", "hidden") == ["hidden", "shown", "hidden"], "no more than that"
    service.end_session(session, person.user_id)
    monkeypatch.setattr(tabs, "MOST_KEPT", 9)
    assert tell("shown") == ["hidden", "shown", "hidden"], "it has ended"


def test_database_away(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_token: str) -> None:
        raise DatabaseUnavailable

    monkeypatch.setattr(web_sessions, "actor_for_cookie", away)
    assert browser.get("/pulse").status_code == 503
    assert browser.post(f"/pulse/tab/hidden?session={uuid4()}").status_code == 503
