"""The scorecard: figures known by hand, what is scored and what is not, and whose it is."""

from __future__ import annotations

import math
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import update

from db.models import tasks, users
from db.queries import scorecard as queries
from db.session import open_for
from focus_core.domain.errors import InvalidInput
from focus_core.prediction import scores
from focus_core.services import scorecard
from tests.factories import Person, add_session, make_person, utc
from tests.forecasts import add_forecast, add_forecast_session, add_task, change

NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def target(person: Person, name: str, days: int | None = 90) -> dict[str, Any]:
    found: dict[str, Any] = scorecard.get_scorecard(person.user_id, days)["targets"][name]
    return found


def test_durations_as_reckoned_by_hand(person: Person) -> None:
    # Ranges 30 to 60, p50 40, estimate 30, median 35.
    for days, minutes in enumerate((30, 40, 80, 20)):
        add_forecast_session(person, NOW - timedelta(days=days + 1), minutes)
    add_forecast_session(
        person, NOW - timedelta(days=6), 48, estimate_minutes=None, baseline=None, p50_minutes=48
    )
    found = target(person, "session_minutes")["scores"]
    assert found["n"] == 5
    assert found["coverage"]["share"] == pytest.approx(3 / 5)  # 80 and 20 are outside
    assert found["coverage"]["low"] < 3 / 5 < found["coverage"]["high"]
    assert found["width_minutes"] == 30
    assert found["width_factor"] == pytest.approx(2)
    assert found["error"] == pytest.approx((10 + 0 + 40 + 20 + 0) / 5)
    estimate, median = found["against"]
    assert (estimate["with"], estimate["n"]) == ("estimate", 4)
    assert estimate["ours"] == pytest.approx((10 + 0 + 40 + 20) / 4)
    assert estimate["theirs"] == pytest.approx((0 + 10 + 50 + 10) / 4)
    factor = math.exp((math.log(40 / 30) + 0 + math.log(2) + math.log(2)) / 4)
    assert estimate["our_factor"] == pytest.approx(factor)
    assert (median["with"], median["n"]) == ("median", 4)
    assert median["theirs"] == pytest.approx((5 + 5 + 45 + 15) / 4)


def test_completion_as_reckoned_by_hand(person: Person) -> None:
    for days, (said, happened) in enumerate(((0.9, True), (0.9, False), (0.2, False))):
        session = add_session(person, NOW - timedelta(days=days + 1), was_completed=happened)
        add_forecast(person, session, "completion", probability=said, baseline=0.5)
    found = target(person, "completion")["scores"]
    assert found["error"] == pytest.approx((0.01 + 0.81 + 0.04) / 3)
    assert found["against"] == [
        {
            "with": "rate",
            "n": 3,
            "ours": pytest.approx((0.01 + 0.81 + 0.04) / 3),
            "theirs": pytest.approx(0.25),
            "difference": None,  # three days are too few
        }
    ]
    assert [(each["n"], each["said"], each["happened"]) for each in found["reliability"]] == [
        (1, pytest.approx(0.2), 0.0),
        (2, pytest.approx(0.9), 0.5),
    ]
    assert (found["said"], found["happened"]) == (pytest.approx(2 / 3), pytest.approx(1 / 3))


def test_ratings_as_reckoned_by_hand(person: Person) -> None:
    session = add_session(person, NOW - timedelta(days=1), focus_score=4)
    add_forecast(
        person, session, "focus_score", score_probabilities=[0, 0, 0, 1, 0],
        baseline_score_probabilities=[1, 0, 0, 0, 0],
    )  # fmt: skip
    found = target(person, "focus_score")["scores"]
    assert found["error"] == 0
    assert found["against"][0]["theirs"] == pytest.approx(3 / 4)  # wrong at 1, 2 and 3 of 4 steps


def test_only_sessions_that_count_are_scored(person: Person) -> None:
    for days, (minutes, columns) in enumerate(
        [
            (30, {"end_time": None, "actual_end_time": None, "ended_by": None}),
            (30, {}),
            (30, {"ended_by": "auto_close"}),
            (0.5, {}),
            (30, {"ended_by": "timer"}),
        ]
    ):
        start = NOW - timedelta(days=days + 1)
        session = add_session(person, start, minutes, focus_score=4, **columns)
        for name in scorecard.TARGETS:
            if name not in ("task_minutes", "plan_minutes"):
                add_forecast(person, session, name)
    length = target(person, "session_minutes")
    assert (length["issued"], length["scores"]["n"]) == (4, 1)
    card = scorecard.get_scorecard(person.user_id, 90)
    assert (card["sessions"], card["cut_off"], card["stopped"]) == (5, 1, 0)
    # What the timer ended was completed and rated all the same.
    assert target(person, "completion")["scores"]["n"] == 2
    assert target(person, "focus_score")["scores"]["n"] == 2


