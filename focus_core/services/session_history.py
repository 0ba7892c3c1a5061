"""Sessions that have ended: look back, correct, add, delete and take that back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from db import constraints
from db.queries import sessions as queries
from db.queries import trash
from db.session import open_for
from focus_core.domain import limits
from focus_core.domain.calendar import largest_gap
from focus_core.domain.errors import (
    InvalidInput,
    NotFound,
    NotSignedIn,
    SessionsOverlap,
    SessionStillRunning,
)
from focus_core.domain.sessions import EndedBy
from focus_core.services import profiles
from focus_core.services.rows import as_dict
from focus_core.services.running_sessions import found, locked, settle
from focus_core.services.session_values import corrections, described, filters, position

MOST_A_PAGE = 200


class SessionHistory:
    """The part of `FocusSessionService` that looks back and corrects."""

    def get_user_sessions(
        self,
        user_id: UUID | str,
        limit: int = 50,
        *,
        before: str | None = None,
        **wanted: Any,
    ) -> list[dict[str, Any]]:
        """Sessions newest first, the running one among them; at most 200.

        `before`: `session_values.cursor` of the last session of the page before. `wanted`
        filters: since, until (aware times of the start; until is excluded), course_id, task_id,
        session_type, was_completed, ended_by, search (words in context, notes or task title).
        Raises InvalidInput.
        """
        owner = limits.identifier(user_id)
        limits.whole_number("limit", limit, 1, MOST_A_PAGE)
        behind = position(before) if before else None
        with open_for(owner) as transaction:
            if behind is None:
                settle(transaction, owner)  # what is over by now is not shown as running
            rows = queries.history(transaction, owner, filters(wanted), behind, limit)
            return [described(row, transaction.now) for row in rows]

    def count_user_sessions(self, user_id: UUID | str, **wanted: Any) -> int:
        """How many sessions the same filters find."""
        owner = limits.identifier(user_id)
        with open_for(owner) as transaction:
            return queries.count(transaction, owner, filters(wanted))

    def get_session(self, user_id: UUID | str, session_id: UUID | str) -> dict[str, Any]:
        """One session with its `events`, in order. Raises NotFound."""
        owner, key = limits.identifier(user_id), limits.identifier(session_id)
        with open_for(owner) as transaction:
            session = found(transaction, owner, key)
            events = [as_dict(event) for event in queries.events(transaction, key)]
        return {**session, "events": events}

    def add_session(
        self,
        user_id: UUID | str,
        start_time: datetime,
        end_time: datetime,
        *,
        session_type: str = "custom",
        source: str = "manual",
        **details: Any,
    ) -> dict[str, Any]:
        """Record a past session. `details` as `update_session` takes them.

        Raises SessionsOverlap with the conflicts and the largest free part, InvalidInput,
        NotFound, NotSignedIn.
        """
        owner = limits.identifier(user_id)
        kind = limits.session_type(session_type)
        try:
            with open_for(owner) as transaction:
                preferences = queries.preferences(transaction, owner)
                if preferences is None:
                    raise NotSignedIn
                start, end = limits.span(start_time, end_time, transaction.now)
                said = {"was_completed": True, **details, "session_type": kind}
                values = corrections(transaction, owner, said)
                created = queries.insert_finished(
                    transaction,
                    {
                        **values,
                        "user_id": owner,
                        "start_time": start,
                        "end_time": end,
                        "source": source,
                        "ended_by": EndedBy.USER,
                        "confirmed_at": transaction.now,
                        "timezone": preferences["timezone"],
                    },
                )
                profiles.request_refresh(transaction, owner)
                return found(transaction, owner, created)
        except IntegrityError as error:
            raise _explained(error, owner, (start, end)) from error

    def update_session(
        self, user_id: UUID | str, session_id: UUID | str, **changes: Any
    ) -> dict[str, Any]:
        """Correct a finished session; what the clock measured (`actual_*`) stays.

        `changes`: start_time, end_time, session_type, expected_duration, was_completed,
        focus_score, interruption_count, break_minutes, context, session_notes, and task_id,
        course_id (ids) or task, course (names); None empties what may be empty. Without any, it
        says that its owner has seen the session. Naming the times of a session that was closed
        automatically makes it count, even when they stay as they were.

        Raises SessionStillRunning, SessionsOverlap, InvalidInput, NotFound.
        """
        owner, key = limits.identifier(user_id), limits.identifier(session_id)
        try:
            with open_for(owner) as transaction:
                settle(transaction, owner)
                row = locked(transaction, owner, key)
                if row["end_time"] is None:
                    raise SessionStillRunning
                before = (row["start_time"], row["end_time"])
                names_times = bool(changes.keys() & {"start_time", "end_time"})
                start = changes.pop("start_time", before[0])
                end = changes.pop("end_time", before[1])
                values = corrections(transaction, owner, changes, row)
                if (start, end) != before:
                    start, end = limits.span(start, end, transaction.now)
                    values |= {"start_time": start, "end_time": end, "ended_by": EndedBy.USER}
                elif names_times and row["ended_by"] == EndedBy.AUTO_CLOSE:
                    values["ended_by"] = EndedBy.USER  # its owner says that the times are right
                queries.change(transaction, owner, key, {**values, "confirmed_at": transaction.now})
                profiles.request_refresh(transaction, owner)
                return found(transaction, owner, key)
        except IntegrityError as error:
            raise _explained(error, owner, (start, end), key) from error

    def delete_session(self, user_id: UUID | str, session_id: UUID | str) -> None:
        """Delete a finished session; `restore_session` takes that back for 30 days.

        Raises SessionStillRunning, NotFound.
        """
        owner, key = limits.identifier(user_id), limits.identifier(session_id)
        with open_for(owner) as transaction:
            settle(transaction, owner)
            if locked(transaction, owner, key)["end_time"] is None:
                raise SessionStillRunning
            trash.move(transaction, owner, key)
            profiles.request_refresh(transaction, owner)

    def restore_session(self, user_id: UUID | str, session_id: UUID | str) -> dict[str, Any]:
        """Undo a deletion.

        Raises NotFound, SessionsOverlap with what has taken its time since.
        """
        owner, key = limits.identifier(user_id), limits.identifier(session_id)
        span: tuple[datetime, datetime] | None = None
        try:
            with open_for(owner) as transaction:
                span = trash.span(transaction, owner, key)
                if span is None or not trash.restore(transaction, owner, key):
                    raise NotFound
                profiles.request_refresh(transaction, owner)
                return found(transaction, owner, key)
        except IntegrityError as error:
            raise _explained(error, owner, span) from error

    def get_deleted_sessions(self, user_id: UUID | str, limit: int = 20) -> list[dict[str, Any]]:
        """What can still be restored, the latest deletion first, with `deleted_at`; at most 200.

        Raises InvalidInput.
        """
        owner = limits.identifier(user_id)
        limits.whole_number("limit", limit, 1, MOST_A_PAGE)
        with open_for(owner) as transaction:
            return [as_dict(row) for row in trash.latest(transaction, owner, limit)]


def _explained(
    error: IntegrityError,
    owner: UUID,
    span: tuple[datetime, datetime] | None,
    but: UUID | None = None,
) -> Exception:
    """The domain error behind a broken constraint."""
    name = constraints.violated(error)
    if name == constraints.PAUSES_FIT:
        return InvalidInput(
            "end_time", "The session would be shorter than its pauses. Choose a longer span."
        )
    if name in (constraints.TASK_IS_OWN, constraints.COURSE_IS_OWN, constraints.TASK_COURSE_IS_OWN):
        return NotFound()
    if name != constraints.NO_OVERLAP or span is None:
        return error
    with open_for(owner) as transaction:
        rows = queries.overlapping(transaction, owner, *span, but)
        conflicts = [described(row, transaction.now) for row in rows]
    busy = [(row["start_time"], row["end_time"]) for row in rows]
    return SessionsOverlap(conflicts, largest_gap(*span, busy))
