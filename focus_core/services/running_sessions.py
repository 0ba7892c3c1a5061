"""The session that runs: start, pause, resume, interruption, end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from db.queries import breaks
from db.queries import sessions as queries
from db.session import Transaction, open_for, open_for_scheduler
from focus_core.domain import limits
from focus_core.domain.errors import (
    InvalidInput,
    NotFound,
    NotSignedIn,
    SessionAlreadyEnded,
    SessionAlreadyRunning,
    SessionsOverlap,
)
from focus_core.domain.sessions import (
    FORGOTTEN_AFTER,
    LONGEST_OPEN_END,
    EndedBy,
    FocusSession,
    SessionType,
)
from focus_core.services import tasks
from focus_core.services.session_values import as_session, described, outcome, write_end

_MOVES = {
    "pause": FocusSession.pause,
    "resume": FocusSession.resume,
    "interruption": FocusSession.interrupt,
}


class RunningSessions:
    """The part of `FocusSessionService` that moves the clock."""

    def start_session(
        self,
        user_id: UUID | str,
        expected_duration: int | None = None,
        task_id: UUID | str | None = None,
        context: str | None = None,
        session_type: str = "pomodoro",
        *,
        course_id: UUID | str | None = None,
        task: str | None = None,
        course: str | None = None,
        overtime: bool | None = None,
    ) -> dict[str, Any]:
        """Start a session now and end the break that may be running.

        `expected_duration` in minutes: the person's own work length by default for a pomodoro,
        needed for `custom`, an estimate for `flowtime`. `task` and `course` are names, made if
        new. `overtime` None: as the person's settings say.

        Raises SessionAlreadyRunning with the one that runs, InvalidInput, NotFound, NotSignedIn.
        """
        owner = limits.identifier(user_id)
        kind = limits.session_type(session_type)
        values = {
            "user_id": owner,
            "session_type": kind,
            "expected_duration": limits.minutes("expected_duration", expected_duration),
            "context": limits.text("context", context, limits.CONTEXT_LENGTH),
            "overtime": limits.flag("overtime", overtime),
        }
        if kind is SessionType.CUSTOM and expected_duration is None:
            raise InvalidInput("expected_duration", "Choose how many minutes the session takes.")
        subject = {"task_id": task_id, "course_id": course_id, "task": task, "course": course}
        try:
            return _start(owner, values, subject)
        except SessionsOverlap:
            # The session before ended in a transaction that began after this one: by now it is
            # in the past.
            return _start(owner, values, subject)

    def end_session(
        self,
        session_id: UUID | str,
        user_id: UUID | str,
        was_completed: bool | None = None,
        focus_score: int | None = None,
        interruption_count: int | None = None,
        session_notes: str | None = None,
    ) -> dict[str, Any]:
        """End a session and record how it went; files a profile refresh in the same transaction.

        Left out, `was_completed` says whether the plan was reached, and the interruptions are
        those counted. Ending an ended session with the same data gives the same answer; as long
        as nobody has rated it (the timer ended it, say) it still takes what is said of it here.

        Raises SessionAlreadyEnded (rated, with other data), InvalidInput, NotFound.
        """
        owner, key = limits.identifier(user_id), limits.identifier(session_id)
        said = outcome(was_completed, focus_score, interruption_count, session_notes)
        with open_for(owner) as transaction:
            row = locked(transaction, owner, key)
            session = as_session(row).settle(transaction.now)
            if session.running:
                session = session.end(transaction.now, by=EndedBy.USER, was_completed=was_completed)
            elif row["end_time"] is not None:
                if all(row[name] == value for name, value in said.items()):
                    return described(row, transaction.now)
                if row["confirmed_at"] is not None:
                    raise SessionAlreadyEnded(described(row, transaction.now))
            ended = write_end(transaction, owner, session, said)
            return described({**row, **ended}, transaction.now)

    def get_active_session(self, user_id: UUID | str) -> dict[str, Any] | None:
        """The session that runs now, None if none does; ends it first if it is over by now."""
        owner = limits.identifier(user_id)
        with open_for(owner) as transaction:
            row = queries.find_running(transaction, owner)
            if row is None:
                return None
            if as_session(row).settle(transaction.now).running:
                return described(row, transaction.now)
            settle(transaction, owner)
            return None

    def pause_session(
        self,
        user_id: UUID | str,
        session_id: UUID | str,
        reason: str | None = None,
        *,
        counts_as_interruption: bool = True,
    ) -> dict[str, Any]:
        """Stop the clock; by default that counts as an interruption. Pausing twice is one pause.

        Raises NoSessionRunning, InvalidInput, NotFound.
        """
        details = _reason(reason, None) if counts_as_interruption else None
        return self._move(user_id, session_id, "pause", details)

    def resume_session(self, user_id: UUID | str, session_id: UUID | str) -> dict[str, Any]:
        """Let the clock go on. Raises NoSessionRunning, NotFound."""
        return self._move(user_id, session_id, "resume", None)

    def add_interruption(
        self,
        user_id: UUID | str,
        session_id: UUID | str,
        reason: str | None = None,
        reason_kind: str | None = None,
    ) -> dict[str, Any]:
        """Count a loss of focus without stopping the clock. `reason_kind`: internal or external.

        Raises NoSessionRunning, InvalidInput, NotFound.
        """
        return self._move(user_id, session_id, "interruption", _reason(reason, reason_kind))

    def explain_interruption(
        self,
        user_id: UUID | str,
        session_id: UUID | str,
        reason: str | None = None,
        reason_kind: str | None = None,
    ) -> None:
        """Say afterwards what the session's latest interruption was.

        Raises InvalidInput, NotFound when the session has none.
        """
        owner, key = limits.identifier(user_id), limits.identifier(session_id)
        words = _reason(reason, reason_kind)
        with open_for(owner) as transaction:
            if not queries.explain_interruption(transaction, owner, key, words):
                raise NotFound
            queries.change(transaction, owner, key, {})  # other pages need not ask for it any more

    def touch_session(self, user_id: UUID | str, session_id: UUID | str) -> None:
        """A sign of life of an open page, so that an open-ended session isn't taken for
        forgotten. Does nothing once the session has ended."""
        owner, key = limits.identifier(user_id), limits.identifier(session_id)
        with open_for(owner) as transaction:
            row = settle(transaction, owner)  # a page that wakes up late revives nothing
            if row is not None and row["id"] == key:
                queries.change(transaction, owner, key, {"last_seen_at": transaction.now})

    def _move(
        self,
        user_id: UUID | str,
        session_id: UUID | str,
        move: str,
        interruption: Mapping[str, str | None] | None,
    ) -> dict[str, Any]:
        """One move of the clock, written as events; nothing when it changes nothing."""
        owner, key = limits.identifier(user_id), limits.identifier(session_id)
        with open_for(owner) as transaction:
            row = locked(transaction, owner, key)
            before = as_session(row).settle(transaction.now)
            after = _MOVES[move](before, transaction.now)
            if after == before and move != "interruption":  # which may share its moment
                return described(row, transaction.now)
            values = {
                "paused_at": after.paused_at,
                "paused_seconds": after.paused_seconds,
                "last_seen_at": after.last_seen_at,
            }
            if move != "interruption":
                queries.add_event(transaction, owner, key, move)
            if interruption is not None:
                queries.add_event(transaction, owner, key, "interruption", **interruption)
                values["interruption_count"] = min(
                    row["interruption_count"] + 1, limits.MOST_INTERRUPTIONS
                )
            queries.change(transaction, owner, key, values)
            return found(transaction, owner, key)


def _start(owner: UUID, values: Mapping[str, Any], subject: Mapping[str, Any]) -> dict[str, Any]:
    with open_for(owner) as transaction:
        before = queries.before_start(transaction, owner)
        if before is None:
            raise NotSignedIn
        if before["busy"]:
            settle(transaction, owner)
        if before["resting"]:
            breaks.close(transaction, owner)
        chosen = {**values, "timezone": before["timezone"]}
        if chosen["session_type"] is SessionType.POMODORO and chosen["expected_duration"] is None:
            chosen["expected_duration"] = before["work_minutes"]
        if chosen["overtime"] is None:
            chosen["overtime"] = before["overtime"]
        chosen |= tasks.resolve(transaction, owner, **subject)
        started = queries.insert_running(transaction, chosen)
        if started is not None:
            return _described_start(transaction, owner, started)
        running = queries.find_running(transaction, owner)
        if running is not None:
            raise SessionAlreadyRunning(described(running, transaction.now))
        later = queries.overlapping(transaction, owner, transaction.now, None)
        raise SessionsOverlap([described(row, transaction.now) for row in later])


def _described_start(
    transaction: Transaction, owner: UUID, started: Mapping[Any, Any]
) -> dict[str, Any]:
    if started["task_id"] is None and started["course_id"] is None:  # then there is nothing to name
        return described({**started, "task_title": None, "course_name": None}, transaction.now)
    return found(transaction, owner, started["id"])


def settle(transaction: Transaction, owner: UUID) -> dict[str, Any] | None:
    """End the person's running session if its own rules say that it has ended; what runs on, kept
    from others until the transaction ends."""
    row = queries.find_running(transaction, owner, lock=True)
    if row is None:
        return None
    settled = as_session(row).settle(transaction.now)
    if settled.running:
        return row
    write_end(transaction, owner, settled, {})
    return None


def locked(transaction: Transaction, owner: UUID, session_id: UUID) -> Mapping[Any, Any]:
    """The person's session, kept from others until the transaction ends. Raises NotFound."""
    row = queries.find(transaction, owner, session_id, lock=True)
    if row is None:
        raise NotFound
    return row


def found(transaction: Transaction, owner: UUID, session_id: UUID) -> dict[str, Any]:
    """The person's session as it goes out. Raises NotFound."""
    row = queries.find(transaction, owner, session_id)
    if row is None:
        raise NotFound
    return described(row, transaction.now)


def close_due() -> int:
    """End everybody's sessions that have ended by their own rules; returns how many.

    For the scheduler: with no browser open a plan still ends on time, and a forgotten session is
    closed. Two at once share the work. A session whose plan has long passed ends at its plan.
    """
    ended = 0
    with open_for_scheduler() as transaction:
        now = transaction.now
        for row in queries.due(transaction, now - FORGOTTEN_AFTER, now - LONGEST_OPEN_END):
            settled = as_session(row).settle(now)
            if not settled.running:
                write_end(transaction, row["user_id"], settled, {})
                ended += 1
        breaks.close_due(transaction)
    return ended


def _reason(reason: str | None, kind: str | None) -> dict[str, str | None]:
    if kind not in (None, "internal", "external"):
        raise InvalidInput("reason_kind", "The reason kind must be internal or external.")
    return {"reason": limits.text("reason", reason, limits.REASON_LENGTH), "reason_kind": kind}
