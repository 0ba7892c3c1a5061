from __future__ import annotations

import pytest

from focus_core.domain.errors import InvalidInput
from focus_core.domain.passwords import LONGEST, check_password, normalise


@pytest.mark.parametrize(
    "password",
    [
        "seven purple otters juggle",
        "xK4#vQ9!mZ2$",
        "zwölf graue Dächer träumen",
        "a long sentence without any digit, capital or trick whatsoever in it " * 3,
        "квартира пятнадцать синих облаков",
    ],
)
def test_what_is_hard_to_guess_is_accepted(password: str) -> None:
    check_password(password, "ann")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "at least 12"),
        ("Password1!", "at least 12"),
        ("Tr0ub4dor&3", "at least 12"),
        ("password1234", "easy to guess"),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", "easy to guess"),
        ("annemarie.otterbein", "easy to guess"),
        ("x" * (LONGEST + 1), "at most 256"),
        ("seven purple\0otters juggle", "can't be stored"),
        ("seven purple \ud800 otters juggle", "can't be stored"),
    ],
)
def test_what_is_refused_says_why(password: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as refusal:
        check_password(password, "annemarie.otterbein", "new_password")
    assert refusal.value.field == "new_password"


def test_the_same_characters_are_the_same_password_however_they_are_composed() -> None:
    assert normalise("Zo\u0065\u0308") == normalise("Zo\u00eb")