def test_what_is_not_scored_by_its_length_is_counted(person: Person) -> None:
    kinds: list[dict[str, Any]] = [
        {"ended_by": "timer"},
        {"ended_by": "timer", "session_type": "custom"},
        {"ended_by": "user"},
        {"ended_by": "user", "session_type": "custom"},
        {"ended_by": "user", "session_type": "flowtime"},
        {"ended_by": "user", "overtime": True},
        {"ended_by": "user", "source": "import:forest"},
        {"ended_by": "auto_close"},
    ]
    for days, columns in enumerate(kinds):
        add_session(person, NOW - timedelta(days=days + 1), 20, **columns)
    add_forecast_session(person, NOW - timedelta(days=20), 40)
    add_session(person, NOW - timedelta(days=91), 20)
    card = scorecard.get_scorecard(person.user_id, 90)
    assert (card["sessions"], card["cut_off"], card["stopped"]) == (9, 2, 2)
    assert card["targets"]["session_minutes"]["issued"] == 1
    assert scorecard.get_scorecard(person.user_id, None)["sessions"] == 10


def test_a_task_is_scored_once_it_is_done_by_what_was_said_first(person: Person) -> None:
    task = add_task(person, "Report")
    for days, spent in ((3, 0), (2, 40), (1, 80)):
        session = add_session(person, NOW - timedelta(days=days), 40, task_id=task)
        add_forecast(person, session, "task_minutes", spent_minutes=spent, p50_minutes=50 + spent,
                     high80_minutes=300, high90_minutes=400)  # fmt: skip
    found = target(person, "task_minutes")
    assert (found["issued"], found["scores"]["n"]) == (1, 0)
    with open_for(person.user_id) as transaction:
        transaction.execute(
            update(tasks).where(tasks.c.id == task).values(done_at=NOW, estimate_minutes=999)
        )
    found = target(person, "task_minutes")
    assert found["scores"]["n"] == 1
    assert found["scores"]["error"] == pytest.approx(120 - 50)
    assert found["scores"]["against"][0]["theirs"] == pytest.approx(120 - 30)


def test_later_edits_change_nothing_about_what_was_forecast(person: Person) -> None:
    session = add_forecast_session(person, NOW - timedelta(days=1), 40)
    before = target(person, "session_minutes")
    change(person, session, expected_duration=500, session_type="pomodoro", overtime=True)
    assert target(person, "session_minutes") == before
    # A corrected end is another outcome; the forecast stays.
    change(person, session, end_time=NOW - timedelta(days=1) + timedelta(minutes=70))
    after = target(person, "session_minutes")["scores"]
    assert after["error"] == pytest.approx(30)
    assert after["width_minutes"] == before["scores"]["width_minutes"]


def test_windows_versions_and_months(person: Person) -> None:
    with open_for(person.user_id) as transaction:
        transaction.execute(
            update(users).values(timezone="Pacific/Auckland", day_start=datetime.min.time())
        )
    add_forecast_session(person, utc(2024, 1, 31, 12), 40)  # the first of February in Auckland
    add_forecast_session(person, utc(2024, 1, 30, 12), 90)
    add_forecast_session(person, NOW - timedelta(days=40), 40, model_version="duration-2")
    add_forecast_session(person, NOW - timedelta(days=2), 50, model_version="duration-2")
    counts = {
        days: target(person, "session_minutes", days)["scores"]["n"] for days in (30, 90, None)
    }
    assert counts == {30: 1, 90: 2, None: 4}
    found = target(person, "session_minutes", None)
    assert [(each["model_version"], each["n"]) for each in found["versions"]] == [
        ("duration-1", 2),
        ("duration-2", 2),
    ]
    assert [each["month"] for each in found["months"]][:2] == [date(2024, 1, 1), date(2024, 2, 1)]
    assert [each["error"] for each in found["months"]][:2] == [50, 0]
    assert found["verdict"]["scores"]["n"] == 2  # of the last 365 days, whatever is looked at


def test_unknown_is_none(person: Person) -> None:
    for found in scorecard.get_scorecard(person.user_id, None)["targets"].values():
        assert (found["issued"], found["scores"]["n"]) == (0, 0)
        assert found["scores"]["error"] is None
        assert found["verdict"]["kind"] == "early"
    assert scorecard.trusted(person.user_id) == {"completion": False, "focus_score": False}
    with pytest.raises(InvalidInput):
        scorecard.get_scorecard(person.user_id, 0)


def test_a_lead_that_may_be_chance_beats_nothing(person: Person) -> None:
    # Forecast at 40, estimated at 30: ten minutes better or worse, on most days better.
    for days in range(40):
        minutes = 30 if days % 5 < 2 else 40
        start = NOW.replace(hour=12) - timedelta(days=days + 1)  # a day each, wherever
        add_forecast_session(person, start, minutes, baseline=60)
    against, median = target(person, "session_minutes", None)["scores"]["against"]
    assert against["ours"] < against["theirs"]
    # Differences of ±10, 24 and 16 of them: a mean of −2, give or take 2.02 × 9.92 ÷ √40.
    assert against["difference"]["low"] == pytest.approx(-5.18, abs=0.03)
    assert against["difference"]["high"] == pytest.approx(1.18, abs=0.03)
    assert median["difference"]["high"] < 0
    assert scorecard.verdicts(person.user_id)["session_minutes"] == "mixed"


