"""Can a collector work a morning: by keyboard, beside a colleague, and when a browser dies?"""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from forbear.contexts.cases.models import Case, Plan, Talk
from forbear.contexts.contact.models import Attempt, Dispatch
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.actions.telephone import set_telephone
from forbear.contexts.people.models import Staff
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.actions.creditor import record_creditor
from forbear.contexts.portfolio.said import CreditorSaid
from tests.support.browser import PHONE
from tests.support.desk import new_shop, zone_where
from tests.support.journey import entering, find_clean, laid_down
from tests.support.people import NOW
from tests.support.portfolio import CREDITOR, SETUP
from tests.support.server import served


@pytest.fixture(scope="module")
def shop(cluster, application_template, tmp_path_factory):
    """A served application with a team's day: three who may be called, and one far away."""
    folder = tmp_path_factory.mktemp("desk")
    with laid_down(cluster, application_template, folder) as made:
        creditor = CreditorSaid(CREDITOR, "Example Lender (invented)", "示例放款方（虚构）")
        record_creditor(creditor, actor=SETUP, now=NOW)
        team = new_shop()
        with served(made, folder, FORBEAR_PROVIDERS="simulated") as address:
            yield address, team, made


@pytest.fixture
def enter(shop, browser):
    """Let somebody of the team sign in, in a browser of their own."""

    def teams_of(_role):
        return (shop[1].team,)

    with entering(browser, shop[0], shop[2], teams_of=teams_of) as open_page:
        yield lambda role=Role.COLLECTOR, **more: open_page(role, **more)


def _row(model, late):
    with reading(SETUP):
        return model.objects.get(debtor_id=late.who.debtor_id)


