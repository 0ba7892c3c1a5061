"""What every measure means, in one place.

The pages' explanations, the labels they stand under and docs/definitions.md all come from here.
"""

from __future__ import annotations

from dataclasses import dataclass

MINIMUM_SESSIONS = 3
"""Eligible sessions a profile needs; also what an hour or weekday needs to be called a peak."""

PSEUDO_SESSIONS = 5
"""How many sessions of the person's overall mean are mixed into each hour and weekday."""

PEAK_COUNT = 3


@dataclass(frozen=True)
class Definition:
    """A measure as people read it: the label it stands under, and what it means."""

    title: str
    text: str


DEFINITIONS = {
    "total_sessions_count": Definition(
        "Finished sessions", "Every session that has ended, of whatever length and outcome."
    ),
    "completed_sessions_count": Definition(
        "Completed sessions",
        "Finished sessions that reached their plan or that you marked as completed.",
    ),
    "sessions_analyzed_count": Definition(
        "Sessions that count",
        "Finished sessions with at least one minute of focus. A session that was forgotten and"
        " closed automatically counts only once you have corrected it. All averages, charts and"
        " tables are over these sessions.",
    ),
    "avg_focus_duration_minutes": Definition(
        "Average focus",
        "Mean focused time of a session, in whole minutes. Focused time runs from start to end,"
        " less the pauses.",
    ),
    "avg_break_duration_minutes": Definition(
        "Average break",
        "Mean break after a session, in whole minutes, over the sessions that had one.",
    ),
    "avg_interruption_count": Definition(
        "Interruptions per session",
        "Mean number, in a session, of pauses and interruptions you counted; each pause counts as"
        " one.",
    ),
    "completion_rate": Definition(
        "Completion rate",
        "Share of sessions that were completed. Not to be mixed with focused ÷ estimate.",
    ),
    "completed": Definition("Completed", "How many of the sessions were completed."),
    "avg_completion_ratio": Definition(
        "Focused ÷ estimate",
        "Mean of focused time ÷ estimated time, over sessions with an estimate; 100 % is as long"
        " as estimated. A single session counts for 9,999 % at most.",
    ),
    "avg_underestimation_pct": Definition(
        "Estimation error",
        "Mean of (estimate − focused time) ÷ estimate, over sessions with an estimate. Negative"
        " means that things took longer: −12.5 % is 12.5 % longer than estimated. Kept within"
        " ±999.99 %.",
    ),
    "estimated": Definition("With an estimate", "Sessions that had an estimated length."),
    "interval": Definition(
        "95 % interval",
        "How sure the sessions make us: values outside it would be a surprise. Few sessions, wide"
        " interval. Computed by Wilson's score method (E. B. Wilson, 1927). It treats sessions as"
        " independent and looks at one value at a time: among 24 hours, about one stands out by"
        " chance alone.",
    ),
    "success": Definition(
        "Success",
        "How well a session went, from 0 to 100 %: the mean of completed (0 or 100 %) and, if you"
        " rated it, the rating (1 is 0 %, 5 is 100 %). Averaged over sessions.",
    ),
    "adjusted_success": Definition(
        "Adjusted success",
        f"Mean success with {PSEUDO_SESSIONS} sessions of your overall mean mixed in, so that two"
        " lucky sessions don't make a best hour. It decides what is a peak.",
    ),
    "peak_focus_hours": Definition(
        "Peak hours",
        f"The {PEAK_COUNT} hours of start with the highest adjusted success, among those with at"
        f" least {MINIMUM_SESSIONS} sessions; more focused time decides a tie. Fewer when fewer"
        " qualify. May be one, not sure yet: the 95 % interval holds your overall success, so the"
        " difference may be chance.",
    ),
    "peak_focus_days": Definition("Peak days", "The same for weekdays."),
    "sessions": Definition(
        "Sessions", "How many sessions that count started in that hour, day, week or course."
    ),
    "hour": Definition(
        "Hour of start",
        "The hour on your local clock when a session started, by your time zone's rules on that"
        " day.",
    ),
    "weekday": Definition(
        "Weekday",
        "The weekday on which a session started. Before your start of the day it is"
        " still the day before.",
    ),
    "course": Definition("Course", "Sessions without a course are left out of this table."),
    "focused_minutes": Definition(
        "Focused minutes",
        "Time from start to end, less the pauses. By day and by week, a session that runs past"
        " the end of your day is split there, and its pauses are spread evenly over it. So no day"
        " has more than 24 hours (25 when the clocks go back).",
    ),
    "avg_focus_score": Definition(
        "Rating", "Mean of your ratings from 1 to 5, where you gave one."
    ),
    "day": Definition(
        "Day",
        "From your start of the day (see Settings) until the next one, in your time zone. A"
        " session counts for the day on which it started.",
    ),
    "week": Definition("Week of", "Seven days from your first day of the week, which is shown."),
}


def title(measure: str) -> str:
    """The label a measure stands under. Raises KeyError for one that has no definition."""
    return DEFINITIONS[measure].title


def as_markdown() -> str:
    """All definitions as the page of the documentation."""
    lines = [
        "# Definitions",
        "",
        "What the numbers in Focus mean. The dashboard shows the same words beside each of them.",
        "Unknown values show as —, never as 0.",
        "",
        "| measure | definition |",
        "|---|---|",
        *(f"| {entry.title} | {entry.text} |" for entry in DEFINITIONS.values()),
    ]
    return "\n".join(lines) + "\n"
