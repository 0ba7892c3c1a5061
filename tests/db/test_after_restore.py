"""What was ended after the backup stays ended; what was given after it is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text

from db import backup, setup
from db.session import open_for_sign_in
from focus_core import __main__ as command_line
from focus_core.config import Settings
from focus_core.domain.actor import Actor, Role
from focus_core.domain.consent import Sharing
from focus_core.domain.errors import LinkExpired, NotSignedIn, SignInRefused
from focus_core.services import (
    administration,
    api_access,
    api_sign_ins,
    cohorts,
    erasure,
    installation,
    invitations,
    my_data,
    password_reset,
    people,
    personal_tokens,
    research,
    sign_in,
    web_sessions,
)
from tests import cohort_people
from tests.conftest import connected
from tests.db.test_backup import settings  # noqa: F401 - a fixture
from tests.factories import Person, make_person
from tests.sign_ins import cookie_of

RELEASE = """
insert into research_releases (tier, period_start, period_end, subjects, manifest, dictionary, rows)
values ('A', '2026-01-05', '2026-02-02', 120, '{}', '{}', 'rows')
returning id
"""
ASKS_TO_BE_ERASED = "insert into account_erasures (user_id, due_at) values (:id, now() + '7 days')"


class Installation:
    """An installation with people, and the file that a backup of it is written to."""

    def __init__(self, settings: Settings, target: Path) -> None:  # noqa: F811
        self.settings, self.target = settings, target

    def execute(self, statement: str, **parameters: object) -> Any:
        """Past all policies; the first value of what comes back."""
        engine = create_engine(setup.admin_url(self.settings))
        with engine.begin() as connection:
            done = connection.execute(text(statement), parameters)
            found = done.scalar() if done.returns_rows else None
        engine.dispose()
        return found

    def back_up(self) -> None:
        backup.back_up(self.settings, self.target)

    def restore(self) -> backup.Restored:
        return backup.restore(self.settings, self.target)


@pytest.fixture
def focus(
    settings: Settings,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Installation]:
    with connected(setup.admin_url(settings), settings.state_dir, monkeypatch):
        yield Installation(settings, tmp_path / "focus.backup")


def share(member: Person) -> tuple[Actor, UUID]:
    """A coach with a cohort in which this person is named."""
    coach = cohort_people.make_coach()
    made = cohorts.create(coach, "Class")
    cohort_people.join_all(coach, made, [member], Sharing.NAMED)
    return coach, made


def test_endings_since_the_backup_hold(focus: Installation) -> None:
    admin, researcher = (
        cohort_people.actor_of(make_person(role=role)) for role in ("admin", "researcher")
    )
    demoted = make_person(role="coach")
    withdraws, agrees_later, stays, shut_out, leaves, stays_after_all = (
        make_person() for _ in range(6)
    )
    for person in (withdraws, stays):
        my_data.take_part_in_research(person.user_id, granted=True)
    (_, left), (_, less), (coach, kept), (closes, closed) = (share(withdraws) for _ in range(4))
    release = focus.execute(RELEASE)
    focus.execute(ASKS_TO_BE_ERASED, id=stays_after_all.user_id)
    old_code = cohort_people.code_of(coach, kept)
    focus.back_up()

    my_data.take_part_in_research(withdraws.user_id, granted=False)
    my_data.take_part_in_research(agrees_later.user_id, granted=True)
    cohorts.leave(withdraws.user_id, left)
    cohorts.choose(withdraws.user_id, less, Sharing.AGGREGATES, peers=False)
    cohorts.choose(withdraws.user_id, kept, Sharing.NOTHING, peers=False)
    cohorts.choose(withdraws.user_id, kept, Sharing.NAMED, peers=True)
    code = cohorts.renew_code(coach, kept)
    cohorts.close(closes, closed)
    research.withdraw(researcher, release)
    people.set_disabled(admin, shut_out.user_id, True)
    people.set_role(admin, demoted.user_id, Role.USER)
    people.set_role(admin, stays.user_id, Role.ADMIN)
    installation.set_sign_up(admin, anybody=False)
    focus.execute(ASKS_TO_BE_ERASED, id=leaves.user_id)
    erasure.keep(stays_after_all.user_id)
    restored = focus.restore()

    assert restored.endings_known
    assert not my_data.takes_part_in_research(withdraws.user_id)
    assert not my_data.takes_part_in_research(agrees_later.user_id)
    assert my_data.takes_part_in_research(stays.user_id)
    held = {one.cohort_id: one for one in cohorts.memberships(withdraws.user_id)}
    assert {cohort: one.sharing for cohort, one in held.items()} == {
        less: Sharing.AGGREGATES,
        kept: Sharing.NAMED,
    }
    assert not held[kept].peers, "agreed to after the backup"
    assert cohort_people.code_of(coach, kept) == code != old_code
    found = "select rows is null from research_releases where withdrawn_at is not null and id = :id"
    assert focus.execute(found, id=release)
    with pytest.raises(SignInRefused):
        cookie_of(shut_out)
    assert focus.execute("select role from users where id = :id", id=demoted.user_id) == "user"
    assert focus.execute("select role from users where id = :id", id=stays.user_id) == "user"
    with open_for_sign_in() as transaction:
        assert not installation.is_open(transaction)
    assert erasure.due_at(leaves.user_id)
    assert erasure.due_at(stays_after_all.user_id) is None
    logged = administration.list_log(admin)[0]
    assert logged["action"] == "restored a backup"
    assert logged["detail"].startswith("by a command on the host")
    assert restored.kept in logged["detail"]


def test_nothing_from_before_signs_anybody_in(focus: Installation) -> None:
    person = make_person()
    admin = cohort_people.actor_of(make_person(role="admin"))
    cookie = cookie_of(person)
    with open_for_sign_in() as transaction:
        ticket = sign_in.issue_ticket(transaction, person.user_id, "browser")
        pair = api_sign_ins.start(transaction, person.user_id, 1, address="")
    personal, _ = personal_tokens.make_token(person.user_id, "a script", ["read"], 30)
    link = password_reset.make_link_on_host(person.username)
    invitation, _ = invitations.make_invitation(admin)
    assert web_sessions.actor_for_cookie(cookie)
    for token in (pair.access_token, personal):
        assert api_access.identify(token).user_id == person.user_id
    focus.back_up()
    focus.restore()

    assert web_sessions.actor_for_cookie(cookie) is None
    for token in (pair.access_token, personal):
        with pytest.raises(NotSignedIn):
            api_access.identify(token)
    with pytest.raises(SignInRefused):
        api_sign_ins.refresh(pair.refresh_token, address="")
    with pytest.raises(SignInRefused):
        web_sessions.begin(ticket, "browser", user_agent="", address="")
    with pytest.raises(LinkExpired):
        password_reset.owner_of(link)
    assert not invitations.is_good(invitation)
    assert web_sessions.actor_for_cookie(cookie_of(person)), "they sign in anew"


def test_a_password_changed_since_is_the_one_that_counts(focus: Installation) -> None:
    changed, unchanged = make_person(), make_person()
    for person in (changed, unchanged):
        focus.execute(
            "insert into user_credentials (user_id, password_hash) values (:id, 'old')",
            id=person.user_id,
        )
    focus.back_up()
    focus.execute(
        "update user_credentials set password_hash = 'new', password_changed_at = now()"
        " where user_id = :id",
        id=changed.user_id,
    )
    focus.restore()
    held = "select password_hash from user_credentials where user_id = :id"
    assert focus.execute(held, id=changed.user_id) == "new"
    assert focus.execute(held, id=unchanged.user_id) == "old"


def test_where_nobody_can_know_what_ended_it_is_said(
    focus: Installation, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command_line, "read_settings", lambda: focus.settings)
    make_person()
    focus.back_up()
    assert command_line.main(["restore", str(focus.target)]) == 0
    assert "since the backup stays so" in capsys.readouterr().out
    focus.execute("truncate users, erased_people cascade")  # as on a fresh machine
    assert command_line.main(["restore", str(focus.target)]) == 0
    said = capsys.readouterr().out
    assert "can't be known" in said
    assert "has to sign in anew" in said
    actions = "select string_agg(action, ', ' order by id) from audit_log"
    assert focus.execute(actions) == "restored a backup onto a fresh database"
