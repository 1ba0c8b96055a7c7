"""Can staff sign in and see their day: at a desk, at 320 px, by keyboard, in either language?"""

from __future__ import annotations

import re
from datetime import UTC, datetime

import psycopg
import pytest

from forbear.contexts.people.role import Role
from tests.support.browser import DESK, PHONE
from tests.support.console import PASSWORD, code_of, new_colleague, new_secret
from tests.support.day import new_night, new_plan
from tests.support.journey import HOME, find_clean, give_password, laid_down, sign_in
from tests.support.people import new_team
from tests.support.server import served
from tests.support.today import lenders_day


@pytest.fixture(scope="module")
def shop(cluster, application_template, tmp_path_factory):
    """A served application with a day's work for one team."""
    folder = tmp_path_factory.mktemp("console")
    with laid_down(cluster, application_template, folder) as made:
        team = new_team("north")
        now = datetime.now(UTC)
        new_night(lenders_day(now), now=now)
        for number in range(30):
            new_plan(lenders_day(now), (team, "north"), state="DONE" if number % 7 == 0 else "OPEN")
        with served(made, folder) as address:
            yield address, team, made


@pytest.fixture(autouse=True)
def _open_door(shop):
    # Every browser here has the one address of this machine, so one test's failures close it.
    yield
    with psycopg.connect(shop[2].urls["owner"]) as owner:
        owner.execute("DELETE FROM forbear_cache")


@pytest.fixture
def visit(shop, browser):
    """Open a page of the console; what it says and asks for is kept on it."""
    contexts = []

    def open_page(route="/", *, size=DESK, scheme="light", locale="en-GB", script=True):
        context = browser.new_context(
            base_url=shop[0],
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            locale=locale,
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(route)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def colleague(shop, request):
    """Somebody of the team, with an authenticator."""
    secret = new_secret(request.node.name)
    language = "zh-hans" if "zh" in request.node.name else "en"
    return new_colleague(Role.COLLECTOR, teams=(shop[1],), secret=secret, language=language), secret


class TestSigningIn:
    @pytest.mark.parametrize(
        ("locale", "size", "scheme", "heading"),
        [
            pytest.param("en-GB", DESK, "light", "Today", marks=pytest.mark.nightly, id="en"),
            pytest.param("zh-CN", PHONE, "dark", "今日", id="zh"),
        ],
    )
    def test_leads_to_the_day_on_quiet_pages(self, visit, colleague, locale, size, scheme, heading):
        page = visit(locale=locale, size=size, scheme=scheme)
        find_clean(page)
        give_password(page, colleague[0].username)
        find_clean(page)
        page.fill("#id_code", "000000")
        page.press("#id_code", "Enter")
        assert page.locator(".fault-text").inner_text()

        page.fill("#id_code", code_of(colleague[1]))
        page.press("#id_code", "Enter")

        assert page.locator("h1").inner_text() == heading
        assert page.locator("html").get_attribute("data-bs-theme") == scheme
        assert page.locator(".plan-row").count() == 25
        find_clean(page)
        page.get_by_role("link", name=re.compile("Show more|显示更多")).click()
        page.locator(".plan-row").nth(29).wait_for()
        find_clean(page)
        assert page.said == []
        assert {url.split("/")[2] for url in page.asked if url.startswith("http")} == {
            page.url.split("/")[2]
        }

    def test_is_closed_after_five_failures_and_says_so(self, visit, colleague):
        page = visit()
        for _ in range(5):
            give_password(page, colleague[0].username, "guess")
            assert "is not right" in page.locator(".fault").inner_text()

        give_password(page, colleague[0].username)

        assert "Too many failed attempts" in page.locator(".fault").inner_text()
        find_clean(page)

    def test_works_with_a_passkey(self, visit, colleague):
        page = visit()
        key = page.context.new_cdp_session(page)
        key.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
        }
        key.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        sign_in(page, colleague[0].username, colleague[1])
        page.goto("/me/factors/keys/add/")
        page.fill("#id_password", PASSWORD)
        page.press("#id_password", "Enter")
        page.fill("#id_name", "Desk key")
        find_clean(page)
        page.click("#mfa_webauthn_add")
        page.wait_for_url("**/me/factors/codes/")
        page.locator("details.drop summary").click()
        page.get_by_role("button", name="Sign out").click()

        give_password(page, colleague[0].username)
        page.get_by_role("button", name="Use a passkey or security key").click()

        page.wait_for_url(HOME)
        assert page.locator("h1").inner_text() == "Today"

    @pytest.mark.parametrize("script", [True, False], ids=["scripts", "no-scripts"])
    def test_works_by_keyboard_also_without_scripts(self, visit, colleague, script):
        page = visit(script=script)
        page.locator("#id_login").press_sequentially(colleague[0].username)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/sign-in/code/")
        page.locator("#id_code").press_sequentially(code_of(colleague[1]))
        page.keyboard.press("Enter")
        page.wait_for_url(HOME)

        if script:
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.className") == "skip"
            page.keyboard.press("Enter")
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.className") == "scroll"
        page.get_by_role("link", name="Show more").press("Enter")
        page.get_by_role("link", name="Show more").wait_for(state="detached")
        # With scripts the rest joins the list; without, it is a page of its own.
        assert page.locator(".plan-row").count() == (30 if script else 5)


class TestAtWork:
    def test_a_session_is_ended_from_elsewhere(self, visit, colleague):
        desk, phone = visit(), visit(size=PHONE)
        sign_in(desk, colleague[0].username, colleague[1])
        other = new_secret("the same person's other phone")
        # A code works once, so the second sign-in takes a second authenticator of the account.
        _second_code(colleague[0], other)
        sign_in(phone, colleague[0].username, other)
        desk.goto("/me/sessions/")
        find_clean(desk)

        desk.get_by_role("button", name="Sign out there").click()

        assert "Signed out there." in desk.locator(".note").inner_text()
        phone.goto("/")
        assert "/sign-in/" in phone.url
        desk.goto("/")
        assert desk.locator("h1").inner_text() == "Today"

    @pytest.mark.nightly
    def test_every_page_of_ones_own_is_clean(self, visit, colleague):
        page = visit(size=PHONE)
        sign_in(page, colleague[0].username, colleague[1])

        for route in ("/me/factors/", "/me/password/", "/me/confirm/", "/sign-out/", "/nothing/"):
            page.goto(route)
            find_clean(page)

    def test_a_newcomer_is_led_through_the_first_steps(self, visit, shop):
        newcomer = new_colleague(Role.COLLECTOR, teams=(shop[1],), language="en")
        page = visit(size=PHONE)
        give_password(page, newcomer.username)
        assert page.locator("h1").inner_text() == "Set up your second factor"
        find_clean(page)
        page.get_by_role("link", name=re.compile("Authenticator app")).click()
        find_clean(page)
        page.fill("#id_code", code_of(page.locator(".secret").inner_text()))
        page.press("#id_code", "Enter")
        page.wait_for_url("**/me/factors/codes/")
        assert page.locator(".codes li").count() == 10
        find_clean(page)
        page.get_by_role("link", name="I have written them down").click()
        assert page.locator("h1").inner_text() == "Today"


def _second_code(staff, secret):
    from allauth.mfa.adapter import get_adapter
    from allauth.mfa.models import Authenticator

    sealed = get_adapter().encrypt(secret)
    Authenticator.objects.filter(user=staff, type="totp").update(data={"secret": sealed})
