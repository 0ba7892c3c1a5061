"""Completion on generated sessions whose chances are known."""

from __future__ import annotations

import random

import pytest

from focus_core.prediction import scores
from focus_core.prediction.completion import (
    FEATURES,
    CompletionHistory,
    CompletionModel,
    SessionStart,
)
from focus_core.prediction.rates import MINIMUM_PEOPLE, Rate, SharedRates


def walked(chance_of, sessions, people=4, seed=1):
    """(probability said, truth, outcome) of sessions that one after another are revealed."""
    chance, model = random.Random(seed), CompletionModel()
    histories = [CompletionHistory() for _ in range(people)]
    found = []
    for nth in range(sessions):
        person = nth % people
        left = chance.choice([10.0, 30.0, 120.0])
        start = SessionStart(left, left, task_type=chance.choice(["essay", "reading"]))
        truth = chance_of(person, start, nth)
        completed = chance.random() < truth
        forecast = model.forecast(start, histories[person])
        model.reveal(f"p{person}", histories[person], forecast, start, completed)
        found.append((forecast.probability, truth, completed))
    return found


def test_it_comes_close_to_the_truth_and_is_calibrated():
    found = walked(
        lambda who, start, _: (0.2 + 0.2 * who) * (0.5 if start.task_type == "essay" else 1.0), 2000
    )[500:]
    said, truth, completed = zip(*found, strict=True)

    assert scores.brier(completed, said) < scores.brier(completed, truth) * 1.06
    assert scores.expected_calibration_error(completed, said) < 0.05


def test_what_is_left_of_the_task_matters():
    found = walked(lambda _, start, __: 0.9 if start.left_minutes == 10 else 0.3, 1200)[800:]

    easy = [said for said, truth, _ in found if truth == 0.9]
    hard = [said for said, truth, _ in found if truth == 0.3]
    assert sum(easy) / len(easy) == pytest.approx(0.9, abs=0.06)
    assert sum(hard) / len(hard) == pytest.approx(0.3, abs=0.08)


def test_a_falling_rate_is_followed():
    found = walked(lambda _, __, nth: 0.8 if nth < 600 else 0.3, 900, people=1)[750:]

    assert sum(said for said, _, _ in found) / len(found) == pytest.approx(0.3, abs=0.12)


def test_a_few_sessions_of_one_person_are_learnt_from():
    found = walked(lambda *_: 0.9, 40, people=1)

    assert found[-1][0] == pytest.approx(0.9, abs=0.08)


def test_the_first_forecast_says_that_it_does_not_know():
    forecast = CompletionModel().forecast(SessionStart(), CompletionHistory())

    assert forecast.probability == pytest.approx(0.5)
    assert forecast.n_known == 0
    assert len(forecast.features) == len(FEATURES)


@pytest.mark.parametrize("outcome", [True, False])
def test_one_sided_outcomes_are_no_trouble(outcome):
    found = walked(lambda *_: float(outcome), 300)

    assert found[-1][0] == pytest.approx(float(outcome), abs=0.1)
    assert 0 < found[-1][0] < 1


def test_absurd_sessions_are_no_trouble():
    model, history = CompletionModel(), CompletionHistory()
    absurd = SessionStart(1e12, -5.0, spent_minutes=-1e9, session_index=10**9, text="a " * 500)
    for nth in range(150):
        forecast = model.forecast(absurd, history)
        model.reveal("p", history, forecast, absurd, nth % 2 == 0, 1e9)

    assert 0 < model.forecast(absurd, history).probability < 1


def test_shared_rates_are_silent_over_few_people_and_forget():
    rates = SharedRates()
    for person in range(MINIMUM_PEOPLE):
        assert rates.shrunk(("all",), 0.5, 2) == 0.5
        rates.add(f"p{person}", ("all",), True)
    assert rates.shrunk(("all",), 0.5, 2) > 0.5
    assert rates.published() == {("all",): [5.0, 5.0]}

    rates.forget("p0")

    assert rates.shrunk(("all",), 0.5, 2) == 0.5
    assert rates.published() == {}


def test_a_rate_fades_by_its_half_life():
    rate = Rate(half_life=10)
    rate.add(True)
    for _ in range(10):
        rate.add(False)

    assert rate.successes == pytest.approx(0.5)
