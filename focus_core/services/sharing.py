"""What a member sees of their own sharing: a preview, who looked, and the notes they got."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, update

from db.models import feedback_notes
from db.session import open_for
from focus_core.domain.errors import NotFound
from focus_core.services.coaching import MemberWeek
from focus_core.services.rows import as_dict

_WEEKS = text("select * from app.my_weeks()")
_PROFILE = text("select * from app.my_shared_profile()")
_LOOKS = text("select * from app.my_looks()")
_NOTES = text("select * from app.my_notes()")


@dataclass(frozen=True)
class OwnWeeks:
    """The same weeks a coach would get of this person, from the same function."""

    weeks: tuple[MemberWeek, ...]
    slot_minutes: tuple[int, ...]
    """Focused minutes by three hours of the day, over those weeks."""


def preview(user_id: UUID) -> OwnWeeks:
    """Twelve full weeks and the present one. Raises DatabaseUnavailable."""
    with open_for(user_id) as transaction:
        rows = transaction.execute(_WEEKS).all()
    weeks = tuple(
        MemberWeek(
            row.week, row.focused_minutes, row.sessions, row.completion, row.estimation_error
        )
        for row in rows
    )
    return OwnWeeks(weeks, tuple(sum(row.slot_minutes[n] for row in rows) for n in range(8)))


def profile(user_id: UUID) -> dict[str, Any]:
    """The profile in numbers, as a coach would get it; all None where there is none yet."""
    with open_for(user_id) as transaction:
        return as_dict(transaction.execute(_PROFILE).mappings().one())


def list_looks(user_id: UUID) -> list[dict[str, Any]]:
    """Who looked at what and when, the newest first; at most 500. `looker` and `cohort` are None
    where they are gone."""
    with open_for(user_id) as transaction:
        return [dict(row) for row in transaction.execute(_LOOKS).mappings()]


def list_notes(user_id: UUID) -> list[dict[str, Any]]:
    """Notes from coaches, the newest first; `author` is None where the account is gone."""
    with open_for(user_id) as transaction:
        return [dict(row) for row in transaction.execute(_NOTES).mappings()]


def count_unread(user_id: UUID) -> int:
    """Notes from coaches that are not marked as read."""
    unread = select(func.count()).where(
        feedback_notes.c.user_id == user_id, feedback_notes.c.read_at.is_(None)
    )
    with open_for(user_id) as transaction:
        number: int = transaction.execute(unread).scalar_one()
    return number


def mark_read(user_id: UUID, note_id: UUID) -> None:
    """Let the coach know that a note was read. Raises NotFound."""
    with open_for(user_id) as transaction:
        changed = transaction.execute(
            update(feedback_notes)
            .where(feedback_notes.c.id == note_id, feedback_notes.c.user_id == user_id)
            .values(read_at=transaction.now)
        )
        if changed.rowcount != 1:
            raise NotFound


def delete_note(user_id: UUID, note_id: UUID) -> None:
    """Raises NotFound when it is gone already."""
    with open_for(user_id) as transaction:
        gone = transaction.execute(
            delete(feedback_notes).where(
                feedback_notes.c.id == note_id, feedback_notes.c.user_id == user_id
            )
        )
        if gone.rowcount != 1:
            raise NotFound
