"""Things that addresses name, made for their owner the way the app makes them."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pandas as pd
from sqlalchemy import Engine, insert, text

from db.models import research_releases
from db.session import open_for_research
from focus_core.api.consents import NEWEST
from focus_core.api.sharing import EXAMPLE_CODE
from focus_core.domain.consent import Sharing
from focus_core.services import (
    coaching,
    cohorts,
    get_focus_session_service,
    invitations,
    personal_tokens,
    plan,
    sharing,
    task_changes,
)
from tests.api.conftest import give_password
from tests.cohort_people import actor_of, code_of, join_all, make_coach
from tests.factories import Person, add_session, make_person, utc

service = get_focus_session_service()
_days = itertools.count()

SHARE = {"sharing": "named", "peers": True, "wording_version": NEWEST}


def once(thing: Callable[[Person], Any]) -> Callable[[Person], tuple[str, ...]]:
    return lambda person: (str(thing(person)),)


@once
def finished(person: Person) -> UUID:
    start = utc(2025, 1, 1, 9) + timedelta(days=next(_days))
    return add_session(person, start)


@once
def running(person: Person) -> str:
    active = service.get_active_session(person.user_id)
    return str((active or service.start_session(person.user_id))["id"])


@once
def task(person: Person) -> str:
    return str(task_changes.create_task(person.user_id, f"Task {uuid4()}")["id"])


@once
def planned(person: Person) -> str:
    return str(plan.add_task(person.user_id, title=f"Task {uuid4()}")["id"])


def in_order(person: Person) -> dict[str, Any]:
    return {"task_ids": list(planned(person))}


@once
def course(person: Person) -> str:
    return str(task_changes.create_course(person.user_id, f"Course {uuid4()}")["id"])


@once
def token(person: Person) -> str:
    return str(personal_tokens.make_token(person.user_id, "Script", ["read"], 1)[1]["id"])


def profile(person: Person) -> None:
    for _ in range(3):
        finished(person)


@once
def cohort(person: Person) -> UUID:
    return cohorts.create(actor_of(person), "Class")


def named_member(person: Person) -> tuple[str, str]:
    member = make_person()
    own = UUID(cohort(person)[0])
    join_all(actor_of(person), own, [member], Sharing.NAMED)
    return str(own), str(member.user_id)


@once
def membership(person: Person) -> UUID:
    coach = make_coach()
    joined = cohorts.create(coach, "Class")
    join_all(coach, joined, [person], Sharing.NAMED)
    return joined


@once
def note(person: Person) -> UUID:
    coach = make_coach()
    joined = cohorts.create(coach, "Class")
    join_all(coach, joined, [person], Sharing.NAMED)
    coaching.leave_note(coach, joined, person.user_id, "Go on!")
    found: UUID = sharing.list_notes(person.user_id)[0]["id"]
    return found


@once
def release(person: Person) -> UUID:
    """The record of one; making one takes a hundred people."""
    rows = io.BytesIO()
    pd.DataFrame({"subject": ["x"]}).to_parquet(rows, index=False)
    with open_for_research(person.user_id) as transaction:
        values = {
            "created_by": person.user_id,
            "tier": "A",
            "period_start": date(2020, 1, 6),
            "period_end": date(2020, 1, 13),
            "subjects": 100,
            "manifest": {"generalisation": "nothing but three measures", "seed": 1},
            "dictionary": [{"name": "subject", "type": "text", "meaning": "-", "values": []}],
            "rows": rows.getvalue(),
        }
        statement = insert(research_releases).values(values).returning(research_releases.c.id)
        made: UUID = transaction.execute(statement).scalar_one()
    return made


@once
def somebody(_admin: Person) -> UUID:
    return give_password(make_person()).user_id


@once
def account_invitation(admin: Person) -> UUID:
    found: UUID = invitations.make_invitation(actor_of(admin))[1]["id"]
    return found


def invited(_person: Person) -> dict[str, str]:
    coach = make_coach()
    return {"code": code_of(coach, cohorts.create(coach, "Class"))}


def open_to_the_example(admin_engine: Engine, cohort_id: UUID) -> None:
    """Let the code in the document's examples lead to this cohort, and to no other."""
    with admin_engine.begin() as connection:
        for change in (
            "update cohorts set invite_code = id::text where invite_code = :code",
            "update cohorts set invite_code = :code where id = :id",
        ):
            asked = {"code": cohorts.tidy_code(EXAMPLE_CODE), "id": cohort_id}
            connection.execute(text(change), asked)


def joining(person: Person) -> dict[str, Any]:
    return invited(person) | SHARE


def leaving(person: Person) -> None:
    """Somebody with a password, who is not the last to administer."""
    give_password(person)
    make_person(role="admin")
