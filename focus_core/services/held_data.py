"""The registry of everything held about a person: one entry for each table that knows them.

A test compares it with the tables of the database, so that a new one can't be forgotten: with
their owners, and with every other column that points at a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Table

from db import models


@dataclass(frozen=True)
class Held:
    table: Table
    says: str
    """What it is, in words for its owner."""
    owner: str = "user_id"
    secret: frozenset[str] = frozenset()
    """Columns that stay here: hashes that would help only whoever wants to break in."""
    by_sign_in: bool = False
    """Read by the sign-in duty, since the app itself may not."""


@dataclass(frozen=True)
class Told:
    """Rows that are about others as well: a function of the database tells what is the person's."""

    name: str
    function: str
    says: str


def _secret(*names: str) -> frozenset[str]:
    return frozenset(names)


REGISTRY = (
    Held(models.users, "your account and its settings", owner="id"),
    Held(
        models.user_credentials,
        "when your password was set, and failed attempts; never the password",
        secret=_secret("password_hash"),
        by_sign_in=True,
    ),
    Held(
        models.sign_in_tickets,
        "sign-ins under way",
        secret=_secret("ticket_hash", "browser_hash"),
        by_sign_in=True,
    ),
    Held(models.web_sessions, "browsers you signed in with", secret=_secret("token_hash")),
    Held(
        models.password_reset_links,
        "links for a new password",
        secret=_secret("token_hash", "created_by"),
        by_sign_in=True,
    ),
    Held(models.courses, "your courses"),
    Held(models.tasks, "your tasks"),
    Held(models.focus_sessions, "your focus sessions"),
    Held(
        models.session_events,
        "what happened inside them: pauses, interruptions, the page out of sight or back",
    ),
    Held(models.breaks, "your breaks; one that you passed over ended as it began"),
    Held(models.deleted_sessions, "sessions you deleted, while you can take them back"),
    Held(models.session_predictions, "forecasts made for your sessions, as they were made"),
    Held(models.planned_tasks, "what you planned for which day"),
    Held(models.plan_predictions, "forecasts of when a day's plan is done, as they were made"),
    Held(models.user_focus_profiles, "your focus profile, computed from your sessions"),
    Held(models.profile_refresh_requests, "whether your profile waits to be computed anew"),
    Held(models.api_sign_ins, "programs that signed in as you"),
    Held(models.personal_tokens, "your personal tokens", secret=_secret("token_hash")),
    Held(
        models.idempotent_replies,
        "answers given to your programs, kept so that a repeat gets the same",
        secret=_secret("fingerprint"),
    ),
    Held(models.cohorts, "groups you made as a coach"),
    Held(models.cohort_members, "groups you are or were in"),
    Held(models.consents, "what you agreed to and withdrew, and when"),
    Held(models.looks, "who looked at what of yours"),
    Held(models.feedback_notes, "notes from coaches to you"),
    Held(models.cohort_weeks, "your frozen weekly figures in groups"),
    Held(models.release_subjects, "research releases your data were in"),
    Held(models.account_erasures, "whether your account waits to be erased"),
)

TOLD = (
    Told(
        "notes_written", "app.notes_i_wrote()", "notes you wrote as a coach, and to which pseudonym"
    ),
    Told("log", "app.my_log()", "what administrators did with your account, and what you did"),
)
