"""Row-level security, table by table as the catalogue lists them: a new table is in at once.

Each table gets a row of Ann's and one of Ben's, past all policies; then Ann tries, as the app's
restricted role, to read and write what is Ben's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import ProgrammingError

from db import session
from db.session import Transaction, open_for, open_for_admin, open_for_scheduler, open_for_sign_in
from tests.factories import Person, make_person

NOT_OF_PEOPLE = {"alembic_version"}

VALUES: dict[str, Any] = {
    "bigint": 1,
    "boolean": True,
    "bytea": b"\x01",
    "date": "2026-03-01",
    "integer": 1,
    "double precision": 1,
    "jsonb": "{}",
    "numeric": 1,
    "smallint": 1,
    "text": "x",
    "timestamp with time zone": "2026-03-01 09:00+00",
}
"""What a column without a default gets, by its type."""

HINTS: dict[tuple[str, str], Any] = {
    ("focus_sessions", "end_time"): "2026-03-01 09:25+00",
    ("focus_sessions", "ended_by"): "user",
    ("focus_sessions", "timezone"): "UTC",
    ("session_events", "event_type"): "interruption",
    ("personal_tokens", "scopes"): "{read}",
    ("cohorts", "invite_code"): lambda: uuid4().hex,
    ("consents", "purpose"): "research",
    ("consents", "actor_id"): uuid4,
    ("looks", "what"): "group",
    ("session_predictions", "target"): "completion",
    ("session_predictions", "probability"): 0.5,
    ("plan_predictions", "task_ids"): "{00000000-0000-7000-8000-000000000001}",
    ("plan_predictions", "estimates_minutes"): "{25}",
    ("plan_predictions", "spent_minutes"): "{0}",
    ("plan_predictions", "leave_out"): "{}",
    ("cohort_weeks", "purpose"): "peers",
    ("cohort_weeks", "slot_minutes"): "{0,0,0,0,0,0,0,0}",
}
"""Where a rule of the table asks for more."""

CONTENT = {
    "breaks",
    "cohort_weeks",
    "courses",
    "deleted_sessions",
    "feedback_notes",
    "focus_sessions",
    "plan_predictions",
    "planned_tasks",
    "session_events",
    "session_predictions",
    "tasks",
    "user_focus_profiles",
}
"""What neither an administrator nor the sign-in ever meets."""


@pytest.fixture(scope="module")
def catalogue(shared_database: URL) -> Iterator[Connection]:
    """An administrator's look at what is really there."""
    pool = create_engine(shared_database, isolation_level="AUTOCOMMIT")
    with pool.connect() as connection:
        yield connection
    pool.dispose()


def tables_of(catalogue: Connection, *, with_owner: bool) -> list[str]:
    found = catalogue.scalars(
        text(
            """
            select c.relname from pg_class c
             where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
               and (not :with_owner or exists (
                     select from pg_attribute a where a.attrelid = c.oid
                        and a.attname = 'user_id' and not a.attisdropped))
             order by 1
            """
        ),
        {"with_owner": with_owner},
    ).all()
    return [name for name in found if name not in NOT_OF_PEOPLE]


def may(catalogue: Connection, role: str, table: str, what: str) -> bool:
    """Also when only some columns are granted."""
    check = "has_table_privilege" if what == "delete" else "has_any_column_privilege"
    allowed: bool = catalogue.execute(
        text(f"select {check}(:role, :table, :what)"),
        {"role": role, "table": table, "what": what},
    ).scalar_one()
    return allowed


@contextmanager
def undone(transaction: Transaction) -> Iterator[Connection]:
    savepoint = transaction.connection.begin_nested()
    try:
        yield transaction.connection
    finally:
        savepoint.rollback()


def fill(catalogue: Connection, table: str, owner: UUID) -> None:
    """One row of `owner`, with whatever its columns need; references are not looked at."""
    columns = catalogue.execute(
        text(
            """
            select column_name, data_type from information_schema.columns
             where table_schema = 'public' and table_name = :table
               and is_generated = 'NEVER' and is_identity = 'NO'
               and (is_nullable = 'NO' and column_default is null
                    or (table_name, column_name) in (select * from unnest(
                          cast(:tables as text[]), cast(:columns as text[]))))
            """
        ),
        {
            "table": table,
            "tables": [hinted for hinted, _ in HINTS],
            "columns": [column for _, column in HINTS],
        },
    ).all()
    values = {
        name: HINTS.get((table, name), uuid4() if kind == "uuid" else VALUES.get(kind))
        for name, kind in columns
    }
    for name, value in values.items():
        if callable(value):
            values[name] = value()
        elif value == b"\x01":
            values[name] = uuid4().bytes  # keys differ from row to row
    values["user_id"] = owner
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    with catalogue.connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
    try:
        catalogue.execute(text(f"insert into {table} ({names}) values ({places})"), values)
    finally:
        with catalogue.connection.cursor() as cursor:
            cursor.execute("reset session_replication_role")


