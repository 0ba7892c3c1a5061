"""Cohorts: a coach makes one, people join it and choose what they share."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import ProgrammingError

from db.models import cohort_weeks, cohorts
from db.models import consents as log
from db.session import Transaction, open_for
from focus_core.domain import limits
from focus_core.domain.actor import Actor, Role
from focus_core.domain.consent import Purpose, Sharing, newest_wording
from focus_core.domain.errors import InvalidInput, NotAllowed, NotFound, TooManyCohorts
from focus_core.services import consents

NAME_LENGTH = 80
MOST_COHORTS = 50
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is read as something else
_CODE_LENGTH = 12

_SIZES = text("select * from app.cohort_sizes()")
_BY_CODE = text("select * from app.cohort_by_code(:code)")
_JOIN = text("select app.join_cohort(:code)")
_LEAVE = text("select app.leave_cohort(:cohort_id)")
_REMOVE = text("select app.remove_member(:cohort_id, :member_id)")
_MINE = text("select * from app.my_cohorts()")
_REMOVALS = text("select * from app.my_removals()")
_HINDRANCES = {
    "own": "This is a group of your own. People join it with the code; you don't.",
    "member": "You are in this group already.",
    "another": "You are in another group of this coach. Leave that one first.",
}


@dataclass(frozen=True)
class Membership:
    """A cohort a person is in, and what they share there now."""

    cohort_id: UUID
    name: str
    coach: str
    joined_at: datetime
    sharing: Sharing
    peers: bool
    outdated: bool
    """Whether there are newer words than those they agreed to; until they choose again, those they
    agreed to hold."""


@dataclass(frozen=True)
class Removal:
    """A coach took the person out of a cohort, at `at` (UTC)."""

    cohort: str
    coach: str
    at: datetime


@dataclass(frozen=True)
class Invitation:
    """What a code leads to. `hindrance` says why this person can't join, None if they can."""

    name: str
    coach: str
    hindrance: str | None


def create(coach: Actor, name: str) -> UUID:
    """Make a cohort with a code to invite by. Raises NotAllowed, TooManyCohorts,
    InvalidInput (name)."""
    require_coach(coach)
    kept = _name(name)
    with open_for(coach.user_id) as transaction:
        if len(_open_cohorts(transaction, coach)) >= MOST_COHORTS:
            raise TooManyCohorts
        statement = insert(cohorts).values(user_id=coach.user_id, name=kept, invite_code=_code())
        try:
            cohort_id: UUID = transaction.execute(statement.returning(cohorts.c.id)).scalar_one()
        except ProgrammingError as error:  # the policy: no coach any more
            raise NotAllowed from error
        return cohort_id


def list_own(coach: Actor) -> list[dict[str, Any]]:
    """The coach's open cohorts by name, with `members` and `named` counted. Raises NotAllowed."""
    require_coach(coach)
    with open_for(coach.user_id) as transaction:
        sizes = {row["cohort_id"]: row for row in transaction.execute(_SIZES).mappings()}
        return [
            {**row, "members": sizes[row["id"]]["members"], "named": sizes[row["id"]]["named"]}
            for row in _open_cohorts(transaction, coach)
            if row["id"] in sizes
        ]


def renew_code(coach: Actor, cohort_id: UUID) -> str:
    """A new code; the old one leads nowhere any more. Raises NotAllowed, NotFound."""
    code = _code()
    _change(coach, cohort_id, invite_code=code)
    return code


def close(coach: Actor, cohort_id: UUID) -> None:
    """End a cohort: nobody joins, and nothing of it is shown to anybody any more.

    Raises NotAllowed, NotFound.
    """
    with open_for(coach.user_id) as transaction:
        now = transaction.now
    _change(coach, cohort_id, closed_at=now)


def remove_member(coach: Actor, cohort_id: UUID, member_id: UUID) -> None:
    """End a named member's time in a cohort and, in the log, all they agreed to there.

    Who is not named, no coach can tell apart. Raises NotAllowed, NotFound.
    """
    require_coach(coach)
    with open_for(coach.user_id) as transaction:
        asked = {"cohort_id": cohort_id, "member_id": member_id}
        if not transaction.execute(_REMOVE, asked).scalar_one():
            raise NotFound("There is nobody here by that name, or they have withdrawn.")


def look_up(user_id: UUID, code: str) -> Invitation:
    """What a code leads to. Raises NotFound."""
    with open_for(user_id) as transaction:
        row = transaction.execute(_BY_CODE, {"code": tidy_code(code)}).one_or_none()
    if row is None:
        raise NotFound("This code leads to no group. Check it, or ask your coach for a new one.")
    return Invitation(row.name, row.coach, _HINDRANCES.get(row.hindrance))


def join(user_id: UUID, code: str, sharing: Sharing, *, peers: bool = False) -> UUID:
    """Join by code and log what is shared, at once. Raises NotFound, InvalidInput (code)."""
    hindrance = look_up(user_id, code).hindrance
    if hindrance:
        raise InvalidInput("code", hindrance)
    with open_for(user_id) as transaction:
        cohort_id: UUID | None = transaction.execute(
            _JOIN, {"code": tidy_code(code)}
        ).scalar_one_or_none()
        if cohort_id is None:
            raise NotFound("This code was used or withdrawn a moment ago. Look again.")
        for purpose in sharing.purposes | ({Purpose.PEERS} if peers else set()):
            consents.record(transaction, user_id, purpose, granted=True, cohort_id=cohort_id)
    return cohort_id