def _tab_to(page, wanted, most=60):
    """Press Tab until something has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.locator(wanted).evaluate_all("all => all.includes(document.activeElement)"):
            return
    raise AssertionError(f"{wanted} is not reached by Tab")


def test_a_case_is_worked_from_the_queue_to_its_end_by_keyboard_alone(shop, enter):
    late = shop[1].late(slot="morning", rank=1)
    page = enter()
    page.goto("/queue/")
    find_clean(page)

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{late.page}")
    find_clean(page)
    page.keyboard.press("c")
    page.keyboard.press("Enter")
    page.locator("#talk").wait_for()
    assert "1,234.56" not in page.content()
    find_clean(page)
    page.keyboard.press("v")
    page.keyboard.press("Enter")
    page.locator(".identity-done").wait_for()
    assert "1,234.56" in page.content()
    find_clean(page)
    page.keyboard.press("w")
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    _tab_to(page, "#wrap-next")
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    _tab_to(page, "#note-text")
    page.keyboard.type("The contract is of a namesake; papers were shown.")
    _tab_to(page, ".wrap .btn-primary")
    page.keyboard.press("Enter")

    page.wait_for_url("**/queue/")
    case = _row(Case, late)
    assert (case.state, case.ended_as) == ("CLOSED", "WRONG_PERSON")
    assert _row(Plan, late).state == "DONE"
    assert page.said == []


def test_a_call_at_ten_at_night_is_refused_and_says_until_when(shop, enter):
    late = shop[1].late(slot="evening", rank=50, time_zones=(zone_where(22),))
    page = enter(language="zh-hans", size=PHONE, scheme="dark", script=False)
    page.goto("/queue/?slot=evening")
    row = page.locator(".queue-row", has_text=late.who.ref)
    row.get_by_role("button", name="打开").click()

    # Nothing offers the call; whoever asks all the same is refused by the gate.
    assert page.get_by_role("button", name="拨打").count() == 0
    assert "GB/T 45251" in page.locator("#now").inner_text()
    assert "08:00" in page.locator("#now").inner_text()
    token = page.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value")
    told = {"point": str(late.who.point_id), "request": "5f0b8f0e-2f0c-4b53-9a52-3a1c1b0f7f99"}
    told |= {"csrfmiddlewaretoken": token}
    answer = page.request.post(f"{late.page}call/", form=told, headers={"Referer": shop[0]})

    assert "未拨打" in answer.text()
    with reading(SETUP):
        assert not Dispatch.objects.filter(debtor_id=late.who.debtor_id).exists()


def test_of_two_at_one_case_one_is_told_who_has_it(shop, enter):
    late = shop[1].late(slot="afternoon", rank=1)
    first, second = enter(), enter()
    for page in (first, second):
        page.goto("/queue/?slot=afternoon")

    for page in (first, second):
        row = page.locator(".queue-row", has_text=late.who.ref)
        row.get_by_role("button", name="Open").click()
        page.wait_for_url(f"**{late.page}")

    assert "You have this case" in first.locator(".claim").inner_text()
    told = second.locator(".note").inner_text()
    assert re.search(r"has this case, for \d+ min more", told)
    assert second.get_by_role("button", name="Dial").count() == 0
    find_clean(second)


def test_a_browser_that_dies_mid_note_loses_nothing(shop, enter):
    late = shop[1].late(slot="afternoon", rank=2)
    page = enter()
    page.goto(late.page)
    page.get_by_role("button", name="Take the case").click()
    page.locator("#note-text").press_sequentially("Paid on the tenth of each mon")
    page.get_by_text("Draft kept.").wait_for()

    page.close(run_before_unload=False)

    again = page.context.new_page()
    again.goto(late.page)
    assert again.locator("#note-text").input_value() == "Paid on the tenth of each mon"
    again.locator("#note-text").fill("Paid on the tenth of each month; asked for the items.")
    again.get_by_role("button", name="Keep the note").click()
    assert "asked for the items." in again.locator(".line").inner_text()
    assert again.locator("#note-text").input_value() == ""


@pytest.mark.parametrize(
    ("language", "size", "scheme"),
    [
        pytest.param("en", PHONE, "light", marks=pytest.mark.nightly),
        pytest.param("zh-hans", PHONE, "dark", marks=pytest.mark.nightly),
    ],
    ids=["en", "zh"],
)
def test_every_page_of_a_desk_is_clean(shop, enter, language, size, scheme):
    late = shop[1].late(slot="evening", rank=3)
    page = enter(Role.SUPERVISOR, language=language, size=size, scheme=scheme)
    page.goto(late.page)
    page.locator(".claim button").click()
    message = f"{late.page}message/?point={late.who.point_id}&channel=SMS"

    for route in ("/queue/?way=all&state=all", late.page, message, "/search/", "/cases/"):
        page.goto(route)
        find_clean(page)
    page.goto(late.page)
    page.locator("[data-key=c]").click()
    page.locator("#talk").wait_for()
    page.locator("[data-key=v]").click()
    page.locator(".identity-done").wait_for()
    for each in page.locator("details:not([open]) > summary").all():
        if each.is_visible():
            each.click()
    find_clean(page)
    for route in (late.page, "/queue/", message):
        page.goto(route)
        # Larger text, as a reader sets it in the browser.
        page.evaluate("document.documentElement.style.fontSize = '140%'")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"], route
    with reading(SETUP):
        assert Attempt.objects.filter(debtor_id=late.who.debtor_id).count() == 1
    assert page.said == []


@pytest.mark.nightly
def test_what_a_person_said_is_read_by_keyboard_with_scripts_and_without(shop, enter):
    late = shop[1].late(slot="morning", rank=7)
    page = enter()
    page.goto(late.page)
    page.keyboard.press("h")
    page.keyboard.type("I get paid on Friday and will pay 500 then")
    _tab_to(page, "#heard .btn-primary")
    page.keyboard.press("Enter")
    # The first question that a process is asked makes its model, which takes some seconds.
    page.locator("#suggested code").first.wait_for(timeout=120_000)
    assert "assistant.promise@" in page.locator("#suggested").inner_text()
    assert page.url.endswith(late.page)
    page.locator('#suggested a[href="#arranged"]').press("Enter")
    assert page.url.endswith("#arranged")
    find_clean(page)
    assert page.said == []

    page = enter(language="zh-hans", size=PHONE, script=False)
    page.goto(late.page)
    page.locator("#heard-said").fill("我不想活了")
    page.locator("#heard .btn-primary").click()
    care = page.locator("#suggested .care")
    assert "可能有生命危险" in care.inner_text()
    assert "登记困难" in page.locator("#suggested").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


@pytest.mark.nightly
def test_calls_follow_by_themselves_while_the_page_is_looked_at_and_stop_by_one_key(shop, enter):
    first, second = (shop[1].late(slot="morning", rank=rank) for rank in (1, 2))
    page = enter()
    page.clock.install()
    set_telephone(Staff.objects.latest("pk").pk, "1001", actor=SETUP, now=datetime.now(UTC))
    page.goto("/queue/")
    page.get_by_role("button", name="Let the next call follow by itself").press("Enter")
    page.wait_for_url(f"**{first.page}")
    find_clean(page)

    page.clock.run_for(9_000)
    assert not _called(first), "there is time to read, and to stop"
    page.clock.run_for(2_000)
    page.locator("#talk").wait_for()
    assert _called(first)
    find_clean(page)

    page.locator(".wrap .btn-primary").press("Enter")
    page.wait_for_url(f"**{second.page}")
    page.keyboard.press("Escape")
    page.get_by_text("Calls no longer follow by themselves.").wait_for()
    page.clock.run_for(30_000)
    assert not _called(second)


def _called(late):
    with reading(SETUP):
        return Talk.objects.filter(debtor_id=late.who.debtor_id).exists()
