from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from focus_core.config import read_settings
from focus_core.domain.consent import Sharing
from focus_core.services import coaching, cohorts, retention, sharing
from tests.cohort_people import join_all, make_coach
from tests.factories import Person


def test_old_looks_go(
    admin_engine: Engine, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    coach = make_coach()
    cohort_id = cohorts.create(coach, "Class")
    join_all(coach, cohort_id, [person], Sharing.NAMED)
    coaching.list_members(coach, cohort_id)
    coaching.get_profile(coach, cohort_id, person.user_id)
    assert read_settings().keep_looks_days == 365
    with admin_engine.begin() as connection:
        connection.execute(
            text(
                "update looks set at = at - interval '366 days'"
                " where user_id = :id and what = 'list'"
            ),
            {"id": person.user_id},
        )
    assert retention.sweep()["looks"] >= 1
    assert [look["what"] for look in sharing.list_looks(person.user_id)] == ["profile"]
    monkeypatch.setenv("FOCUS_KEEP_LOOKS_DAYS", "0")
    retention.sweep()
    assert sharing.list_looks(person.user_id) == []
