"""Invite, join, share, look, withdraw, remove: with coach and member in browsers of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import create_engine, text

from tests.journeys.app_server import AppServer
from tests.journeys.steps import sign_up

pytestmark = pytest.mark.browser


def make_coach(app: AppServer, username: str) -> None:
    pool = create_engine(app.admin)
    with pool.begin() as connection:
        connection.execute(
            text("update users set role = 'coach' where username = :name"), {"name": username}
        )
    pool.dispose()


def go_to(page: Page, name: str, title: str) -> None:
    page.goto(f"/{name}")
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()


def test_invite_join_share_look_withdraw_remove(
    new_context: Callable[[], BrowserContext], app_server: AppServer
) -> None:
    coach, member = new_context().new_page(), new_context().new_page()
    coach_name = sign_up(coach)
    make_coach(app_server, coach_name)

    go_to(coach, "coach", "Coach")
    coach.get_by_label("Name of the new group").fill("Thesis class")
    coach.get_by_role("button", name="Make group").click()
    expect(coach.get_by_role("heading", name="Thesis class")).to_be_visible()
    link = coach.get_by_text("/sharing?join=").inner_text().strip()

    member_name = sign_up(member, at=link)
    expect(member.get_by_role("heading", name="Thesis class")).to_be_visible()
    member.get_by_text("In the group's figures, and by name with your profile and trend").click()
    expect(member.get_by_text("My coach also sees, under my display name")).to_be_visible()
    member.get_by_role("button", name="Join").click()
    expect(member.get_by_text("You joined on")).to_be_visible()

    go_to(coach, "coach", "Coach")
    expect(coach.get_by_text("1 person has joined; 1 of them share")).to_be_visible()
    expect(coach.get_by_text("No figures yet.")).to_be_visible()
    coach.get_by_text("Named members", exact=True).click()
    coach.get_by_role("combobox", name="Open a member").fill(member_name)
    coach.get_by_role("option", name=member_name).click()
    expect(coach.get_by_role("heading", name=member_name)).to_be_visible()
    coach.get_by_label("A note to them").fill("Good start!")
    coach.get_by_role("button", name="Send note").click()
    expect(coach.get_by_text("not read yet")).to_be_visible()

    go_to(member, "insights", "Insights")
    expect(member.get_by_text("Good start!")).to_be_visible()
    go_to(member, "sharing", "Sharing")
    expect(member.get_by_role("heading", name="Who looked")).to_be_visible()
    expect(member.get_by_text("your profile, by name")).to_be_visible()
    member.get_by_text("Nothing", exact=True).click()
    member.get_by_role("button", name="Save").click()
    expect(member.get_by_role("button", name="Save")).not_to_be_attached()

    go_to(coach, "coach", "Coach")
    coach.get_by_text("Named members", exact=True).click()
    expect(coach.get_by_text("Nobody shares under their name.")).to_be_visible()
    expect(coach.get_by_text(member_name)).not_to_be_attached()

    member.get_by_text("In the group's figures, and by name with your profile and trend").click()
    member.get_by_role("button", name="Save").click()
    expect(member.get_by_role("button", name="Save")).not_to_be_attached()
    go_to(coach, "coach", "Coach")
    coach.get_by_text("Named members", exact=True).click()
    coach.get_by_role("combobox", name="Open a member").fill(member_name)
    coach.get_by_role("option", name=member_name).click()
    coach.get_by_role("button", name="Remove from the group").click()
    coach.get_by_role("button", name="Remove", exact=True).click()
    expect(coach.get_by_text("0 people have joined")).to_be_visible()
    go_to(member, "sharing", "Sharing")
    expect(member.get_by_text(f"{coach_name} removed you from Thesis class")).to_be_visible()
