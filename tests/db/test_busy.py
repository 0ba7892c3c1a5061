from __future__ import annotations

import pytest
from sqlalchemy import text

from db.session import BUSY, open_for
from focus_core.domain.errors import DatabaseUnavailable
from tests.factories import Person


def test_a_statement_that_takes_too_long_is_a_busy_database(person: Person) -> None:
    def sleep() -> None:
        with open_for(person.user_id) as transaction:
            transaction.execute(text("set local statement_timeout = '20ms'"))
            transaction.execute(text("select pg_sleep(10)"))

    with pytest.raises(DatabaseUnavailable, match=BUSY):
        sleep()
