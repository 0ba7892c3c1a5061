from __future__ import annotations

import re

import pytest

from pages._ui.devices import describe
from pages._ui.text import plain, unbroken


@pytest.mark.parametrize(
    "typed",
    [
        "[a](javascript:alert(1))",
        "![a](//evil.example/b)",
        "<img src=x onerror=alert(1)>",
        "`code` *bold* _it_ ~gone~ # head",
        ":red[x] :material/home: :smile: $e^x$",
        "1. one\n- two\n> three | four",
        "Jörg 🙂 — 日本",
    ],
)
def test_the_characters_stay_and_the_markup_does_not(typed: str) -> None:
    shown = plain(typed)
    assert re.sub(r"\\(.)", r"\1", shown).replace("\u2060", "") == " ".join(typed.split())
    assert not re.search(r"(?<!\\)[\[\]()<>*_`~#$:!|>]", shown)


@pytest.mark.parametrize(
    "typed", ["https://a.example", "see HTTP://a", "www.a.example", "a@b.example"]
)
def test_addresses_do_not_become_links(typed: str) -> None:
    written = plain(typed).replace("\\", "").lower()
    assert not re.search(r"https?://|www\.|@b", written)


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; like Mac OS X) Version/18 Safari/604", "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140) Gecko Firefox/140", "Firefox on Linux"),
        ("curl/8", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_device_is_named_in_words(user_agent: str, said: str) -> None:
    assert describe(user_agent) == said


def test_a_number_stays_with_its_unit() -> None:
    told = unbroken("1 h 30 min of 2 h left, 80 % sure: 2.5 to 4 h; 5 hens")
    assert told.replace("\N{NO-BREAK SPACE}", "_") == (
        "1_h_30_min of 2_h left, 80_% sure: 2.5 to 4_h; 5 hens"
    )
