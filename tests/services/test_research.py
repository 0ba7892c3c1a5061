"""Releases through the service: who is in them, who may make them, who can tell whom."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

import pandas as pd
import pytest
from sqlalchemy import URL, Engine, create_engine, insert, text
from sqlalchemy.exc import ProgrammingError

from db.models import consents
from db.session import open_for, open_for_research
from focus_core.domain.actor import Actor
from focus_core.domain.errors import InvalidInput, NotAllowed, NotFound, ReleaseRefused
from focus_core.research.files import Format
from focus_core.research.ladder import Tier
from focus_core.services import my_data, research, web_sessions
from tests.factories import make_person
from tests.research.people import agreement, settle
from tests.sign_ins import cookie_of

SPRING = research.period(date(2026, 3, 2), date(2026, 4, 12))


@pytest.fixture
def engine(empty_database: URL) -> Iterator[Engine]:
    pool = create_engine(empty_database)
    yield pool
    pool.dispose()


@pytest.fixture
def researcher(engine: Engine) -> Actor:
    found = web_sessions.actor_for_cookie(cookie_of(make_person(role="researcher")))
    assert found is not None
    return found


def make(actor: Actor, tier: Tier = Tier.SESSIONS, wanted: research.Period = SPRING) -> UUID:
    return research.release(actor, tier, wanted, seed=7)


def test_a_release_is_made_recorded_and_told(engine: Engine, researcher: Actor) -> None:
    people = settle(engine, 150)
    bystanders = settle(engine, 20, seed=2, agree=False)
    seen = research.preview(researcher, Tier.SESSIONS, SPRING)
    assert seen.outcome.population == len(people)
    release_id = make(researcher)
    with zipfile.ZipFile(
        io.BytesIO(research.download(researcher, release_id, Format.CSV))
    ) as packed:
        rows = pd.read_csv(packed.open("release.csv"))
        manifest = json.loads(packed.read("manifest.json"))
        described = pd.read_csv(packed.open("dictionary.csv"))
    assert list(described["name"]) == list(rows.columns)
    assert rows["subject"].nunique() == manifest["measured"]["subjects"] >= 100
    assert rows.groupby("subject").size().max() <= 40
    told = [one for one in people if my_data.releases(one)]
    assert len(told) == manifest["measured"]["subjects"]
    assert not any(my_data.releases(one) for one in bystanders)
    assert not set(rows["subject"]) & {one.hex for one in people}
    assert [found["id"] for found in research.list_releases(researcher)] == [release_id]


def test_too_few_people_are_refused_with_the_reason(engine: Engine, researcher: Actor) -> None:
    settle(engine, 60)
    with pytest.raises(ReleaseRefused, match="a release takes 100"):
        make(researcher)
    assert research.list_releases(researcher) == []


def test_a_week_goes_out_twice_at_most_and_never_nearly_the_same(
    engine: Engine, researcher: Actor
) -> None:
    settle(engine, 160)
    make(researcher)
    with pytest.raises(ReleaseRefused, match="differ too little"):
        make(researcher)  # the same seed leaves the same people out
    research.release(researcher, Tier.SESSIONS, SPRING, seed=8)
    with pytest.raises(ReleaseRefused, match="released twice"):
        research.release(researcher, Tier.SESSIONS, SPRING, seed=9)


def test_whoever_withdrew_is_in_no_later_release(engine: Engine, researcher: Actor) -> None:
    people = settle(engine, 160)
    make(researcher)
    leaver = next(one for one in people if my_data.releases(one))
    with engine.begin() as connection:
        connection.execute(insert(consents), [agreement(leaver, granted=False)])
    assert research.preview(researcher, Tier.SESSIONS, SPRING).outcome.population == 159
    research.release(researcher, Tier.SESSIONS, SPRING, seed=8)
    assert len(my_data.releases(leaver)) == 1


def test_a_withdrawn_release_keeps_its_record_and_loses_its_rows(
    engine: Engine, researcher: Actor
) -> None:
    people = settle(engine, 160)
    release_id = make(researcher)
    research.withdraw(researcher, release_id)
    with pytest.raises(NotFound, match="rows are gone"):
        research.download(researcher, release_id, Format.CSV)
    with pytest.raises(NotFound, match="withdrawn before"):
        research.withdraw(researcher, release_id)
    with engine.connect() as connection:
        assert connection.scalar(text("select rows from research_releases")) is None
        entry = connection.execute(text("select * from audit_log")).one()
    assert (entry.actor_id, entry.action) == (researcher.user_id, "withdrew a release")
    assert str(release_id) in entry.detail
    [kept] = research.list_releases(researcher)
    assert kept["withdrawn_at"]
    assert kept["manifest"]["measured"]["subjects"] == kept["subjects"]
    told = next(my_data.releases(one) for one in people if my_data.releases(one))
    assert told[0]["withdrawn_at"] == kept["withdrawn_at"]
    research.release(researcher, Tier.SESSIONS, SPRING, seed=8)
    with pytest.raises(ReleaseRefused, match="released twice"):  # copies of it may be out
        research.release(researcher, Tier.SESSIONS, SPRING, seed=9)
    for theft in (
        "update research_releases set rows = 'made up', withdrawn_at = null",
        "update research_releases set subjects = 1",
        "delete from research_releases",
        "insert into audit_log (actor_id, action) values (app.uid(), 'locked out')",
        "insert into audit_log (actor_id, action) values (gen_random_uuid(), 'withdrew a release')",
    ):
        with (
            pytest.raises(ProgrammingError, match=r"permission denied|row-level security"),
            open_for_research(researcher.user_id) as transaction,
        ):
            transaction.execute(text(theft))


def test_only_a_researcher_of_today_gets_any(engine: Engine, researcher: Actor) -> None:
    somebody = replace(researcher, user_id=make_person().user_id)
    for call in (
        lambda: research.preview(somebody, Tier.SESSIONS, SPRING),
        lambda: make(somebody),
        lambda: research.list_releases(somebody),
        lambda: research.download(somebody, somebody.user_id, Format.CSV),
        lambda: research.withdraw(somebody, somebody.user_id),
    ):
        with pytest.raises(NotAllowed):
            call()
    with pytest.raises(NotFound):
        research.download(researcher, somebody.user_id, Format.CSV)


def test_periods_are_whole_weeks() -> None:
    found = research.period(date(2026, 3, 4), date(2026, 3, 4))
    assert (found.first, found.last, found.weeks) == (date(2026, 3, 2), date(2026, 3, 9), 1)
    with pytest.raises(InvalidInput):
        research.period(date(2026, 3, 4), date(2026, 3, 3))
    with pytest.raises(InvalidInput):
        research.period(date(2020, 3, 4), date(2026, 3, 3))


def test_the_research_role_reads_no_table_and_no_name(engine: Engine, researcher: Actor) -> None:
    settle(engine, 3)
    for statement in (
        "select * from users",
        "select user_id from focus_sessions",
        "select context from focus_sessions",
        "select * from consents",
        "select * from release_subjects",
        "select app.research_people()",
        "select app.pseudonym(app.uid())",
    ):
        with pytest.raises(ProgrammingError), open_for_research(researcher.user_id) as transaction:
            transaction.execute(text(statement))
    everything = text("select * from app.research_sessions('2020-01-01', '2030-01-01')")
    with open_for_research(researcher.user_id) as transaction:
        assert transaction.execute(everything).all() == []  # without a key there is no subject
    with pytest.raises(ProgrammingError), open_for(researcher.user_id) as transaction:
        transaction.execute(everything)
