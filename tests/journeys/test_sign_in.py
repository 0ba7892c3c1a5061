from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.journeys.steps import (
    expect_signed_in,
    expect_signed_out,
    sign_in,
    sign_out_button,
    sign_up,
)

pytestmark = pytest.mark.browser


def test_sign_up_reload_sign_out_sign_in(page: Page) -> None:
    username = sign_up(page)
    page.reload()
    expect_signed_in(page)
    sign_out_button(page).click()
    expect_signed_out(page)
    page.reload()
    expect_signed_out(page)
    sign_in(page, username)
    expect_signed_in(page)
