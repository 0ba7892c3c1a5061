"""The errors a person can meet. Each class docstring is the message that person reads.

Pages and API show `str(error)`; the API keeps the one table of HTTP statuses.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any


class FocusError(Exception):
    """Something went wrong. Nothing was lost; please try again."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or inspect.cleandoc(type(self).__doc__ or ""))


class InvalidInput(FocusError):
    """That value can't be used."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class NotFound(FocusError):
    """There is nothing here by that id. It may have been deleted."""


class SessionAlreadyRunning(FocusError):
    """A session is already running. Finish or abandon it before you start another."""

    def __init__(self, session: Mapping[str, Any]) -> None:
        super().__init__()
        self.session = session


class NoSessionRunning(FocusError):
    """This session isn't running any more, so there is nothing to pause or resume."""


class SessionStillRunning(FocusError):
    """This session is still running. End it first, then change it."""


class SessionAlreadyEnded(FocusError):
    """This session has already ended with other values. Change them in the history instead."""

    def __init__(self, session: Mapping[str, Any]) -> None:
        super().__init__()
        self.session = session


class SessionsOverlap(FocusError):
    """This time overlaps another session of yours. Trim it, or change the other one first."""

    def __init__(
        self, conflicts: list[dict[str, Any]], trimmed: tuple[Any, Any] | None = None
    ) -> None:
        super().__init__()
        self.conflicts = conflicts
        self.trimmed = trimmed
        """The largest free (start, end) inside what was asked for, in UTC; None if none is left."""


class NameTaken(FocusError):
    """You have one of that name already."""


class TooManyTokens(FocusError):
    """You have as many tokens as one person may. Revoke one first."""


class PlanIsFull(FocusError):
    """There are as many tasks on a day's list as it holds. Take one off first."""


class TooManyCohorts(FocusError):
    """You have as many groups as one coach may. Close one first."""


class KeyUsedOtherwise(FocusError):
    """This Idempotency-Key came with another request before. Use a new key for a new request."""


class ProfileNotReady(FocusError):
    """A profile needs three finished sessions of at least a minute."""

    def __init__(self, missing: int) -> None:
        super().__init__(
            f"A profile needs three finished sessions of at least a minute: {missing} to go."
        )
        self.missing = missing


class TooManyRequests(FocusError):
    """Too many requests. Wait a moment, then go on more slowly."""

    def __init__(self, retry_after: int, message: str | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """In seconds."""


class TooManyAccounts(TooManyRequests):
    """Many accounts were asked for from your network just now, so this one has to wait."""

    def __init__(self, retry_after: int) -> None:
        minutes = -(-retry_after // 60)
        when = "in a minute" if minutes == 1 else f"in {minutes} minutes"
        super().__init__(
            retry_after, f"{inspect.cleandoc(type(self).__doc__ or '')} Try again {when}."
        )


class DatabaseUnavailable(FocusError):
    """The database can't be reached right now. What you did before is safe; this page comes back
    by itself."""


class SignInRefused(FocusError):
    """That name and password don't match. After five failures an account waits 15 minutes."""


class NotSignedIn(FocusError):
    """You are signed out. Sign in to go on."""


class NotAllowed(FocusError):
    """Your account may not do this."""


class LastAdministrator(FocusError):
    """You are the only administrator, and other people use this.
    Make somebody else an administrator first, under People; then you can go."""


class LinkExpired(FocusError):
    """This link has been used or has run out. Ask for a new one."""


class ReleaseRefused(FocusError):
    """This release can't be made."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons
