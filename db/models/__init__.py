"""The tables, one file a noun. A test compares them with what the migrations make."""

from db.models.accounts import (
    password_reset_links,
    sign_in_addresses,
    sign_in_tickets,
    user_credentials,
    users,
    web_sessions,
)
from db.models.api import api_sign_ins, idempotent_replies, personal_tokens, refresh_tokens
from db.models.base import metadata
from db.models.profiles import profile_refresh_requests, user_focus_profiles
from db.models.sessions import breaks, deleted_sessions, focus_sessions, session_events
from db.models.tasks import courses, tasks

__all__ = [
    "api_sign_ins",
    "breaks",
    "courses",
    "deleted_sessions",
    "focus_sessions",
    "idempotent_replies",
    "metadata",
    "password_reset_links",
    "personal_tokens",
    "profile_refresh_requests",
    "refresh_tokens",
    "session_events",
    "sign_in_addresses",
    "sign_in_tickets",
    "tasks",
    "user_credentials",
    "user_focus_profiles",
    "users",
    "web_sessions",
]
