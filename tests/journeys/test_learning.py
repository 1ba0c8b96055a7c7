"""Can somebody on an old telephone learn something, practise it and see their month through?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from forbear.contexts.rulebook.library import open_education
from forbear.policy.education.terms import Arm
from tests.journeys.test_portal import look, shop
from tests.support.journey import find_clean
from tests.support.paying import owing
from tests.support.portal import visit_token
from tests.support.portal_pages import tricks, uneven
from tests.support.today import lenders_day

__all__ = ["look", "shop"]


def _just_late():
    """Record somebody who has been late for some two weeks, and whom the lot lets have a lesson."""
    now = timezone.now()
    while True:
        who = owing(today=lenders_day(now) + timedelta(days=35), now=now)
        if open_education().arm(who.ref) is Arm.OFFERED:
            return who


def _even(page):
    assert uneven(page) == [], page.url
    assert tricks(page.content()) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.nightly
def test_from_the_first_page_to_a_month_seen_through_without_scripts(shop, look):
    page = look()
    who = _just_late()
    told = {"name": "visit", "value": visit_token(who.debtor_id), "url": shop[0]}
    page.context.add_cookies([told])
    page.goto("/p/home/")
    offered = page.locator("#lesson a")
    assert offered.inner_text() == "钱不够时先付什么"
    offered.click()
    page.get_by_role("link", name="我的收支和欠款").click()

    # The own contract stands there already; nothing but the month is typed.
    assert page.input_value("#id_left_0")
    page.fill("#id_income", "5000")
    page.fill("#id_needs", "4200")
    page.get_by_role("button", name="测算").click()
    assert page.inner_text("#left") == "¥800.00"
    page.get_by_role("button", name="看看按这个月能约定什么").click()
    assert page.input_value("#id_month") == "800"

    page.goto("/p/home/")
    page.get_by_role("button", name="暂时不用").click()
    assert page.locator("#lesson").count() == 0
    assert page.get_by_role("link", name="我需要更多时间").count() == 1


@pytest.mark.nightly
def test_a_fraud_is_practised_without_scripts(shop, look):
    page = look(language="en")
    page.goto("/p/lessons/")
    page.get_by_role("link", name="Practise").click()
    page.get_by_role("link", name="asks you to read out the code").click()
    page.get_by_role("button", name="He knows my name").click()

    assert "Worth a second look" in page.inner_text("[role=status]")
    assert "please tell it to nobody" in page.inner_text("[role=status]")
    page.get_by_role("link", name="The next situation").click()
    assert page.get_by_role("button").count() >= 3


@pytest.mark.parametrize(
    ("language", "large", "scheme"),
    [
        pytest.param("zh-hans", False, "light", marks=pytest.mark.nightly),
        pytest.param("en", True, "dark", marks=pytest.mark.nightly),
    ],
)
def test_pages_of_learning_are_clean_and_even(shop, look, language, large, scheme):
    page = look(language=language, large=large, script=True, scheme=scheme)
    for route in ("lessons/minimum/", "practice/", "practice/code_please/?answer=a"):
        page.goto(f"/p/{route}")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        _even(page)
    find_clean(page)
    page.goto("/p/budget/")
    _even(page)
    for row, (left, rate, minimum) in enumerate([("20000", "24", "600"), ("3000", "6", "100")]):
        page.fill(f"#id_left_{row}", left)
        page.fill(f"#id_rate_{row}", rate)
        page.fill(f"#id_minimum_{row}", minimum)
    page.locator("summary").first.click()
    page.fill("#id_extra", "300")
    page.locator("button.weui-btn_primary").click()
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.locator("svg.lines polyline").count() == 2
    _even(page)
    find_clean(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert all(url.startswith(shop[0]) for url in page.asked)
