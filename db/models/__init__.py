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
from db.models.cohorts import (
    cohort_freezes,
    cohort_members,
    cohort_weeks,
    cohorts,
    consents,
    feedback_notes,
    looks,
)
from db.models.installation import account_invitations, audit_log, heartbeats, installation
from db.models.predictions import (
    plan_predictions,
    planned_tasks,
    prediction_models,
    session_predictions,
)
from db.models.profiles import profile_refresh_requests, user_focus_profiles
from db.models.research import (
    account_erasures,
    erased_people,
    release_subjects,
    research_releases,
)
from db.models.sessions import breaks, deleted_sessions, focus_sessions, session_events
from db.models.tasks import courses, tasks

__all__ = [
    "account_erasures",
    "account_invitations",
    "api_sign_ins",
    "audit_log",
    "breaks",
    "cohort_freezes",
    "cohort_members",
    "cohort_weeks",
    "cohorts",
    "consents",
    "courses",
    "deleted_sessions",
    "erased_people",
    "feedback_notes",
    "focus_sessions",
    "heartbeats",
    "idempotent_replies",
    "installation",
    "looks",
    "metadata",
    "password_reset_links",
    "personal_tokens",
    "plan_predictions",
    "planned_tasks",
    "prediction_models",
    "profile_refresh_requests",
    "refresh_tokens",
    "release_subjects",
    "research_releases",
    "session_events",
    "session_predictions",
    "sign_in_addresses",
    "sign_in_tickets",
    "tasks",
    "user_credentials",
    "user_focus_profiles",
    "users",
    "web_sessions",
]