def memberships(user_id: UUID) -> list[Membership]:
    """The open cohorts a person is in, the longest first. Raises DatabaseUnavailable."""
    with open_for(user_id) as transaction:
        return _memberships(transaction, user_id)


def removals(user_id: UUID) -> list[Removal]:
    """By whom the person was taken out of which cohort, the newest first: of the last 90 days, and
    not where they joined again."""
    with open_for(user_id) as transaction:
        return [Removal(**row) for row in transaction.execute(_REMOVALS).mappings()]


def choose(user_id: UUID, cohort_id: UUID, sharing: Sharing, *, peers: bool) -> None:
    """Share more or less than before, or the same in newer words, from this moment on.

    Raises NotFound.
    """
    with open_for(user_id) as transaction:
        before = _member_of(transaction, user_id, cohort_id)
        wanted = sharing.purposes | ({Purpose.PEERS} if peers else set())
        held = before.sharing.purposes | ({Purpose.PEERS} if before.peers else set())
        agreed = _agreed_to(transaction, user_id)
        for purpose in sorted(wanted | held):
            known = purpose in held and agreed[cohort_id, purpose] == newest_wording(purpose)
            if purpose not in wanted or not known:
                _decide(transaction, user_id, cohort_id, purpose, granted=purpose in wanted)


def leave(user_id: UUID, cohort_id: UUID) -> None:
    """Withdraw everything and leave. Raises NotFound."""
    with open_for(user_id) as transaction:
        before = _member_of(transaction, user_id, cohort_id)
        for purpose in before.sharing.purposes | ({Purpose.PEERS} if before.peers else set()):
            _decide(transaction, user_id, cohort_id, purpose, granted=False)
        transaction.execute(_LEAVE, {"cohort_id": cohort_id})


def require_coach(actor: Actor) -> None:
    """Raises NotAllowed for anybody else. The database asks again, for the role at that moment."""
    if actor.role is not Role.COACH:
        raise NotAllowed


def tidy_code(code: str) -> str:
    """A code as it is stored, however it was typed."""
    return "".join(sign for sign in code.upper() if sign.isalnum())[:64]


def _decide(
    transaction: Transaction, user_id: UUID, cohort_id: UUID, purpose: Purpose, *, granted: bool
) -> None:
    consents.record(transaction, user_id, purpose, granted=granted, cohort_id=cohort_id)
    if not granted:  # what was frozen of them for this purpose goes with it
        transaction.execute(
            delete(cohort_weeks).where(
                cohort_weeks.c.cohort_id == cohort_id,
                cohort_weeks.c.user_id == user_id,
                cohort_weeks.c.purpose == purpose,
            )
        )


def _member_of(transaction: Transaction, user_id: UUID, cohort_id: UUID) -> Membership:
    for membership in _memberships(transaction, user_id):
        if membership.cohort_id == cohort_id:
            return membership
    raise NotFound("You aren't in this group any more.")


def _memberships(transaction: Transaction, user_id: UUID) -> list[Membership]:
    agreed = _agreed_to(transaction, user_id)
    return [_membership(row, agreed) for row in transaction.execute(_MINE).mappings()]


def _agreed_to(transaction: Transaction, user_id: UUID) -> dict[tuple[UUID, Purpose], str]:
    """The wording of the newest decision about each cohort and purpose."""
    rows = transaction.execute(
        select(log.c.cohort_id, log.c.purpose, log.c.wording_version)
        .where(log.c.user_id == user_id, log.c.cohort_id.is_not(None))
        .order_by(log.c.id)
    )
    return {(row.cohort_id, Purpose(row.purpose)): row.wording_version for row in rows}


def _membership(row: Any, agreed: dict[tuple[UUID, Purpose], str]) -> Membership:
    if row["coach_named"]:
        sharing = Sharing.NAMED
    else:
        sharing = Sharing.AGGREGATES if row["coach_aggregates"] else Sharing.NOTHING
    held = sharing.purposes | ({Purpose.PEERS} if row["peers"] else set())
    return Membership(
        cohort_id=row["cohort_id"],
        name=row["name"],
        coach=row["coach"],
        joined_at=row["joined_at"],
        sharing=sharing,
        peers=row["peers"],
        outdated=any(
            agreed[row["cohort_id"], purpose] != newest_wording(purpose) for purpose in held
        ),
    )


def _open_cohorts(transaction: Transaction, coach: Actor) -> list[dict[str, Any]]:
    rows = transaction.execute(
        select(cohorts.c.id, cohorts.c.name, cohorts.c.invite_code, cohorts.c.created_at)
        .where(cohorts.c.user_id == coach.user_id, cohorts.c.closed_at.is_(None))
        .order_by(cohorts.c.name, cohorts.c.id)
    )
    return [dict(row) for row in rows.mappings()]


def _change(coach: Actor, cohort_id: UUID, **values: Any) -> None:
    require_coach(coach)
    with open_for(coach.user_id) as transaction:
        changed = transaction.execute(
            update(cohorts)
            .where(
                cohorts.c.id == cohort_id,
                cohorts.c.user_id == coach.user_id,
                cohorts.c.closed_at.is_(None),
            )
            .values(**values)
        )
        if changed.rowcount != 1:
            raise NotFound("There is no such group, or it is closed.")


def _name(name: str) -> str:
    kept = limits.title("name", name, NAME_LENGTH)
    if kept is None:
        raise InvalidInput("name", "Give the group a name.")
    return kept


def _code() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
