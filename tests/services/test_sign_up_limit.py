"""Accounts from one address: enough for a class behind one router, too few to fill a database."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from limits import parse
from sqlalchemy import URL

from focus_core.config import read_settings
from focus_core.domain.errors import InvalidInput, TooManyAccounts
from focus_core.services import accounts, hashing, sign_up_limit

PASSWORD = "seven purple otters juggle"


@pytest.fixture
def at_most_two(database: URL, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("FOCUS_SIGN_UP_LIMIT_PER_ADDRESS", "2/hour")
    sign_up_limit._limit.cache_clear()
    yield
    sign_up_limit._limit.cache_clear()


def sign_up(address: str, name: str | None = None, password: str = PASSWORD) -> str:
    name = name or f"person-{uuid4().hex[:12]}"
    return accounts.sign_up(
        name, "Ann", password, "UTC", address=address, browser="browser"
    ).username


def test_one_line_makes_so_many_accounts_and_is_told_when_to_try_again(
    at_most_two: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        sign_up("2001:db8:7:1::1")
    monkeypatch.setattr(hashing, "hash_password", lambda _: pytest.fail("it costs no hash"))
    with pytest.raises(TooManyAccounts, match=r"Try again in (59|60|61) minutes\.") as refusal:
        sign_up("2001:db8:7:1::2")
    assert 3500 < refusal.value.retry_after <= 3601
    monkeypatch.undo()
    said = "".join(capsys.readouterr())
    assert "limit_hit" in said
    assert "sign-up" in said
    assert "2001:db8:7:1::/64" in said
    assert PASSWORD not in said


def test_a_form_filled_in_wrong_costs_nothing_and_a_name_that_is_taken_does(
    at_most_two: None,
) -> None:
    for _ in range(3):
        with pytest.raises(InvalidInput):
            sign_up("192.0.2.20", password="Password1!")
    taken = sign_up("192.0.2.20")
    with pytest.raises(InvalidInput, match="taken"):
        sign_up("192.0.2.20", taken)
    with pytest.raises(TooManyAccounts):
        sign_up("192.0.2.20")
    assert sign_up("192.0.2.21")


def test_a_minute_is_told_as_one() -> None:
    assert str(TooManyAccounts(59)).endswith("Try again in a minute.")
    assert str(TooManyAccounts(61)).endswith("Try again in 2 minutes.")


def test_a_class_behind_one_address_fits_with_three_tries_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limit = parse(read_settings({}).sign_up_limit_per_address)
    assert limit.amount >= 30 * 3
    assert limit.get_expiry() <= 3600
