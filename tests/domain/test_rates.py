from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from focus_core.domain.rates import rate


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in
        # Medicine 17 (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_published_intervals(successes: int, n: int, low: float, high: float) -> None:
    found = rate(successes, n)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_without_trials_nothing_is_known() -> None:
    assert rate(0, 0) is None


@given(some.integers(1, 100_000), some.floats(0, 1))
def test_the_mean_lies_in_its_interval(n: int, share: float) -> None:
    found = rate(share * n, n)
    assert found is not None
    assert 0 <= found.low <= found.mean + 1e-12
    assert found.mean - 1e-12 <= found.high <= 1
    assert not found.differs_from(min(max(found.mean, found.low), found.high))
