from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from focus_core.services.planner import underestimation_factor
from tests.api.conftest import Tokens
from tests.factories import Person, add_session, utc

FEED = "/api/v1/planner-feed"


def test_a_planner_learns_to_add_a_buffer(
    client: TestClient, person: Person, signed_in: Tokens
) -> None:
    me = signed_in(person)
    assert client.get(FEED, headers=me).status_code == 404
    for day in (2, 3, 4):
        add_session(person, utc(2026, 3, day, 9), minutes=45, expected_duration=40)
    answer = client.get(FEED, headers=me)
    feed = answer.json()
    assert feed["typical_focus_duration"] == 45
    assert feed["peak_hours"] == [10]
    assert feed["underestimation_factor"] == 1.125
    assert feed["n"] == 3
    again = client.get(FEED, headers={**me, "If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("pct", "factor"), [(-12.5, 1.125), (0, 1), (25, 0.75), (-999.99, 10.9999), (None, None)]
)
def test_the_factor_has_the_right_sign(pct: float | None, factor: float | None) -> None:
    assert underestimation_factor(pct) == factor