@pytest.fixture
def ann_and_ben(database: URL, catalogue: Connection) -> tuple[Person, Person]:
    ann, ben = make_person(), make_person()
    for table in tables_of(catalogue, with_owner=True):
        for person in (ann, ben):
            fill(catalogue, table, person.user_id)
    return ann, ben


def test_every_table_is_behind_policies_that_hold_for_its_owner_too(
    catalogue: Connection,
) -> None:
    for table in tables_of(catalogue, with_owner=False):
        row = catalogue.execute(
            text(
                """
                select c.relrowsecurity, c.relforcerowsecurity,
                       (select count(*) from pg_policy p where p.polrelid = c.oid) as policies
                  from pg_class c where c.oid = cast(:table as regclass)
                """
            ),
            {"table": table},
        ).one()
        assert row.relrowsecurity, f"{table}: row-level security is off"
        assert row.relforcerowsecurity, f"{table}: row-level security is not forced"
        assert row.policies, f"{table} has no policy"


def test_every_table_the_app_reads_has_a_policy_for_it(catalogue: Connection) -> None:
    for table in tables_of(catalogue, with_owner=True):
        if not may(catalogue, "focus_app", table, "select"):
            continue
        roles = catalogue.scalars(
            text(
                "select unnest(roles) from pg_policies"
                " where schemaname = 'public' and tablename = :table"
            ),
            {"table": table},
        ).all()
        assert "focus_app" in roles, f"{table} can be read by the app and has no policy for it"
        assert "public" not in roles, f"{table} has a policy for everybody"


def test_without_an_actor_every_table_shows_nothing(
    ann_and_ben: tuple[Person, Person], catalogue: Connection
) -> None:
    ann, _ = ann_and_ben
    catalogue.execute(
        text(
            "insert into prediction_models (versions, sessions, people, data) values ('{}',0,0,'')"
        )
    )
    pool = session.app_engine()
    with open_for(ann.user_id):
        pass  # leaves an emptied setting behind on its connection
    for table in tables_of(catalogue, with_owner=False):
        if not may(catalogue, "focus_app", table, "select"):
            continue
        assert catalogue.scalar(text(f"select count(*) from {table}")), f"{table} is empty"
        for actor in (None, ""):
            with pool.connect() as connection:
                if actor is not None:
                    connection.execute(text("select set_config('app.user_id', '', true)"))
                assert connection.scalar(text(f"select count(*) from {table}")) == 0, table


def test_ann_reads_her_own_and_nothing_of_bens(
    ann_and_ben: tuple[Person, Person], catalogue: Connection
) -> None:
    ann, ben = ann_and_ben
    for table in tables_of(catalogue, with_owner=True):
        if not may(catalogue, "focus_app", table, "select"):
            continue
        count = text(f"select count(*) from {table} where user_id = :owner")
        with open_for(ann.user_id) as transaction:
            assert transaction.execute(count, {"owner": ben.user_id}).scalar() == 0, table
            assert transaction.execute(count, {"owner": ann.user_id}).scalar() == 1, table
            everybody = text(f"select count(distinct user_id) from {table}")
            assert transaction.execute(everybody).scalar() == 1, table


def test_ann_writes_nothing_of_bens(
    ann_and_ben: tuple[Person, Person], catalogue: Connection
) -> None:
    ann, ben = ann_and_ben
    attempts = 0
    for table in tables_of(catalogue, with_owner=True):
        with open_for(ann.user_id) as transaction:
            if may(catalogue, "focus_app", table, "delete"):
                attempts += 1
                with undone(transaction) as connection:
                    delete = text(f"delete from {table} where user_id = :owner")
                    assert connection.execute(delete, {"owner": ben.user_id}).rowcount == 0, table
                    assert connection.execute(delete, {"owner": ann.user_id}).rowcount == 1, table
            for column in updatable(catalogue, table):
                attempts += 1
                touch = text(f"update {table} set {column} = {column} where user_id = :owner")
                with undone(transaction) as connection:
                    assert connection.execute(touch, {"owner": ben.user_id}).rowcount == 0, table
                    assert connection.execute(touch, {"owner": ann.user_id}).rowcount == 1, table
    assert attempts > 50


