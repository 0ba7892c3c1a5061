from __future__ import annotations

import pytest

from focus_core.domain.addresses import line_of


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64"),
        ("", ""),
        ("no address", "no address"),
        ("x" * 99, "x" * 64),
    ],
)
def test_who_shares_what_an_address_may_do(address: str, line: str) -> None:
    assert line_of(address) == line
