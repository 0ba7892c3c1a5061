"""Every field has bounds, and a message that says what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from focus_core.domain import limits
from focus_core.domain.errors import InvalidInput, NotFound

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.datetimes()
)


@given(st.text(max_size=50))
def test_text_stays_as_typed_or_is_refused(typed: str) -> None:
    impossible = "\x00" in typed or any("\ud800" <= character <= "\udfff" for character in typed)
    if not typed.strip():
        assert limits.text("context", typed, 40) is None
    elif len(typed) > 40 or impossible:
        with pytest.raises(InvalidInput):
            limits.text("context", typed, 40)
    else:
        assert limits.text("context", typed, 40) == typed


def test_text_says_how_much_is_too_much() -> None:
    with pytest.raises(InvalidInput, match=r"1,000,000 characters long; shorten it to 2,000"):
        limits.text("context", "x" * 1_000_000, 2_000)
    assert limits.text("context", "x" * 2_000, 2_000) == "x" * 2_000


def test_titles_are_one_line() -> None:
    assert limits.title("task", "  Read\n\tchapter  5 ", 300) == "Read chapter 5"
    assert limits.title("task", " \n ", 300) is None


@given(anything)
def test_whole_numbers_are_whole_and_within_bounds(value: Any) -> None:
    if value is None or (type(value) is int and 1 <= value <= 5):
        assert limits.whole_number("focus_score", value, 1, 5) == value
    else:
        with pytest.raises(
            InvalidInput, match="The focus score must be a whole number from 1 to 5"
        ):
            limits.whole_number("focus_score", value, 1, 5)


@given(anything)
def test_flags_are_yes_or_no(value: Any) -> None:
    if value is None or isinstance(value, bool):
        assert limits.flag("was_completed", value) is value
    else:
        with pytest.raises(InvalidInput):
            limits.flag("was_completed", value)


@given(anything.filter(lambda value: len(str(value)) < 32))  # longer ones may be a UUID's digits
def test_ids_that_cannot_be_one_belong_to_nothing(value: Any) -> None:
    with pytest.raises(NotFound):
        limits.identifier(value)


def test_ids_may_be_text() -> None:
    key = uuid4()
    assert limits.identifier(str(key)) == limits.identifier(key) == key


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires"])
def test_known_zones(name: str) -> None:
    assert limits.timezone(name) == name


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "europe/berlin", "\x00"])
def test_unknown_zones(name: str) -> None:
    with pytest.raises(InvalidInput, match="Choose one from the list"):
        limits.timezone(name)


@pytest.mark.parametrize("value", ["pomodoro", "flowtime", "custom"])
def test_session_types(value: str) -> None:
    assert limits.session_type(value) == value
    with pytest.raises(InvalidInput, match="pomodoro, flowtime, custom"):
        limits.session_type(value.upper())


def test_moments_come_out_in_utc() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert limits.moment("since", datetime(2026, 3, 2, 18, tzinfo=tokyo)) == NOW
    assert limits.moment("since", NOW).tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        datetime(2026, 3, 2),
        "2026-03-02",
        None,
        1772442000,
        datetime.max.replace(tzinfo=timezone(-timedelta(hours=1))),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=1))),
    ],
)
def test_what_is_no_moment(value: Any) -> None:
    with pytest.raises(InvalidInput):
        limits.moment("since", value)


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_spans_that_pass_can_be_a_session(start: datetime, end: datetime) -> None:
    possible = limits.OLDEST <= start < end <= NOW + timedelta(seconds=1)
    if possible and start <= NOW and end - start <= timedelta(hours=24):
        assert limits.span(start, end, NOW) == (start, end)
    else:
        with pytest.raises(InvalidInput):
            limits.span(start, end, NOW)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (timedelta(0), timedelta(0), "after the start"),
        (timedelta(hours=-1), timedelta(hours=-2), "after the start"),
        (timedelta(hours=1), timedelta(hours=2), "start is in the future"),
        (timedelta(hours=-1), timedelta(hours=2), "end is in the future"),
        (timedelta(hours=-26), timedelta(hours=-1), "longer than 24 hours"),
        (timedelta(days=-20_000), timedelta(days=-20_000, hours=1), "before the year 2000"),
    ],
)
def test_spans_say_what_is_wrong(start: timedelta, end: timedelta, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        limits.span(NOW + start, NOW + end, NOW)
