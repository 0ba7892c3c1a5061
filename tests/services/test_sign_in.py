from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from argon2.exceptions import VerificationError
from sqlalchemy import Engine, text

from focus_core.domain.errors import SignInRefused
from focus_core.services import accounts, hashing, sign_in, web_sessions

PASSWORD = "seven purple otters juggle"


@pytest.fixture
def account(database: object) -> accounts.NewAccount:
    return make_account()


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were compared with somebody's real hash."""
    seen: list[str] = []
    really = hashing.password_matches

    def note(password_hash: str | None, password: str) -> bool:
        if password_hash is not None:
            seen.append(password)
        return really(password_hash, password)

    monkeypatch.setattr(hashing, "password_matches", note)
    return seen


def test_the_right_password_buys_a_ticket_and_the_ticket_a_cookie(
    account: accounts.NewAccount,
) -> None:
    ticket = sign_in.sign_in(
        f" {account.username.upper()} ", PASSWORD, address="", browser="browser"
    )
    token = web_sessions.begin(ticket, "browser", user_agent="x", address="")
    actor = web_sessions.actor_for_cookie(token)
    assert actor is not None
    assert actor.user_id == account.user_id


def test_a_ticket_is_good_once(account: accounts.NewAccount) -> None:
    ticket = attempt(account.username)
    begin(ticket)
    with pytest.raises(SignInRefused):
        begin(ticket)


def test_a_ticket_is_good_in_its_browser_only(account: accounts.NewAccount) -> None:
    ticket = attempt(account.username)
    with pytest.raises(SignInRefused):
        begin(ticket, browser="another")


def test_a_ticket_is_good_for_a_minute(account: accounts.NewAccount, admin_engine: Engine) -> None:
    ticket = attempt(account.username)
    shift(admin_engine, "update sign_in_tickets set expires_at = expires_at - :by", 61)
    with pytest.raises(SignInRefused):
        begin(ticket)


@pytest.mark.parametrize(
    "password", ["wrong password", "", PASSWORD + " ", "\0", "\ud800", "x" * 9999]
)
def test_any_other_password_is_refused(account: accounts.NewAccount, password: str) -> None:
    with pytest.raises(SignInRefused):
        attempt(account.username, password)


@pytest.mark.parametrize(
    "username", ["nobody-here", "", "\0", "\ud800", "'; drop table users", "ü"]
)
def test_an_unknown_name_gets_the_same_answer_for_the_same_work(
    account: accounts.NewAccount, monkeypatch: pytest.MonkeyPatch, username: str
) -> None:
    checked: list[bytes] = []

    class Hasher:
        def verify(self, _hash: str, password: bytes) -> bool:
            checked.append(password)
            raise VerificationError

    monkeypatch.setattr(hashing, "_HASHER", Hasher())
    monkeypatch.setattr(hashing, "_nobodys_hash", lambda: "a hash")
    with pytest.raises(SignInRefused) as unknown:
        attempt(username, "wrong password")
    with pytest.raises(SignInRefused) as known:
        attempt(account.username, "wrong password")
    assert str(unknown.value) == str(known.value)
    assert len(checked) == 2


def test_five_failures_lock_the_account_for_a_quarter_of_an_hour(
    account: accounts.NewAccount, compared: list[str], admin_engine: Engine
) -> None:
    for guess in range(7):
        with pytest.raises(SignInRefused):
            attempt(account.username, f"wrong {guess}")
    with pytest.raises(SignInRefused):
        attempt(account.username)
    assert compared == [f"wrong {guess}" for guess in range(5)]
    shift(admin_engine, "update user_credentials set locked_until = locked_until - :by", 15 * 60)
    assert attempt(account.username)


def test_a_success_forgives_the_failures_before(account: accounts.NewAccount) -> None:
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(SignInRefused):
                attempt(account.username, "wrong password")
        assert attempt(account.username)


def test_many_guesses_at_once_get_no_further_than_one_after_the_other(
    account: accounts.NewAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []

    def compare(password_hash: str | None, password: str) -> bool:
        if password_hash is not None:
            compared.append(password)
        return False  # without the work of a hash, so that more come at once

    monkeypatch.setattr(hashing, "password_matches", compare)

    def guess(number: int) -> None:
        address = f"192.0.{number // 250}.{number % 250}"
        with pytest.raises(SignInRefused):
            attempt(account.username, f"guess {number}", address=address)

    with ThreadPoolExecutor(60) as crowd:
        list(crowd.map(guess, range(1_000)))
    assert len(compared) <= sign_in.ATTEMPTS_PER_ACCOUNT


def test_one_address_gets_thirty_failures_over_all_names(
    database: object, monkeypatch: pytest.MonkeyPatch, admin_engine: Engine
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(hashing, "password_matches", lambda _, typed: bool(hashed.append(typed)))
    line = f"2001:db8:{uuid4().hex[:4]}:1::"
    for number in range(40):
        with pytest.raises(SignInRefused):
            attempt(f"name-{number}", "wrong password", address=f"{line}{number:x}")
    assert len(hashed) == sign_in.ATTEMPTS_PER_ADDRESS
    shift(
        admin_engine,
        "update sign_in_addresses set window_started_at = window_started_at - :by",
        15 * 60,
    )
    with pytest.raises(SignInRefused):
        attempt("one-more", "wrong password", address=f"{line}1")
    assert len(hashed) == sign_in.ATTEMPTS_PER_ADDRESS + 1


def test_a_refusal_is_logged_with_its_address_and_nothing_typed(
    account: accounts.NewAccount, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SignInRefused):
        attempt(account.username, "a secret guess", address="192.0.2.50")
    said = "".join(capsys.readouterr())
    assert "sign_in_refused" in said
    assert "192.0.2.50" in said
    assert "secret guess" not in said
    assert account.username not in said


def test_a_success_costs_the_address_nothing(account: accounts.NewAccount) -> None:
    for _ in range(sign_in.ATTEMPTS_PER_ADDRESS + 2):
        attempt(account.username, address="198.51.100.7")


def test_a_password_changed_while_the_old_one_is_checked_wins(
    account: accounts.NewAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = hashing.password_matches

    def change_meanwhile(password_hash: str | None, password: str) -> bool:
        matches = really(password_hash, password)
        monkeypatch.setattr(hashing, "password_matches", really)
        accounts.change_password(
            account.user_id, PASSWORD, "eleven grumpy comets whistle", keep=None
        )
        return matches

    monkeypatch.setattr(hashing, "password_matches", change_meanwhile)
    with pytest.raises(SignInRefused):
        attempt(account.username)


def make_account() -> accounts.NewAccount:
    return accounts.sign_up(
        f"person-{uuid4().hex[:12]}",
        "Ann",
        PASSWORD,
        "Europe/Berlin",
        address="",
        browser="browser",
    )


def attempt(username: str, password: str = PASSWORD, address: str | None = None) -> str:
    address = address or uuid4().hex
    return sign_in.sign_in(username, password, address=address, browser="browser")


def begin(ticket: str, browser: str = "browser") -> str:
    return web_sessions.begin(ticket, browser, user_agent="x", address="")


def shift(engine: Engine, statement: str, seconds: int) -> None:
    """Let time pass for what is stored."""
    with engine.begin() as connection:
        connection.execute(text(statement), {"by": timedelta(seconds=seconds)})
