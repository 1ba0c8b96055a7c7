"""Can two of compliance tighten a rule today, and does the next dial stop at it?"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.actions.creditor import record_creditor
from forbear.contexts.portfolio.said import CreditorSaid
from tests.support.browser import PHONE
from tests.support.desk import new_shop
from tests.support.home import home_with_book
from tests.support.journey import entering, find_clean, find_room, laid_down
from tests.support.people import NOW
from tests.support.portfolio import CREDITOR, SETUP
from tests.support.server import served

TABLET = (768, 1024)


@pytest.fixture(scope="module")
def shop(cluster, application_template, tmp_path_factory):
    """A served application with a team's day and a book of past contacts."""
    folder = tmp_path_factory.mktemp("rules")
    with laid_down(cluster, application_template, folder) as made:
        creditor = CreditorSaid(CREDITOR, "Example Lender (invented)", "示例放款方（虚构）")
        record_creditor(creditor, actor=SETUP, now=NOW)
        team = new_shop()
        home = home_with_book(folder, loans=400).root
        with served(made, home, FORBEAR_PROVIDERS="simulated") as address:
            yield address, team, made


@pytest.fixture
def enter(shop, browser):
    """Let somebody sign in, in a browser of their own."""

    def teams_of(role):
        return (shop[1].team,) if role is Role.COLLECTOR else ()

    with entering(browser, shop[0], shop[2], teams_of=teams_of) as open_page:
        yield open_page


def _look(page, name):
    """Find a page clean, in larger type too; keep a picture where somebody wants to look."""
    page.evaluate("scrollTo(0, 0)")
    find_clean(page)
    if folder := os.environ.get("FORBEAR_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
    page.evaluate("document.documentElement.style.fontSize = '140%'")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], name
    page.evaluate("document.documentElement.style.fontSize = ''")


def _proposed(yan, last):
    """Let a form write a rule, try it on the past and ask a second person; return its address."""
    yan.goto("/rules/")
    yan.get_by_role("link", name="Own rules").first.click()
    _look(yan, "empty")
    yan.get_by_role("link", name="Propose a rule").press("Enter")
    _look(yan, "form")
    yan.get_by_label("Call", exact=True).press("Space")
    yan.fill("#last", last.isoformat())
    yan.fill("#source", "Letter 17 of the regulator (invented)")
    yan.get_by_role("button", name="Write the rule").press("Enter")
    yan.locator("#text").wait_for()
    assert "own.cn.closed_" in yan.input_value("#text")
    _look(yan, "written")
    yan.fill("#reason", "Letter 17: three quiet days.")
    yan.get_by_role("button", name="Try it on the past").press("Enter")
    yan.locator(".replay").wait_for()
    refused = yan.locator(".replay .tile-value").first.inner_text()
    assert int(refused.replace(",", "")) > 0
    _look(yan, "tried")
    yan.get_by_role("button", name="Ask a second person").press("Enter")
    yan.wait_for_url("**/rules/own/*/")
    assert yan.get_by_role("button", name="Approve").count() == 0
    _look(yan, "proposed")
    return yan.url


@pytest.mark.nightly
def test_a_rule_is_proposed_tried_approved_obeyed_and_withdrawn(shop, enter):
    late = shop[1].late(slot="morning", rank=1)
    today = (datetime.now(UTC) + timedelta(hours=8)).date()
    yan = enter(Role.COMPLIANCE)
    place = _proposed(yan, today + timedelta(days=2))

    lan = enter(Role.COLLECTOR, language="zh-hans")
    lan.goto("/queue/")
    lan.keyboard.press("j")
    lan.keyboard.press("Enter")
    lan.wait_for_url(f"**{late.page}")
    assert "自有规则" not in lan.inner_text("main")

    su = enter(Role.COMPLIANCE, language="zh-hans", size=PHONE, scheme="dark")
    su.goto("/rules/own/")
    _look(su, "waiting-zh")
    su.locator(".watch-act a").first.press("Enter")
    su.wait_for_url(place)
    _look(su, "decide-zh")
    su.get_by_role("button", name="批准").press("Enter")
    su.get_by_text("已批准：即刻生效。").wait_for()
    _look(su, "approved-zh")

    # The page was loaded before; the gate is asked when the key is pressed.
    lan.keyboard.press("c")
    lan.keyboard.press("Enter")
    lan.get_by_text("自有规则：").first.wait_for()
    assert "不得拨打电话" in lan.inner_text("main")
    _look(lan, "refused-zh")

    su.reload()
    su.fill("#reason", "来函已答复。")
    su.locator('button[value="ask_end"]').press("Enter")
    su.get_by_text("已提出；在第二人批准撤销之前，规则继续有效。").wait_for()
    yan.goto(place)
    _look(yan, "end")
    yan.get_by_role("button", name="Withdraw").press("Enter")
    yan.get_by_text("Withdrawn; it is asked no more.").wait_for()
    _look(yan, "withdrawn")
    lan.goto(late.page)
    assert "自有规则：" not in lan.inner_text("main")
    for page in (yan, su, lan):
        assert page.said == []


@pytest.mark.nightly
def test_a_wrong_text_is_told_on_a_phone_and_every_page_bears_longer_words(shop, enter):
    for language, size in (("zh-hans", PHONE), ("en", TABLET)):
        page = enter(Role.COMPLIANCE, language=language, size=size)
        page.goto("/rules/own/new/?kind=text")
        page.fill("#text", "id: own.cn.x\nkind: contact_windw\n")
        page.locator('button[value="show"]').press("Enter")
        page.locator("[role=alert]").wait_for()
        _look(page, f"wrong-{language}")
        for kind in ("closed", "window", "cap", "text"):
            page.goto(f"/rules/own/new/?law=uk&kind={kind}")
            _look(page, f"{kind}-{language}")
            if size == TABLET:
                find_room(page)
