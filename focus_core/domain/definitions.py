"""What every measure means, in one place.

The pages' explanations, the labels they stand under and docs/definitions.md all come from here.
"""

from __future__ import annotations

from dataclasses import dataclass

from focus_core.domain.forecast_words import VERDICT_FROM, VERDICT_WINDOW_DAYS

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
        "Mean of (estimate − focused time) ÷ estimate, over all sessions with an estimate. Negative"
        " means that they took longer: −12.5 % is 12.5 % longer than estimated. A session that its"
        " timer ended counts as exact and one that was stopped early as faster, so it does not say"
        " how long things take. Kept within ±999.99 %.",
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
    "forecast_scored": Definition(
        "Scored forecasts",
        "Forecasts whose outcome is known. Each is scored as it was stored when its session"
        " started; nothing that was corrected later changes it. Of a task only the first forecast"
        " counts, made before any work on it, against all its sessions that count, once it is"
        " done. Lengths of sessions are scored where no clock decided them: in flowtime and with"
        " overtime. A session that its timer ended says only that it would have taken at least so"
        " long, and one that was stopped before its timer ended it not even that. These are left"
        " out and counted, as are sessions without a forecast, such as those added later or"
        " imported; with the forecasts they add up to all sessions of the window.",
    ),
    "plans_scored": Definition(
        "Scored plans",
        "Of each day one forecast is scored: the first that was made for the list as it ended up,"
        " with nothing added later, if all of it was done that day. Its minutes count from the"
        " moment it was made until the last of its tasks was marked as done, so hours in which you"
        " did something else count too. The plain answer is what your estimates left, added up,"
        " with the same breaks; without it, when a task had no estimate.",
    ),
    "forecast_coverage": Definition(
        "Inside the range",
        "Share of outcomes inside the range that was shown, ends included. The range is meant to"
        " hold 80 %: far fewer and it is too narrow, far more and it is wider than it need be.",
    ),
    "forecast_width": Definition(
        "Width of the range", "Mean of the range's upper end less its lower one, in minutes."
    ),
    "forecast_width_factor": Definition(
        "High ÷ low",
        "The range's upper end ÷ its lower one, geometric mean: 2 for ranges like 10 to 20 min or"
        " 1 to 2 h.",
    ),
    "forecast_error": Definition(
        "Forecast's error",
        "Mean distance between what was forecast as most likely (of a plan: the time it was to be"
        " done by) and how long it took, in minutes.",
    ),
    "plain_error": Definition(
        "Plain answer's error",
        "The same for what the forecast is held against, over the same forecasts.",
    ),
    "forecast_against": Definition(
        "Forecast against",
        "The forecast's error / the plain answer's, over the forecasts for which both were there; n"
        " is how many.",
    ),
    "forecast_factor": Definition(
        "Forecast off by a factor of",
        "The same on a scale on which half as long and twice as long are equally wrong: 1.5 is"
        " off by half as much again. e to the mean absolute log of actual ÷ forecast.",
    ),
    "plain_factor": Definition(
        "Plain answer off by a factor of", "The same for what the forecast is held against."
    ),
    "plain_answer": Definition(
        "Plain answer",
        "What anybody could have said without a model, at that moment. Your own estimate; what"
        " your estimates of a plan's tasks left, added up, with breaks; your"
        " plain median: the median length of your sessions, or totals of your tasks, known until"
        " then; your plain completion rate: the share of your sessions completed until then; your"
        " plain histogram of ratings: how often you had given each of them. Rate and histogram"
        " start with a little of every outcome mixed in.",
    ),
    "brier": Definition(
        "Brier score",
        "Mean of (probability that was forecast − what happened, 0 or 1)². 0 is perfect, 0.25 is"
        " always saying 50 %; lower is better.",
    ),
    "forecast_said": Definition(
        "Said", "Mean of the probabilities that were forecast, in tenths from 0 to 100 %."
    ),
    "forecast_happened": Definition(
        "Happened", "Share of those sessions that were completed. At its best it equals Said."
    ),
    "calibration_error": Definition(
        "Calibration error",
        "Mean distance of Said and Happened over the tenths, weighted by their sessions. With few"
        " sessions much of it is chance.",
    ),
    "ranked_score": Definition(
        "Ranked probability score",
        "How far the forecast probabilities of the ratings 1 to 5 were from the one you gave,"
        " ratings further off counting more. 0 is perfect, 1 as wrong as can be.",
    ),
    "model_version": Definition(
        "Model version", "The version of the method that made the forecast, stored with it."
    ),
    "month": Definition(
        "Month",
        "Calendar month of the session's start or the plan's day, in your time zone and by your"
        " start of the day.",
    ),
    "verdict": Definition(
        "Verdict",
        f"Over the last {VERDICT_WINDOW_DAYS} days, whatever is looked at below, from"
        f" {VERDICT_FROM} scored forecasts on. It beats a plain answer, or is worse than it, where"
        " the 95 % interval of the difference of their errors, forecast by forecast, leaves zero"
        " out; otherwise the two are about as good, and a lead may be chance. The interval comes"
        " from the spread between days and takes five of them. The probability of completing and"
        " the expected rating are shown only where they beat the plain answer; ranges of lengths"
        " are always shown.",
    ),
    "stands_out": Definition(
        "What stands out",
        "Sessions that count of the last 90 days, held against each other. Told is only a"
        " difference that holds: at least ten sessions on five days on either side, and a 95 %"
        " interval that leaves no difference out. Sessions of one day resemble each other, so the"
        " interval comes from the spread between days; it widens with the number of comparisons"
        " looked at, so that of twenty people with nothing to find at most one is told anything."
        " It says what goes together, not what causes it.",
    ),
    "part_of_day": Definition(
        "Time of day",
        "By hour of start: morning from 05:00, afternoon from 12:00, evening from 17:00, night"
        " from 22:00. The completion rate is compared with that at all other times.",
    ),
    "courses_compared": Definition(
        "Courses compared",
        "The completion rate in a course is compared with that in your other courses, for the six"
        " courses with the most sessions. Sessions without a course are left out.",
    ),
    "planned_length": Definition(
        "Planned length",
        "What the timer was set to: up to 20, 21 to 35, 36 to 60 minutes, or more. The completion"
        " rate is compared with that of all other lengths. Never by focused time: giving up makes"
        " a session short, so short ones would always look abandoned. A flowtime session has no"
        " planned length.",
    ),
    "interruptions_compared": Definition(
        "Interruptions compared",
        "The mean rating of sessions without an interruption is compared with that of sessions with"
        " any, and that of sessions with one with that of sessions with two or more. Imported"
        " sessions are left out: seldom did anybody count.",
    ),
    "estimates_compared": Definition(
        "Estimates compared",
        "How much longer or shorter than estimated sessions typically take (the geometric mean of"
        " focused time ÷ estimate), over completed sessions of the last 90 days that no timer cut"
        " off. The profile begins with it; the insights tell it from 10 % on, with a wider"
        " interval where they compare more.",
    ),
    "months_compared": Definition(
        "Months compared", "The completion rate of the last 4 weeks and of the 4 before."
    ),
    "break": Definition(
        "Break",
        "From the end of a session to the start of the next on the same day, from 1 to 60 minutes,"
        " whether or not it was timed: a timed break is over at its planned end even when nobody"
        " came back. More than an hour is a pause of the day. Shorter and longer breaks are those"
        " on either side of the middle of your own.",
    ),
    "break_advice": Definition(
        "Break advice",
        "Where the success of your sessions differs between those after shorter and those after"
        " longer breaks, the break typical of the better side; it takes ten sessions on five days"
        " on either side and a 99 % interval that leaves no difference out. Otherwise what the"
        " technique says: 5 minutes, 15 after every fourth pomodoro, both as in your settings, and"
        " after flowtime 5 to 15 with its length. Which of them it is, and how many of your breaks"
        " count, is always said.",
    ),
    "plan_finish": Definition(
        "Done by",
        "When everything on today's list will be done. What is left of each task is drawn 2,000"
        " times from how long tasks of its type and estimate took you, and others where enough"
        " people are known, given what went into it already; tasks of one day share a part of"
        " their luck. The draws are added up, with breaks as in your settings in between and no"
        " other pauses. The time is the middle of these"
        " sums; the range holds 80 % of them. A running break, or a session on something else, is"
        " waited for.",
    ),
    "plan_leave_out": Definition(
        "Leave out",
        "In the order of the list, a task is kept as long as all that are kept would be done by"
        " that time in at least 80 % of the draws. The others are to be left out.",
    ),
    "plan_spent": Definition(
        "Of the estimate",
        "Focused time that went into a task on all days, the running session included, against"
        " its estimate. For the list: the sum over its tasks with an estimate, the done ones too,"
        " and what went into any of them today. A session that was closed automatically counts"
        " once you have corrected it.",
    ),
    "plan_order": Definition(
        "Suggested order",
        "Of the tasks with an estimate, the one whose rest has the widest 80 % range moves to"
        " where most of it falls into your peak hours. Only into hours whose 95 % interval of"
        " success lies above your overall success, and only when at least 15 minutes more of it"
        " fall into them.",
    ),
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
