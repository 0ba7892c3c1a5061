"""How good a person's forecasts have been: as issued, against what happened and plain answers.

Only sessions that count are scored (docs/definitions.md). A session that its timer cut off says
nothing about how long it would have taken: it is left out of its length's score, and counted. Of a
day's plan one forecast is scored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from db.queries import plan_forecasts
from db.queries import scorecard as queries
from db.session import Transaction, open_for
from focus_core.domain import limits
from focus_core.domain.forecast_words import VERDICT_WINDOW_DAYS, verdict_of
from focus_core.services.forecast_scores import AGAINST, Row, figures

TARGETS = tuple(AGAINST)


def get_scorecard(user_id: UUID | str, days: int | None = 90) -> dict[str, Any]:
    """The scores of forecasts issued for sessions that started, and plans made, in the last `days`,
    None for all.

    `targets` has for each target: `issued`, `scores` (see `forecast_scores.figures`), the same for
    each model version in `versions` (`model_version`) and for each month in `months` (`month`, its
    first day; the person's own months, oldest first), and `verdict`: `beats`, `mixed`, `no_better`
    or `early`, always over the last 365 days, with `scores` of those. Also `days`, `since`, how
    many `sessions` there were and what of them is not scored by its length: `cut_off` were ended
    by a timer, `stopped` by hand before it. What is left besides had no forecast of its length.
    Raises InvalidInput, DatabaseUnavailable.
    """
    owner = limits.identifier(user_id)
    limits.whole_number("days", days, 1, limits.LONGEST_WINDOW_DAYS)
    with open_for(owner) as transaction:
        since = limits.OLDEST if days is None else transaction.now - timedelta(days=days)
        judged = transaction.now - timedelta(days=VERDICT_WINDOW_DAYS)
        rows = _issued(transaction, owner, TARGETS, min(since, judged))
        counts = queries.counts(transaction, owner, since)
    return {
        "days": days,
        "since": None if days is None else since,
        **counts,
        "targets": {
            target: _target(
                target,
                [row for row in mine if row["start_time"] >= since],
                [row for row in mine if row["start_time"] >= judged],
            )
            for target in TARGETS
            for mine in [[row for row in rows if row["target"] == target]]
        },
    }


def verdicts(user_id: UUID | str, targets: Sequence[str] = TARGETS) -> dict[str, str]:
    """`beats`, `mixed`, `no_better` or `early` for each target, over the last 365 days."""
    owner = limits.identifier(user_id)
    with open_for(owner) as transaction:
        since = transaction.now - timedelta(days=VERDICT_WINDOW_DAYS)
        rows = _issued(transaction, owner, targets, since)
    return {
        target: verdict_of(
            figures(target, _scored(row for row in rows if row["target"] == target))["against"]
        )
        for target in targets
    }


def trusted(user_id: UUID | str) -> dict[str, bool]:
    """Whether forecasts of `completion` and `focus_score` have beaten the plain answer for this
    person over at least 30 of them in the last 365 days, by more than chance. Until then nobody is
    shown them."""
    found = verdicts(user_id, ("completion", "focus_score"))
    return {target: verdict == "beats" for target, verdict in found.items()}


def plan_record(user_id: UUID | str) -> dict[str, Any]:
    """How plans' forecasts of the last 365 days turned out: `verdict`, and `scores` as
    `forecast_scores.figures` has them."""
    owner = limits.identifier(user_id)
    with open_for(owner) as transaction:
        since = transaction.now - timedelta(days=VERDICT_WINDOW_DAYS)
        rows = plan_forecasts.against_outcomes(transaction, owner, since)
    scores = figures("plan_minutes", _scored(rows))
    return {"verdict": verdict_of(scores["against"]), "scores": scores}


def _issued(
    transaction: Transaction, owner: UUID, targets: Sequence[str], since: datetime
) -> list[Row]:
    rows = list(queries.forecasts(transaction, owner, targets, since))
    if "plan_minutes" in targets:
        rows += plan_forecasts.against_outcomes(transaction, owner, since)
    return [row for row in rows if not row["cut_off"]]


def _target(target: str, rows: Sequence[Row], judged: Sequence[Row]) -> dict[str, Any]:
    scored = _scored(rows)
    latest = figures(target, _scored(judged))
    return {
        "issued": len(rows),
        "scores": figures(target, scored),
        "versions": _by(target, "model_version", scored),
        "months": _by(target, "month", scored),
        "verdict": {"kind": verdict_of(latest["against"]), "scores": latest},
    }


def _by(target: str, column: str, rows: Sequence[Row]) -> list[dict[str, Any]]:
    parts: dict[Any, list[Row]] = {}
    for row in rows:
        parts.setdefault(row[column], []).append(row)
    return [{column: value, **figures(target, parts[value])} for value in sorted(parts)]


def _scored(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row["outcome"] is not None]