def test_ann_gives_nothing_to_ben(
    ann_and_ben: tuple[Person, Person], catalogue: Connection
) -> None:
    """Neither by making a row in his name nor by turning one of hers into his."""
    ann, ben = ann_and_ben
    for table in tables_of(catalogue, with_owner=True):
        with open_for(ann.user_id) as transaction:
            if "user_id" in updatable(catalogue, table):
                give = f"update {table} set user_id = :ben where user_id = :ann"
                refused(transaction, give, ann=ann.user_id, ben=ben.user_id)
            if may(catalogue, "focus_app", table, "insert"):
                columns = insertable(catalogue, table)
                named = (
                    "select (jsonb_populate_record(t, jsonb_build_object('user_id',"
                    f" cast(:ben as text)))).* from {table} t where user_id = :ann"
                )
                refused(
                    transaction,
                    f"insert into {table} ({columns}) select {columns} from ({named}) as made",
                    ann=ann.user_id,
                    ben=str(ben.user_id),
                )


def refused(transaction: Transaction, statement: str, **parameters: Any) -> None:
    """By a policy: a broken key would be no proof."""
    with pytest.raises(ProgrammingError, match="row-level security"), undone(transaction) as made:
        made.execute(text(statement), parameters)


def updatable(catalogue: Connection, table: str) -> list[str]:
    return _columns(catalogue, table, "update")


def insertable(catalogue: Connection, table: str) -> str:
    return ", ".join(_columns(catalogue, table, "insert"))


def _columns(catalogue: Connection, table: str, what: str) -> list[str]:
    return list(
        catalogue.scalars(
            text(
                """
                select column_name::text from information_schema.columns
                 where table_schema = 'public' and table_name = :table
                   and is_generated = 'NEVER' and is_identity = 'NO'
                   and has_column_privilege('focus_app', table_name, column_name, :what)
                """
            ),
            {"table": table, "what": what},
        ).all()
    )


def test_ann_sees_and_changes_only_her_own_account(database: URL) -> None:
    ann, ben = make_person(), make_person()
    with open_for(ann.user_id) as transaction:
        found = transaction.execute(text("select id from users")).scalars().all()
        assert found == [ann.user_id]
        rename = text("update users set display_name = 'x' where id = :id")
        assert transaction.execute(rename, {"id": ben.user_id}).rowcount == 0
        for forbidden in ("role = 'admin'", "token_version = 9", "username = 'root'"):
            with pytest.raises(ProgrammingError), undone(transaction) as connection:
                connection.execute(text(f"update users set {forbidden}"))


def test_nobody_points_at_another_persons_task_or_course(
    ann_and_ben: tuple[Person, Person], catalogue: Connection
) -> None:
    """Such checks ignore policies, so the keys themselves carry the owner."""
    ann, ben = ann_and_ben
    for column, table in (("task_id", "tasks"), ("course_id", "courses")):
        theirs = catalogue.scalar(
            text(f"select id from {table} where user_id = :ben"), {"ben": ben.user_id}
        )
        point = text(f"update focus_sessions set {column} = :theirs where user_id = :ann")
        with (
            pytest.raises(Exception, match="foreign key"),
            open_for(ann.user_id) as transaction,
        ):
            transaction.execute(point, {"theirs": theirs, "ann": ann.user_id})


@pytest.mark.parametrize("role", ["focus_sign_in", "focus_admin"])
def test_no_other_duty_meets_what_people_did(catalogue: Connection, role: str) -> None:
    assert set(tables_of(catalogue, with_owner=True)) >= CONTENT
    for table in CONTENT:
        for what in ("select", "insert", "update", "delete"):
            assert not may(catalogue, role, table, what), f"{role} may {what} {table}"


def test_the_app_itself_meets_no_password(ann_and_ben: tuple[Person, Person]) -> None:
    ann, _ = ann_and_ben
    for table in ("user_credentials", "sign_in_tickets", "password_reset_links"):
        with pytest.raises(ProgrammingError), open_for(ann.user_id) as transaction:
            transaction.execute(text(f"select * from {table}"))


def test_the_scheduler_reads_no_free_text(
    ann_and_ben: tuple[Person, Person],
) -> None:
    for statement in (
        "select reason from session_events",
        "select title from tasks",
        "select session from deleted_sessions",
        "select password_hash from user_credentials",
    ):
        with pytest.raises(ProgrammingError), open_for_scheduler() as transaction:
            transaction.execute(text(statement))


def test_an_actor_is_a_person_and_holds_for_one_transaction(database: URL) -> None:
    ann = make_person()
    with pytest.raises(TypeError), open_for("ann"):  # type: ignore[arg-type]
        pass
    who = text("select app.uid(), current_user")
    with open_for(ann.user_id) as transaction:
        assert tuple(transaction.execute(who).one()) == (ann.user_id, "focus_app")
    with open_for_sign_in() as transaction:
        assert tuple(transaction.execute(who).one()) == (None, "focus_sign_in")
    with open_for_admin(ann.user_id) as transaction:
        assert tuple(transaction.execute(who).one()) == (ann.user_id, "focus_admin")
    with session.app_engine().connect() as connection:
        assert tuple(connection.execute(who).one()) == (None, "focus_app")