def test_forecasts_of_one_day_say_little_alone(person: Person) -> None:
    midday = NOW.replace(hour=12)
    for n in range(40):  # ten on each of four days
        start = midday - timedelta(days=n % 4 + 1, minutes=5 * n)
        session = add_session(person, start, 4)
        add_forecast(person, session, "completion", probability=0.9)
    (comparison,) = target(person, "completion", None)["scores"]["against"]
    assert (comparison["n"], comparison["difference"]) == (40, None)
    assert scorecard.trusted(person.user_id)["completion"] is False


@pytest.mark.parametrize(
    ("number", "said", "verdict"), [(29, 0.9, "early"), (30, 0.9, "beats"), (30, 0.1, "no_better")]
)
def test_trusted_from_thirty_on_and_only_when_better(
    person: Person, number: int, said: float, verdict: str
) -> None:
    for days in range(number):
        session = add_session(person, NOW - timedelta(days=days + 1))
        add_forecast(person, session, "completion", probability=said)
    assert scorecard.verdicts(person.user_id)["completion"] == verdict
    assert scorecard.trusted(person.user_id)["completion"] is (verdict == "beats")
    assert target(person, "completion", 30)["verdict"]["kind"] == verdict


def test_it_says_what_the_librarys_scores_say(person: Person) -> None:
    dice = random.Random(11)
    for hours in range(120):
        start = NOW - timedelta(hours=8 * hours + 2)
        p50 = dice.uniform(5, 100)
        low, high = p50 * dice.uniform(0.3, 1), p50 * dice.uniform(1, 3)
        minutes = {
            "p50_minutes": p50, "low80_minutes": low, "high80_minutes": high, "low90_minutes": low,
            "high90_minutes": high, "estimate_minutes": dice.choice([None, 25, 60]),
            "baseline": dice.choice([None, 33.0]),
        }  # fmt: skip
        session = add_forecast_session(person, start, dice.uniform(2, 110), **minutes)
        change(person, session, was_completed=dice.random() < 0.6,
               focus_score=dice.choice([None, 1, 2, 3, 4, 5]))  # fmt: skip
        add_forecast(person, session, "completion", probability=dice.random())
        weights = [dice.random() for _ in range(5)]
        shares = [weight / sum(weights) for weight in weights]
        add_forecast(person, session, "focus_score", score_probabilities=shares)
    with open_for(person.user_id) as transaction:
        rows = queries.forecasts(
            transaction, person.user_id, scorecard.TARGETS, NOW - timedelta(days=90)
        )

    def column(name: str, column: str, given: str = "outcome") -> Any:
        return np.array(
            [
                row[column]
                for row in rows
                if row["target"] == name and row["outcome"] is not None and row[given] is not None
            ],
            dtype=float,
        )

    length = target(person, "session_minutes")["scores"]
    actual, p50, low, high = (
        column("session_minutes", name)
        for name in ("outcome", "p50_minutes", "low80_minutes", "high80_minutes")
    )
    assert length["n"] == 120
    assert length["coverage"]["share"] == pytest.approx(scores.coverage(actual, low, high))
    assert length["width_minutes"] == scores.width(low, high)
    assert math.log(length["width_factor"]) == pytest.approx(scores.log_width(low, high))
    for comparison, given in zip(length["against"], ("estimate_minutes", "baseline"), strict=True):
        actual, ours, theirs = (
            column("session_minutes", name, given) for name in ("outcome", "p50_minutes", given)
        )
        assert 0 < comparison["n"] == len(actual) < 120
        assert comparison["ours"] == scores.mean_absolute_error(actual, ours)
        assert comparison["theirs"] == scores.mean_absolute_error(actual, theirs)
        assert math.log(comparison["our_factor"]) == pytest.approx(
            scores.log_mean_absolute_error(actual, ours)
        )
    completion = target(person, "completion")["scores"]
    happened, said = column("completion", "outcome"), column("completion", "probability")
    assert completion["error"] == scores.brier(happened, said)
    assert completion["calibration_error"] == scores.expected_calibration_error(happened, said)
    assert sum(each["n"] for each in completion["reliability"]) == 120
    rated = target(person, "focus_score")["scores"]
    assert rated["error"] == scores.ranked_probability_score(
        column("focus_score", "outcome"), column("focus_score", "score_probabilities")
    )


def test_nobody_is_scored_by_anothers_forecasts(person: Person) -> None:
    add_forecast_session(person, NOW - timedelta(days=1), 40)
    assert target(make_person(), "session_minutes", None)["issued"] == 0
