"""Somebody watches the day's texts leave, stops them, and lets them go on."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.actions.creditor import record_creditor
from forbear.contexts.portfolio.said import CreditorSaid
from tests.support.browser import DESK, PHONE
from tests.support.campaign import planned
from tests.support.console import new_colleague, new_secret
from tests.support.day import new_night
from tests.support.journey import find_clean, laid_down, sign_in
from tests.support.portfolio import CREDITOR, SETUP
from tests.support.server import environment, served

NOW = datetime.now(UTC)
# Where it is noon now, so that the rules let texts go whenever this runs.
NOON = f"Etc/GMT{NOW.hour - 12:+d}" if NOW.hour != 12 else "UTC"
TEXTS = 12
END_S_MAX = 2.0


@pytest.fixture(scope="module")
def shop(cluster, application_template, tmp_path_factory):
    """A served application with texts to send, and what its processes are told."""
    folder = tmp_path_factory.mktemp("contacts")
    with laid_down(cluster, application_template, folder) as made:
        creditor = CreditorSaid(CREDITOR, "Example Lender (invented)", "示例放款方（虚构）")
        record_creditor(creditor, actor=SETUP, now=NOW)
        new_night(NOW.date(), now=NOW)
        for number in range(TEXTS):
            planned("SMS" if number else "VOICE", day=NOW.date(), zone=NOON)
        with served(made, folder) as address:
            yield address, made, folder


@pytest.fixture
def sender(shop):
    """Start the sender; whoever asked for it ends it, or this does."""
    told = {
        "FORBEAR_PROVIDERS": "simulated",
        "FORBEAR_SEND_EARLY": "1",
        "FORBEAR_SENDS_PER_MINUTE_MAX": "1200",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "forbear.interfaces.workers.sender"],
        env=environment(shop[1], shop[2], **told),
        cwd=Path(__file__).resolve().parents[2],
    )
    yield process
    process.kill()
    process.wait()


def _figure(page, name):
    text = page.locator(f"[data-stand=sms-{name}]").inner_text()
    return 0 if text == "–" else int(text)


def _sign_in(page, role, secret, language):
    staff = new_colleague(role, secret=secret, language=language)
    page.goto("/")
    sign_in(page, staff.username, secret)


def _size(size):
    return {"width": size[0], "height": size[1]}


@pytest.mark.nightly
def test_figures_move_by_themselves_and_stop_on_command(shop, browser, request):
    desk = browser.new_context(base_url=shop[0], viewport=_size(DESK))
    page = desk.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    _sign_in(page, Role.COMPLIANCE, new_secret("desk"), "en")
    page.get_by_role("link", name="Contacts", exact=True).first.click()
    assert _figure(page, "waiting") == TEXTS - 1
    assert "no sender is running" in page.locator(".night-words").inner_text()
    page.select_option("#stop-what", "SMS")
    page.fill("#stop-why", "a look at the texts first")
    page.get_by_label("I am sure").check()
    page.get_by_role("button", name="Stop").click()
    find_clean(page)

    sender = request.getfixturevalue("sender")
    page.get_by_text("The provider is simulated").wait_for(timeout=60_000)
    assert _figure(page, "waiting") == TEXTS - 1
    page.get_by_role("button", name="Let it go on").click()

    page.locator("[data-stand=sms-waiting]", has_text="–").wait_for(timeout=60_000)
    page.set_viewport_size(_size(PHONE))
    find_clean(page)
    assert "for a colleague: 1 to do" in page.locator("#live").inner_text()
    assert page.said == []
    sender.terminate()
    began_s = time.monotonic()
    assert sender.wait(10) == 0
    assert time.monotonic() - began_s < END_S_MAX
    ledger = (shop[2] / "simulated" / "ledger.jsonl").read_text().splitlines()
    made = [line["id"] for line in map(json.loads, ledger) if "id" in line]
    assert len(made) == len(set(made)) == TEXTS - 1
    desk.close()


def test_is_read_on_a_phone_in_chinese_without_scripts(shop, browser):
    phone = browser.new_context(
        base_url=shop[0],
        viewport=_size(PHONE),
        color_scheme="dark",
        java_script_enabled=False,
    )
    page = phone.new_page()
    _sign_in(page, Role.SUPERVISOR, new_secret("phone"), "zh-hans")
    page.goto("/contacts/")

    assert page.locator("h1").inner_text() == "联系"
    assert page.locator(".night-words").inner_text()
    with page.expect_navigation():
        page.get_by_role("link", name="刷新").press("Enter")
    page.locator(".tile-value").first.wait_for()
    assert page.locator(".tile-value").count() == 5
    phone.close()
