"""On a small phone, in both languages, with scripts and without, everything can be done."""

from __future__ import annotations

import json

import pytest
from django.conf import settings

from tests.support.browser import PHONE
from tests.support.journey import find_clean
from tests.support.llm import serving as model_serving
from tests.support.portal_walk import let_in, new_owing, walk, walked_portal

PAGES = 20


@pytest.fixture(scope="module")
def portal(cluster, application_template, tmp_path_factory):
    """The portal, served from here, where codes arrive at hand."""
    folder = tmp_path_factory.mktemp("acts")
    with walked_portal(cluster, application_template, folder) as (address, inbox, _database):
        yield address, inbox


@pytest.fixture
def phone(browser, portal, request):
    """A small phone, with scripts or without."""
    address, _inbox = portal
    size = {"width": PHONE[0], "height": PHONE[1]}
    context = browser.new_context(
        viewport=size, base_url=address, java_script_enabled=request.param[1]
    )
    who = new_owing()
    let_in(context, address, who, request.param[0])
    yield context.new_page(), who
    context.close()


@pytest.mark.nightly
@pytest.mark.parametrize("phone", [("zh-hans", False), ("en", False)], indirect=True, ids=str)
def test_everything_is_done_without_a_script(portal, phone):
    page, who = phone
    seen = []

    def look(shown, name) -> None:
        # Without scripts nothing tells that the next page is there but the page itself.
        shown.wait_for_load_state()
        shown.locator("h1").first.wait_for()
        wide = shown.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE[0], name
        assert shown.locator("h1").count() == 1, name
        seen.append(name)

    walk(page, who, portal[1], look)
    assert len(seen) >= PAGES
    assert who.postings


@pytest.mark.nightly
@pytest.mark.parametrize("phone", [("zh-hans", True)], indirect=True, ids=str)
def test_every_page_is_clean(portal, phone):
    page, who = phone
    walk(page, who, portal[1], lambda shown, _name: find_clean(shown))


@pytest.mark.nightly
@pytest.mark.parametrize("phone", [("en", True)], indirect=True, ids=str)
def test_the_pages_with_forms_are_clean_and_go_by_keyboard(portal, phone):
    page, who = phone
    for path in (f"do/1/{who.loan_id}/details/", "do/2/", "set/"):
        page.goto(f"/p/{path}")
        find_clean(page)
    page.goto("/p/do/3/a/PAID/")
    page.focus("#id_loan")
    for key in ("Tab", *"paid", "Tab", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**/do/3/portal-*/")
    assert page.locator("#reference").inner_text()


@pytest.mark.parametrize(
    "phone",
    [("zh-hans", True), pytest.param(("en", True), marks=pytest.mark.nightly)],
    indirect=True,
    ids=str,
)
def test_the_assistant_is_asked_answers_and_leads_on(portal, phone):
    page, _who = phone
    page.goto("/p/ask/")
    page.fill("#id_said", "我明天还五百 / i will pay 500 tomorrow")
    page.locator("main form button.weui-btn_primary").click()
    page.wait_for_url("**/p/ask/#last")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    find_clean(page)
    page.locator("main a[href*='asked=']").first.click()
    assert page.input_value("#id_amount") == "500"


@pytest.mark.nightly
@pytest.mark.parametrize("phone", [("zh-hans", True), ("en", True)], indirect=True, ids=str)
def test_a_reply_that_a_model_shortened_is_clean(portal, phone, tmp_path, monkeypatch):
    page, _who = phone
    # The first question that a process is asked makes its model.
    page.set_default_timeout(120_000)
    page.goto("/p/ask/")
    english = page.locator("html").get_attribute("lang") == "en"
    text = "Thank you for telling us. Paying costs nothing." if english else "还款不收额外费用。"
    with model_serving() as model:
        file = tmp_path / "model.yaml"
        file.write_text(
            f"url: {model.url}\nmodel: stand-in\ntasks: [PHRASE, UNDERSTAND]\n", "utf-8"
        )
        monkeypatch.setattr(settings, "FORBEAR_ASSISTANT_MODEL", file)
        model.says = json.dumps({"text": text})
        page.locator("#id_said").fill("how can i pay" if english else "怎么还款")
        page.locator("button.weui-btn_primary").click()
        page.locator(".short").wait_for()
        find_clean(page)
