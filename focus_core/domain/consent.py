"""What people can agree to, and the words they agree to.

A wording is never changed: what somebody agreed to must stay what it said. New words get a new
version, and whoever agreed to the old ones keeps those until they choose again.
"""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    COACH_AGGREGATES = "coach_aggregates"
    COACH_NAMED = "coach_named"
    PEERS = "peers"
    RESEARCH = "research"


class Sharing(StrEnum):
    """What a member shares with the coach of a cohort. Each step includes the one before."""

    NOTHING = "nothing"
    AGGREGATES = "aggregates"
    NAMED = "named"

    @property
    def purposes(self) -> frozenset[Purpose]:
        return _PURPOSES[self]


_PURPOSES = {
    Sharing.NOTHING: frozenset[Purpose](),
    Sharing.AGGREGATES: frozenset({Purpose.COACH_AGGREGATES}),
    Sharing.NAMED: frozenset({Purpose.COACH_AGGREGATES, Purpose.COACH_NAMED}),
}

SMALLEST_GROUP = 5
"""People behind every figure a coach sees of a group."""
PEERS_BESIDE_ONESELF = 10

WORDINGS = {
    (Purpose.COACH_AGGREGATES, "2026-11"): (
        "My last twelve full weeks and each week from now on go into the figures of the group:"
        " focused time (at most 40 hours a week), share of sessions completed, how far estimates"
        " were off, and in which three hours of the day I focus. They are frozen once a week,"
        " rounded, and shown only when at least five people are behind them."
    ),
    (Purpose.COACH_AGGREGATES, "2026-11c"): (
        "My last twelve full weeks and each week from now on go into the figures of the group:"
        " focused time (at most 40 hours a week), share of sessions completed, how far estimates"
        " were off, and in which three hours of the day I focus. They are frozen once a week,"
        " rounded, and shown only when at least five people are behind them. That hides me among"
        " people whose weeks my coach doesn't know. A coach who knows those of all the others, or"
        " who let accounts of their own join, can work out roughly what mine were."
    ),
    (Purpose.COACH_NAMED, "2026-11"): (
        "My coach also sees, under my display name: focused time, sessions, completion and"
        " estimation error of my last twelve weeks and this one, and my profile: averages, counts,"
        " peak hours and days, and my time zone. My coach can write me notes."
    ),
    (Purpose.COACH_NAMED, "2026-11b"): (
        "My coach also sees, under my display name: focused time, sessions, completion and"
        " estimation error of my last twelve weeks and this one, and my profile: averages, counts,"
        " how well my sessions go, and my peak hours and days with how many sessions are behind"
        " them and how well those went. My time zone is not told. My coach can write me notes, sees"
        " whether I have read them, and can take me out of the group."
    ),
    (Purpose.PEERS, "2026-11"): (
        "My weekly focused time (at most 40 hours) goes into the comparison of those in the group"
        " who compare, and I see in which band I am. Nobody sees my own figure, and nothing is"
        " shown below ten others."
    ),
    (Purpose.PEERS, "2026-11c"): (
        "My weekly focused time (at most 40 hours) goes into the comparison of those in the group"
        " who compare, and I see in which band I am. Nobody is shown my own figure, and nothing is"
        " shown below ten others. Somebody who compares and knows the weeks of all the others, or"
        " who let accounts of their own join, can work out roughly what mine were."
    ),
    (Purpose.RESEARCH, "2026-11"): (
        "My sessions may go into research data that researchers take away: how long, when to six"
        " hours and a week or coarser, completed or not, interruptions, estimates and ratings, in"
        " wide bands and under a pseudonym whose key is destroyed. Never my name, what I"
        " worked on, notes, context, or names of tasks and courses. A release is made only from"
        " at least 100 people, and only when its measured risk is below set limits. A risk of being"
        " recognised remains, most of all by people who know my sessions closely. I see in which"
        " releases I was. I can withdraw at any time: from then on I am in no new release; what"
        " has been taken away before can't be called back."
    ),
}
"""By purpose and version, as people read them."""

SHARED: dict[Purpose, dict[str, str]] = {
    Purpose.COACH_AGGREGATES: {
        "focused_minutes": "focused time, at most 40 hours a week",
        "completion": "share of sessions completed",
        "estimation_error": "how far estimates were off",
        "slot_minutes": "focused time by three hours of the day",
    },
    Purpose.COACH_NAMED: {
        "display_name": "your display name",
        "user_id": "the id of your account, which says nothing",
        "week": "the weeks, from Monday",
        "focused_minutes": "focused time",
        "sessions": "number of sessions",
        "completion": "share of sessions completed",
        "estimation_error": "how far estimates were off",
        "avg_focus_duration_minutes": "average focus",
        "avg_break_duration_minutes": "average break",
        "avg_interruption_count": "interruptions per session",
        "avg_underestimation_pct": "estimation error over your whole history",
        "total_sessions_count": "finished sessions",
        "completed_sessions_count": "completed sessions",
        "sessions_analyzed_count": "sessions that count",
        "success": "mean success",
        "peak_focus_hours": "peak hours",
        "peak_hour_sessions": "sessions in those hours",
        "peak_hour_success": "success in those hours",
        "peak_focus_days": "peak days",
        "peak_day_sessions": "sessions on those days",
        "peak_day_success": "success on those days",
        "body": "the notes they wrote to you",
        "created_at": "when they wrote them",
        "read_at": "when you read them",
    },
}
"""Each value a coach gets of a person, by the name of its column, in words for that person."""

NEVER_SHARED = (
    "Never shared with a coach or with peers: what you worked on, your notes, the context of a"
    " session, names of tasks and courses, why you were interrupted, single sessions."
)


def newest_wording(purpose: Purpose) -> str:
    """The version of the words that people are shown now. Raises KeyError if there are none."""
    return max(version for known, version in [*WORDINGS] if known is purpose)


def wording(purpose: Purpose) -> str:
    """The words people are shown now."""
    return WORDINGS[purpose, newest_wording(purpose)]
