"""Research releases: from people who consent, under pseudonyms, measured before anything leaves."""

from __future__ import annotations

import io
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import insert, select, text, update

from db.models import research_releases, users
from db.session import Transaction, open_for, open_for_research
from focus_core.domain.actor import Actor, Role
from focus_core.domain.errors import InvalidInput, NotAllowed, NotFound, ReleaseRefused
from focus_core.research import bands, bars, files
from focus_core.research.ladder import LADDERS, Tier
from focus_core.research.pseudonyms import new_key
from focus_core.services import administration
from focus_core.services.code_version import code_version

if TYPE_CHECKING:  # imported where they are used, so that the dashboard starts without them
    import pandas as pd

    from focus_core.research.release import Outcome

LONGEST_WEEKS = 53
MOST_RELEASES_OF_A_WEEK = 2
"""In one tier. Two can be compared with each other, which the difference they must have covers;
with more of them, who left would show."""

_SET_KEY = text(
    "select set_config('app.release_inner', :inner, true),"
    " set_config('app.release_outer', :outer, true)"
)
_SESSIONS = text(
    f"select {', '.join(bands.SESSION_COLUMNS)}"  # noqa: S608 - our own names
    " from app.research_sessions(:first, :last)"
)
_EARLIER = text("select * from app.earlier_releases(:tier, :first, :last, :subjects)")
_NOTE = text("select app.note_subjects(:release, :subjects)")


@dataclass(frozen=True)
class Period:
    """Whole weeks from the Monday `first` to before the Monday `last`."""

    first: date
    last: date

    @property
    def weeks(self) -> int:
        return (self.last - self.first).days // 7


@dataclass(frozen=True)
class Preview:
    """What a release would cost and what it would be measured as, and its seed."""

    outcome: Outcome
    reasons: tuple[str, ...]
    seed: int


def period(first: date, last: date) -> Period:
    """The whole weeks that lie around two days, both included. Raises InvalidInput."""
    start = first - timedelta(days=first.weekday())
    end = last - timedelta(days=last.weekday()) + timedelta(days=7)
    if first > last:
        raise InvalidInput("period", "The period ends before it begins. Swap the two days.")
    if (end - start).days > LONGEST_WEEKS * 7:
        raise InvalidInput("period", "A period has at most 53 weeks. Choose a shorter one.")
    return Period(start, end)


def preview(actor: Actor, tier: Tier, wanted: Period) -> Preview:
    """What generalising would cost; nothing is kept. Raises NotAllowed unless a researcher asks."""
    require_researcher(actor)
    seed = secrets.randbelow(2**31)
    with open_for_research(actor.user_id) as transaction:
        outcome, reasons = _build(transaction, tier, wanted, seed)
    return Preview(outcome, reasons, seed)


def release(actor: Actor, tier: Tier, wanted: Period, seed: int) -> UUID:
    """Make, record and keep a release.

    Raises NotAllowed unless a researcher asks, ReleaseRefused with the reasons when a bar is
    missed.
    """
    require_researcher(actor)
    with open_for_research(actor.user_id) as transaction:
        outcome, reasons = _build(transaction, tier, wanted, seed)
        if outcome.released is None or reasons:
            raise ReleaseRefused(reasons)
        return _record(transaction, actor, tier, wanted, seed, outcome)


def list_releases(actor: Actor) -> list[dict[str, Any]]:
    """Every release, the newest first, without its rows, which are gone where `withdrawn_at`
    (UTC) is set. Raises NotAllowed."""
    require_researcher(actor)
    with open_for_research(actor.user_id) as transaction:
        rows = transaction.execute(
            select(*(column for column in research_releases.c if column.name != "rows")).order_by(
                research_releases.c.created_at.desc()
            )
        )
        return [dict(row) for row in rows.mappings()]


def download(actor: Actor, release_id: UUID, form: files.Format) -> bytes:
    """A zip of the rows, their dictionary and the manifest. Raises NotAllowed, NotFound."""
    import pandas as pd

    require_researcher(actor)
    with open_for_research(actor.user_id) as transaction:
        found = transaction.execute(
            select(research_releases).where(research_releases.c.id == release_id)
        ).one_or_none()
    if found is None:
        raise NotFound("There is no such release.")
    if found.rows is None:
        raise NotFound("This release was withdrawn. Its rows are gone.")
    rows = pd.read_parquet(io.BytesIO(found.rows))
    return files.archive(rows, found.dictionary, found.manifest, form)


