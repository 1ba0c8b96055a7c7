"""On a small phone somebody comes to an arrangement by talking, and signs it on its page."""

from __future__ import annotations

import pytest
from django.conf import settings

from forbear.contexts.arrangements.port import register_code_sender
from forbear.contexts.portfolio.actions.creditor import record_creditor
from forbear.contexts.portfolio.said import CreditorSaid
from tests.support.application import on_database
from tests.support.arrangement import Inbox
from tests.support.browser import PHONE
from tests.support.journey import find_clean
from tests.support.portal_walk import let_in, new_owing, serving
from tests.support.portfolio import CREDITOR, NOW, SETUP, ring_in

SAID = {"zh-hans": ("我一次还不清，想分期", "太多了"), "en": ("i cannot pay it all", "too much")}
DESKTOP = (1280, 900)


@pytest.fixture(scope="module")
def portal(cluster, application_template, tmp_path_factory):
    """The portal, served from here, where codes arrive at hand."""
    with (
        pytest.MonkeyPatch.context() as patch,
        ring_in(tmp_path_factory.mktemp("bargain")),
        cluster.database(template=application_template) as made,
        on_database(made),
    ):
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        patch.setattr(settings, "FORBEAR_DEMO", True)
        inbox = Inbox()
        before = register_code_sender(inbox)
        creditor = CreditorSaid(CREDITOR, "Example Lender (invented)", "示例放款方（虚构）")
        record_creditor(creditor, actor=SETUP, now=NOW)
        with serving() as address:
            yield address, inbox
        register_code_sender(before)


@pytest.mark.nightly
@pytest.mark.parametrize("scripts", [False, True], ids=["plain", "scripts"])
@pytest.mark.parametrize("language", sorted(SAID))
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_talk_leads_to_a_signed_arrangement(browser, portal, size, language, scripts):
    address, inbox = portal
    if size == DESKTOP and not scripts:
        pytest.skip("without scripts a desk is the phone's page, wider")
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        base_url=address,
        java_script_enabled=scripts,
    )
    # The first question that a process is asked makes its model.
    context.set_default_timeout(120_000)
    let_in(context, address, new_owing(), language)
    page = context.new_page()

    def seen() -> None:
        if scripts:
            find_clean(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0]

    def send(words: str) -> None:
        page.fill("#id_said", words)
        page.locator("form:has(#id_said) button.weui-btn_primary").click()

    first, less = SAID[language]
    page.goto("/p/ask/")
    send(first)
    seen()
    page.fill("#id_month", "300")
    page.locator("button[value=TELLS]").click()
    assert page.locator("button[value=CHOOSES]").count() == 3
    seen()
    send(less)
    seen()
    page.locator("button[value=CHOOSES]").first.click()
    page.wait_for_url("**/p/do/2/talk-*/")
    page.locator("button[value=code]").click()
    page.fill("#id_name", "欧阳虚构")
    page.fill("#id_code", inbox.latest)
    page.locator("main button.weui-btn_primary").first.click()
    assert page.locator("main table, main li").count() > 0
    seen()
    context.close()
