"""Ratings: a histogram that follows the person, steadied by everybody's."""

from __future__ import annotations

import pytest

from focus_core.prediction.quality import MINIMUM_PEOPLE, PRIOR, QualityHistory, QualityModel


def rated(model: QualityModel, person: str, *ratings: int) -> QualityHistory:
    history = QualityHistory()
    for rating in ratings:
        model.reveal(person, history, rating)
    return history


def test_the_first_forecast_is_the_prior():
    forecast = QualityModel().forecast(QualityHistory())

    assert forecast.probabilities == pytest.approx(tuple(PRIOR))
    assert forecast.n_known == 0


def test_a_persons_ratings_outweigh_the_prior():
    model = QualityModel()

    forecast = model.forecast(rated(model, "p", *[2] * 40))

    assert sum(forecast.probabilities) == pytest.approx(1)
    assert forecast.probabilities[1] > 0.9
    assert forecast.expected == pytest.approx(2, abs=0.15)
    assert forecast.n_known == 40


def test_a_change_is_followed():
    model = QualityModel()

    assert model.forecast(rated(model, "p", *[5] * 100, *[2] * 25)).expected < 3.2


def test_newcomers_start_from_everybody_once_there_are_enough():
    model = QualityModel()
    for person in range(MINIMUM_PEOPLE):
        assert model.forecast(QualityHistory()).probabilities == pytest.approx(tuple(PRIOR))
        rated(model, f"p{person}", *[5] * 10)
    assert model.forecast(QualityHistory()).probabilities[4] > 0.9

    model.forget("p0")
    model.forget("nobody")

    assert model.forecast(QualityHistory()).probabilities == pytest.approx(tuple(PRIOR))
    assert not model.published().any()


@pytest.mark.parametrize("rating", [0, 6])
def test_a_rating_off_the_scale_is_refused(rating):
    with pytest.raises(ValueError, match="1 to 5"):
        QualityHistory().add(rating)