def withdraw(actor: Actor, release_id: UUID) -> None:
    """Delete the rows of a release for good. Its record stays: that it was made, its manifest, and
    who was in it; so it still counts as one of the two that a week may have in a tier.

    Raises NotAllowed; NotFound, also when it was withdrawn before.
    """
    require_researcher(actor)
    with open_for_research(actor.user_id) as transaction:
        withdrawn = transaction.execute(
            update(research_releases)
            .where(research_releases.c.id == release_id, research_releases.c.withdrawn_at.is_(None))
            .values(rows=None, withdrawn_at=transaction.now)
            .returning(research_releases.c.tier, research_releases.c.period_start)
        ).one_or_none()
        if withdrawn is None:
            raise NotFound("There is no such release, or it was withdrawn before.")
        what = f"tier {withdrawn.tier}, from {withdrawn.period_start}, {release_id}"
        administration.record(transaction, actor, "withdrew a release", what=what)


def require_researcher(actor: Actor) -> None:
    """Raises NotAllowed unless the actor is a researcher now, whatever they were before."""
    with open_for(actor.user_id) as transaction:
        role = transaction.execute(
            select(users.c.role).where(users.c.id == actor.user_id, users.c.disabled_at.is_(None))
        ).scalar_one_or_none()
    if role != Role.RESEARCHER:
        raise NotAllowed


def _build(
    transaction: Transaction, tier: Tier, wanted: Period, seed: int
) -> tuple[Outcome, tuple[str, ...]]:
    from focus_core.research.release import build

    key = new_key()  # gone with the transaction
    transaction.execute(_SET_KEY, {"inner": key.inner.hex(), "outer": key.outer.hex()})
    sessions = _read(transaction, wanted)
    outcome = build(sessions, tier, seed)
    reasons = outcome.reasons
    if outcome.released is not None:
        subjects = list(outcome.released.rows["subject"].unique())
        reasons = _too_close(transaction, tier, wanted, subjects)
    return outcome, reasons


def _read(transaction: Transaction, wanted: Period) -> pd.DataFrame:
    import pandas as pd

    found = transaction.execute(_SESSIONS, {"first": wanted.first, "last": wanted.last})
    sessions = pd.DataFrame(found.all(), columns=list(bands.SESSION_COLUMNS))
    sessions["week"] = pd.to_datetime(sessions["week"])
    numbers = ["focused_minutes", "planned_minutes", "rating"]
    sessions[numbers] = sessions[numbers].astype(float)
    sessions[["hour", "interruptions"]] = sessions[["hour", "interruptions"]].astype("int64")
    sessions["completed"] = sessions["completed"].astype(bool)
    return sessions


def _too_close(
    transaction: Transaction, tier: Tier, wanted: Period, subjects: list[str]
) -> tuple[str, ...]:
    earlier = transaction.execute(
        _EARLIER,
        {"tier": tier, "first": wanted.first, "last": wanted.last, "subjects": subjects},
    ).all()
    if len(earlier) >= MOST_RELEASES_OF_A_WEEK:
        return (
            "Some of these weeks have been released twice in this tier; with a third release,"
            " people who left in between could be told. Choose other weeks.",
        )
    for other in earlier:
        gone, new = other.people - other.in_both, len(subjects) - other.in_both
        if min(gone, new) < bars.SMALLEST_CLASS:
            return (
                "The people in it differ too little from an earlier release of some of these"
                f" weeks: fewer than {bars.SMALLEST_CLASS} on one side. Choose other weeks, or"
                " preview again.",
            )
    return ()


def _record(
    transaction: Transaction,
    actor: Actor,
    tier: Tier,
    wanted: Period,
    seed: int,
    outcome: Outcome,
) -> UUID:
    made = outcome.attempts[-1]
    packed = io.BytesIO()
    made.rows.to_parquet(packed, index=False)
    manifest = {
        "tier": tier.value,
        "period": {"first": wanted.first.isoformat(), "before": wanted.last.isoformat()},
        "generalisation": made.rung.says,
        "coarser_than_the_finest_by": len(outcome.attempts) - 1,
        "rungs": len(LADDERS[tier]),
        "measured": made.figures.as_dict(),
        "bars": bars.as_dict(tier),
        "code_version": code_version(),
        "seed": seed,
        "released_at": transaction.now.isoformat(timespec="seconds"),
    }
    release_id: UUID = transaction.execute(
        insert(research_releases)
        .values(
            created_by=actor.user_id,
            tier=tier,
            period_start=wanted.first,
            period_end=wanted.last,
            subjects=made.figures.subjects,
            manifest=manifest,
            dictionary=files.dictionary(made.rows, made.rung, tier),
            rows=packed.getvalue(),
        )
        .returning(research_releases.c.id)
    ).scalar_one()
    subjects = list(made.rows["subject"].unique())
    transaction.execute(_NOTE, {"release": release_id, "subjects": subjects})
    return release_id
