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
    (Purpose.COACH_NAMED, "2026-11"): (
        "My coach also sees, under my display name: focused time, sessions, completion and"
        " estimation error of my last twelve weeks and this one, and my profile: averages, counts,"
        " peak hours and days, and my time zone. My coach can write me notes."
    ),
    (Purpose.PEERS, "2026-11"): (
        "My weekly focused time (at most 40 hours) goes into the comparison of those in the group"
        " who compare, and I see in which band I am. Nobody sees my own figure, and nothing is"
        " shown below ten others."
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
