"""Pages without a browser: Streamlit's AppTest, signed in through the real gate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import URL
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from tests.factories import Person
from tests.sign_ins import cookie_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session", autouse=True)
def components_looked_for_once() -> Iterator[None]:
    """Each run of an AppTest reads about every installed package whether it brings components for
    Streamlit, which takes longer than our pages. A server does that once, and so do we."""
    with pytest.MonkeyPatch.context() as patched:
        found = cache(manifest_scanner.scan_component_manifests)
        patched.setattr(manifest_scanner, "scan_component_manifests", found)
        yield


@pytest.fixture
def cookie(database: URL, monkeypatch: pytest.MonkeyPatch) -> Callable[[Person | None], str | None]:
    """Puts this person's cookie, or nobody's, in the browser whose pages are opened next.

    AppTest has no browser, so the one function that reads the connection is replaced; whose cookie
    it is, and whether it is still good, the gate finds out as ever.
    """

    def use(person: Person | None) -> str | None:
        token = cookie_of(person) if person else None
        monkeypatch.setattr("pages._ui.gate.session_token", lambda: token)
        return token

    return use


@pytest.fixture
def open_page(cookie: Callable[[Person | None], str | None]) -> Callable[..., AppTest]:
    """Opens `pages/<name>.py` as a person: `open_page("history", person)`."""

    def open_as(name: str, person: Person | None, timeout: float = 15) -> AppTest:
        cookie(person)
        return AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=timeout).run()

    return open_as
