"""The shared models: trained on those who take part, stored, read, and forgotten with a person."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import URL, Engine, create_engine, delete, insert, select, text, update
from sqlalchemy.exc import ProgrammingError

from db.models import account_erasures, focus_sessions, prediction_models, users
from db.queries import tasks as task_queries
from db.session import open_for, open_for_scheduler
from focus_core.services import accounts, erasure, forecasts, model_training
from focus_core.services import prediction_models as models
from tests import factories
from tests.factories import Person, utc

MARKER = "zebrafink"
PASSWORD = "seven purple otters juggle"


@pytest.fixture
def admin(empty_database: URL) -> Iterator[Engine]:
    pool = create_engine(empty_database)
    yield pool
    pool.dispose()


def settle_in(person: Person, seed: int, *, task_type: str = "writing", ratio: float = 1.5) -> None:
    """Twenty sessions on a task of that type, which take about so much longer than estimated."""
    dice = random.Random(seed)
    with open_for(person.user_id) as transaction:
        task = task_queries.task_named(
            transaction, person.user_id, "Letters", None, task_type=task_type
        )
        rows = []
        for number in range(20):
            start = utc(2026, 1, 5, 9) + timedelta(days=number)
            end = start + timedelta(minutes=40 * ratio * dice.lognormvariate(0, 0.3))
            rows.append(
                {
                    "user_id": person.user_id, "task_id": task, "start_time": start,
                    "end_time": end, "session_type": "flowtime", "expected_duration": 40,
                    "was_completed": dice.random() < 0.7, "focus_score": dice.randint(3, 5),
                    "timezone": "UTC", "ended_by": "user", "updated_at": end,
                }
            )  # fmt: skip
        transaction.execute(insert(focus_sessions), rows)


def a_crowd(people: int = 6) -> list[Person]:
    crowd = [factories.make_person() for _ in range(people)]
    for seed, person in enumerate(crowd):
        settle_in(person, seed)
    return crowd


def stored(admin: Engine) -> list[bytes]:
    """The newest first."""
    with admin.connect() as connection:
        newest = prediction_models.c.id.desc()
        return list(connection.scalars(select(prediction_models.c.data).order_by(newest)))


def unpacked(data: bytes) -> bytes:
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        return b"".join(archive[name].tobytes() for name in archive)


def p50_for_a_newcomer(person: Person) -> float:
    shown = forecasts.preview(person.user_id, session_type="flowtime", expected_duration=40)
    p50: float = shown["session"]["p50_minutes"]
    return p50


def test_a_newcomer_profits_from_the_others(admin: Engine) -> None:
    newcomer = factories.make_person()
    assert model_training.is_due() is False
    assert model_training.train_now() is None
    a_crowd()
    assert model_training.is_due()
    assert p50_for_a_newcomer(newcomer) == pytest.approx(40)
    told: list[tuple[int, int]] = []
    training = model_training.train_now(lambda done, total: told.append((done, total)))
    assert training is not None
    assert (training.sessions, training.people) == (120, 6)
    assert told[-1] == (120, 120)
    assert p50_for_a_newcomer(newcomer) > 48
    assert model_training.is_due() is False
    with admin.begin() as connection:
        connection.execute(
            update(prediction_models).values(trained_at=text("trained_at - interval '25 hours'"))
        )
    assert model_training.is_due()


def test_the_newest_two_are_kept_and_a_damaged_one_is_passed_over(admin: Engine) -> None:
    person = a_crowd()[0]
    for _ in range(3):
        model_training.train_now()
    with admin.connect() as connection:
        newest, before = connection.scalars(
            select(prediction_models.c.id).order_by(prediction_models.c.id.desc())
        ).all()

    def used() -> int | None:
        models._loaded.clear()
        with open_for(person.user_id) as transaction:
            return models.latest(transaction)[0]

    assert used() == newest
    for damaged, left in ((newest, before), (before, None)):
        with admin.begin() as connection:
            connection.execute(
                update(prediction_models)
                .where(prediction_models.c.id == damaged)
                .values(data=b"PK\x03\x04 half of it")
            )
        assert used() == left
        assert p50_for_a_newcomer(person) > 0


def test_who_takes_no_part_is_in_no_model(admin: Engine) -> None:
    a_crowd()
    model_training.train_now()
    absent = [
        factories.make_person(demo=True),
        factories.make_person(disabled_at=utc(2026, 2, 1)),
        factories.make_person(),
    ]
    for seed, person in enumerate(absent):
        settle_in(person, 90 + seed, ratio=9)
    with open_for(absent[2].user_id) as transaction:
        due = transaction.now + timedelta(days=7)
        transaction.execute(insert(account_erasures).values(user_id=absent[2].user_id, due_at=due))
    model_training.train_now()
    with_them, without = stored(admin)
    assert unpacked(with_them) == unpacked(without)


def test_few_people_of_a_kind_leave_no_trace(admin: Engine) -> None:
    a_crowd()
    for seed in range(4):
        settle_in(factories.make_person(), 50 + seed, task_type=MARKER)
    model_training.train_now()
    assert MARKER.encode() not in unpacked(stored(admin)[0])
    assert b"writing" in unpacked(stored(admin)[0])
    settle_in(factories.make_person(), 54, task_type=MARKER)
    model_training.train_now()
    assert MARKER.encode() in unpacked(stored(admin)[0])


def test_models_go_with_a_person_they_knew(admin: Engine) -> None:
    """The fifth of their kind goes: from then on the kind is not even named."""
    crowd = a_crowd()
    model_training.train_now()
    before = stored(admin)[0]
    for seed in range(4):
        settle_in(factories.make_person(), 50 + seed, task_type=MARKER)
    made = accounts.sign_up(f"{MARKER}-leaves", "Ann", PASSWORD, "UTC", address="", browser="b")
    fifth = Person(made.user_id, made.username)
    settle_in(fifth, 54, task_type=MARKER)
    model_training.train_now()
    assert MARKER.encode() in unpacked(stored(admin)[0])
    assert p50_for_a_newcomer(crowd[0]) > 48
    erasure.erase_now(fifth.user_id, PASSWORD)
    assert stored(admin) == []
    assert p50_for_a_newcomer(crowd[0]) > 48, "from their own past"
    assert models._loaded == {}, "nothing of it stays in memory"
    assert model_training.is_due()
    model_training.train_now()
    assert MARKER.encode() not in unpacked(stored(admin)[0])
    with admin.begin() as connection:
        connection.execute(delete(users).where(users.c.id.not_in([p.user_id for p in crowd])))
    model_training.train_now()
    assert unpacked(stored(admin)[0]) == unpacked(before), "as if they had never been there"


def test_who_leaves_during_a_training_is_in_no_model(admin: Engine) -> None:
    crowd = a_crowd()

    def leave(done: int, _: int) -> None:
        if done == 60:
            with admin.begin() as connection:
                connection.execute(delete(users).where(users.c.id == crowd[3].user_id))

    assert model_training.train_now(leave) is None
    assert stored(admin) == []


def test_only_the_scheduler_stores_models_and_reads_no_words(admin: Engine) -> None:
    person = factories.make_person()
    for statement in (
        "delete from prediction_models",
        "update prediction_models set data = ''",
        "insert into prediction_models (versions, sessions, people, data) values ('{}', 0, 0, '')",
    ):
        with pytest.raises(ProgrammingError), open_for(person.user_id) as transaction:
            transaction.execute(text(statement))
    with pytest.raises(ProgrammingError), open_for_scheduler() as transaction:
        transaction.execute(text("select title from tasks"))
