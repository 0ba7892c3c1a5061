"""What a coach sees of a cohort, asked of the database at every look: nothing is kept.

All of it comes from functions of the database that ask for the coach's role and for the members'
consent themselves. Figures of the group are rounded and left out (None) below five people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import text

from db.session import open_for
from focus_core.domain import limits
from focus_core.domain.actor import Actor
from focus_core.domain.errors import InvalidInput, NotFound
from focus_core.services import cohorts
from focus_core.services.rows import as_dict

NOTE_LENGTH = 2_000
FULL_WEEKS = 12
RECENT_WEEKS = 4
FEWEST_PAST_WEEKS = 3
DROP = 2 / 3
"""Somebody dropped whose recent weeks hold less than this share of their own earlier ones."""

_DROPS = {
    "few": "Fewer than five of those not named have dropped to less than two thirds of their own"
    " past.",
    "most": "All but a few of those not named have dropped to less than two thirds of their own"
    " past.",
    "about": "About {share:.0f} % of those not named have dropped to less than two thirds of their"
    " own past.",
    "unknown": "Who dropped against their own past is told of ten or more who are not named.",
}

_FREEZE = text("select app.freeze_cohort(:cohort_id)")
_WEEKS = text("select * from app.group_weeks(:cohort_id)")
_HOURS = text("select * from app.group_hours(:cohort_id)")
_CHANGE = text("select * from app.group_change(:cohort_id)")
_NAMED = text("select * from app.named_weeks(:cohort_id)")
_PROFILE = text("select * from app.named_profile(:cohort_id, :member_id)")
_NOTE = text("select app.leave_note(:cohort_id, :member_id, :body)")
_NOTES = text("select * from app.notes_for(:cohort_id, :member_id)")


@dataclass(frozen=True)
class GroupWeek:
    """One frozen week of the group; `state` is shown, held (somebody withdrew since) or gone."""

    week: date
    state: str
    people: str | None
    """A band, such as "10 to 19"."""
    focused_hours: float | None
    """Mean a person, to the half hour, each person's capped at 40."""
    active_pct: float | None
    completion_pct: float | None
    estimation_error_pct: float | None


@dataclass(frozen=True)
class Group:
    weeks: tuple[GroupWeek, ...]
    slots: tuple[float | None, ...]
    """Share of focus in percent by three hours of the members' own day; empty without figures."""
    change: str
    """Of those not named: few, most, about or unknown have dropped against their own past."""
    dropped_pct: float | None

    @property
    def drops(self) -> str:
        """The same in a sentence."""
        return _DROPS[self.change].format(share=self.dropped_pct or 0)


@dataclass(frozen=True)
class MemberWeek:
    week: date
    focused_minutes: int
    sessions: int
    completion: float | None
    estimation_error: float | None


@dataclass(frozen=True)
class Member:
    """Somebody who agreed to be named; `weeks` are twelve full ones and then the present one."""

    user_id: UUID
    name: str
    weeks: tuple[MemberWeek, ...]

    @property
    def recent_minutes(self) -> float | None:
        """Mean focused minutes of the last four full weeks."""
        return _mean(self.weeks[:-1][-RECENT_WEEKS:])

    @property
    def past_minutes(self) -> float | None:
        """The same of the weeks before those; None below three weeks."""
        past = self.weeks[:-1][:-RECENT_WEEKS]
        return _mean(past) if len(past) >= FEWEST_PAST_WEEKS else None

    @property
    def dropped(self) -> bool:
        recent, past = self.recent_minutes, self.past_minutes
        return bool(past) and recent is not None and recent < past * DROP  # type: ignore[operator]

    @property
    def new(self) -> bool:
        """Here for less than the twelve weeks, and without any focus so far."""
        return len(self.weeks) <= FULL_WEEKS and not any(w.focused_minutes for w in self.weeks)

    @property
    def active(self) -> bool:
        """Any focus in the last full week or in this one."""
        return any(week.focused_minutes for week in self.weeks[-2:])


def get_group(coach: Actor, cohort_id: UUID) -> Group:
    """The figures of the group. Whoever is in them is told of the look.

    Raises NotAllowed, NotFound.
    """
    cohorts.require_coach(coach)
    with open_for(coach.user_id) as transaction:
        asked = {"cohort_id": cohort_id}
        transaction.execute(_FREEZE, asked)
        weeks = [as_dict(row) for row in transaction.execute(_WEEKS, asked).mappings()]
        slots = {row.slot: row.share_pct for row in transaction.execute(_HOURS, asked)}
        change = transaction.execute(_CHANGE, asked).one_or_none()
    if change is None:
        raise NotFound("There is no such group, or it is closed.")
    return Group(
        weeks=tuple(GroupWeek(**week) for week in weeks),
        slots=tuple(_number(slots.get(slot)) for slot in range(8)) if slots else (),
        change=change.answer,
        dropped_pct=_number(change.dropped_pct),
    )


def list_members(coach: Actor, cohort_id: UUID) -> list[Member]:
    """Those who agreed to be named, by name; each is told of the look. Raises NotAllowed."""
    cohorts.require_coach(coach)
    with open_for(coach.user_id) as transaction:
        rows = transaction.execute(_NAMED, {"cohort_id": cohort_id}).mappings().all()
    return [_member(list(part)) for _, part in groupby(rows, key=lambda row: row["user_id"])]


def get_profile(coach: Actor, cohort_id: UUID, member_id: UUID) -> dict[str, Any]:
    """A named member's profile in numbers; no word about courses. They are told of the look.

    Raises NotAllowed; NotFound as well when they never agreed or have withdrawn.
    """
    cohorts.require_coach(coach)
    with open_for(coach.user_id) as transaction:
        asked = {"cohort_id": cohort_id, "member_id": member_id}
        row = transaction.execute(_PROFILE, asked).mappings().one_or_none()
    if row is None:
        raise NotFound("There is nobody here by that name, or they have withdrawn.")
    return as_dict(row)


def leave_note(coach: Actor, cohort_id: UUID, member_id: UUID, body: str) -> None:
    """Write to a named member. Raises NotAllowed, NotFound, InvalidInput (note)."""
    cohorts.require_coach(coach)
    kept = limits.text("note", body, NOTE_LENGTH)
    if kept is None:
        raise InvalidInput("note", "Write something first.")
    with open_for(coach.user_id) as transaction:
        asked = {"cohort_id": cohort_id, "member_id": member_id, "body": kept}
        if transaction.execute(_NOTE, asked).scalar_one_or_none() is None:
            raise NotFound("There is nobody here by that name, or they have withdrawn.")


def list_notes(coach: Actor, cohort_id: UUID, member_id: UUID) -> list[dict[str, Any]]:
    """What this coach wrote to a named member, the newest first. Raises NotAllowed."""
    cohorts.require_coach(coach)
    with open_for(coach.user_id) as transaction:
        rows = transaction.execute(_NOTES, {"cohort_id": cohort_id, "member_id": member_id})
        return [dict(row) for row in rows.mappings()]


def _member(rows: list[Any]) -> Member:
    weeks = tuple(
        MemberWeek(
            row["week"],
            row["focused_minutes"],
            row["sessions"],
            row["completion"],
            row["estimation_error"],
        )
        for row in rows
        if row["week"] is not None
    )
    return Member(rows[0]["user_id"], rows[0]["display_name"], weeks)


def _mean(weeks: Sequence[MemberWeek]) -> float | None:
    return sum(week.focused_minutes for week in weeks) / len(weeks) if weeks else None


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
