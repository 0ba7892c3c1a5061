from __future__ import annotations

import pytest

from focus_core.domain.findings import (
    UNSURE,
    best,
    hour_name,
    interval,
    percent,
    standing,
)
from focus_core.domain.rates import Rate, rate


@pytest.mark.parametrize(
    ("share", "words"), [(None, "—"), (0.0, "0 %"), (0.125, "13 %"), (12.5, "1,250 %")]
)
def test_percent(share: float | None, words: str) -> None:
    assert percent(share) == words


def test_an_interval_without_trials_is_unknown() -> None:
    assert interval(None) == "—"
    assert interval(Rate(40, 0.8, 0.652, 0.895)) == "65–90 %"


def test_an_interval_that_holds_the_mean_says_nothing_yet() -> None:
    few, many, poor = rate(3, 3), rate(95, 100), rate(5, 100)
    assert few
    assert many
    assert poor
    assert standing(few, 0.5) == UNSURE
    assert standing(many, 0.5) == "above your average"
    assert standing(poor, 0.5) == "below your average"


def test_only_what_stands_out_is_called_best() -> None:
    few, many = rate(3, 3), rate(95, 100)
    assert few
    assert many
    assert best([], [], 0.5, "hour") == "No hour has enough sessions yet"
    assert best(["Tue", "Thu"], [many, many], 0.5, "weekday") == "You do best on Tue and Thu"
    assert best(["09–10", "14–15"], [many, few], 0.5, "hour") == "You do best at 09–10"
    assert "09–10 may be best, but that could be chance" in best(["09–10"], [few], 0.5, "hour")


def test_the_last_hour_ends_at_midnight() -> None:
    assert hour_name(23) == "23–00"
