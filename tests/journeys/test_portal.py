"""Can somebody who owes find their way on an old telephone, without scripts, and be let be?"""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import psycopg
import pytest

from forbear.contexts.access.actions.link import make_link, revoke_link
from forbear.contexts.access.enter import send_code
from forbear.contexts.access.principal import DOOR
from forbear.contexts.database.transaction import reading
from forbear.contexts.evidence.queries import account_now
from forbear.contexts.portfolio.actions.creditor import record_creditor
from forbear.contexts.portfolio.models import ContactPoint
from forbear.contexts.portfolio.said import CreditorSaid
from forbear.interfaces.portal.presenter.account import loan_shown
from tests.support.browser import PHONE
from tests.support.evidence import somebody
from tests.support.journey import find_clean, laid_down
from tests.support.portal import inbox, last_entry, visit_token
from tests.support.portal_pages import uneven
from tests.support.portfolio import CREDITOR, NOW, SETUP
from tests.support.server import served

TAIL = "002X"
OUTSIDE = ("", "check/", "not-me/", "careful/", "rights/", "help/", "lessons/", "enter/", "code/")
WEIGHT_BYTES_MAX = 100 * 1024


@pytest.fixture(scope="module")
def shop(cluster, application_template, tmp_path_factory):
    """A served application with somebody late in it."""
    folder = tmp_path_factory.mktemp("portal")
    with laid_down(cluster, application_template, folder) as made:
        creditor = CreditorSaid(CREDITOR, "Example Lender (invented)", "示例放款方（虚构）")
        record_creditor(creditor, actor=SETUP, now=NOW)
        with served(made, folder) as address:
            yield address, made


@pytest.fixture
def who(shop):
    """Somebody late, of their own for each test."""
    return somebody()


@pytest.fixture
def look(shop, browser):
    """Open a telephone of 320 px."""
    contexts = []

    def open_phone(*, language="zh-hans", script=False, large=False, inside=None, scheme="light"):
        context = browser.new_context(
            base_url=shop[0],
            viewport={"width": PHONE[0], "height": PHONE[1]},
            color_scheme=scheme,
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        told = {"django_language": language, "large": "1" if large else "0"}
        if inside is not None:
            told["visit"] = visit_token(inside.at_gate.debtor_id)
        context.add_cookies([{"name": k, "value": v, "url": shop[0]} for k, v in told.items()])
        contexts.append(context)
        page = context.new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        return page

    yield open_phone
    for context in contexts:
        context.close()


@pytest.fixture(autouse=True)
def _many_may_ask(shop):
    # Every browser here has the one address of this machine.
    yield
    with psycopg.connect(shop[1].urls["superuser"]) as connection:
        connection.execute("UPDATE access_entry SET source = ''")
        connection.execute("UPDATE access_guess SET source = ''")


def _code():
    """Send the code that was asked for last, as the worker does, and return it."""
    with inbox() as codes:
        sent = send_code(last_entry(), actor=DOOR, now=datetime.now(UTC))
    return codes[0].code if sent else None


def _enter(page, link):
    page.goto(f"/p/l/{link.token}/")
    page.locator("form:not([action*=not-me]) .weui-btn").click()
    page.wait_for_url("**/p/code/")
    _type(page, _code())


def _type(page, code, tail=TAIL):
    page.fill("#id_code", code)
    page.fill("#id_tail", tail)
    page.press("#id_tail", "Enter")


def _link(who):
    return make_link(who.ref, actor=SETUP, now=datetime.now(UTC))


def test_from_a_link_to_every_figure_without_scripts(shop, look, who):
    page = look()
    page.goto(f"/p/l/{_link(who).token}/")
    assert page.title() == "账户服务"
    assert "欠" not in page.inner_text("main")
    page.locator("form:not([action*=not-me]) .weui-btn").click()
    page.wait_for_url("**/p/code/")
    code = _code()

    # A wrong code and wrong signs are told in the same calm words.
    told = []
    for typed, tail in ((f"{(int(code) + 1) % 10**6:06d}", TAIL), (code, "9999")):
        _type(page, typed, tail)
        told.append(page.inner_text("[role=alert]"))
    assert told[0] == told[1]
    assert "致电" in told[0]
    _type(page, code)

    page.wait_for_url("**/p/home/")
    account = account_now(who.at_gate.debtor_id, actor=SETUP, today=_today())
    shown = loan_shown(account.loans[0])
    assert shown["now"] in page.inner_text("main")
    page.get_by_role("link", name="我欠多少").click()
    page.get_by_role("link", name="的计算").click()
    assert page.inner_text("#due-now") == shown["now"]
    assert page.inner_text("#whole") == shown["whole"]
    assert page.inner_text("#later-whole") == shown["later"]["whole"]
    page.locator("summary", has_text="罚息逐步计算").click()
    assert "× 年利率" in page.inner_text("main")
    # Whoever leaves quickly leaves nothing behind, also for the button that goes back.
    page.get_by_role("link", name="快速离开").click()
    page.go_back()
    page.wait_for_url("**/p/enter/**")
    assert shown["now"] not in page.content()
    assert all(url.startswith(shop[0]) for url in page.asked)


def test_who_comes_back_after_a_break_goes_on_where_they_were(shop, look, who):
    page = look(script=True, language="en")
    link = _link(who)
    _enter(page, link)
    page.wait_for_url("**/p/home/")
    item = f"/p/items/{who.at_gate.loan_id}/"
    page.goto(item)
    with psycopg.connect(shop[1].urls["superuser"]) as connection:
        connection.execute("UPDATE access_visit SET seen_at = now() - interval '21 minutes'")

    page.reload()
    page.wait_for_url("**/p/enter/**")
    assert "signed out after a while" in page.inner_text("main")
    with reading(SETUP):
        point = ContactPoint.objects.get(pk=who.at_gate.point_id)
    number = _number_of(point)
    page.fill("#id_number", number)
    page.press("#id_number", "Enter")
    page.wait_for_url("**/p/code/**")
    _type(page, _code())

    page.wait_for_url(f"**{item}")
    assert page.locator("#whole").count() == 1


def test_a_link_that_ran_out_says_nothing_and_sends_nothing(shop, look, who):
    link = _link(who)
    revoke_link(link.ref, actor=SETUP, now=datetime.now(UTC))
    page = look(language="en")
    page.goto(f"/p/l/{link.token}/")
    page.get_by_role("button", name="Go on").click()

    assert "If what you gave is known here" in page.inner_text("main")
    assert _code() is None
    _type(page, "123456")
    assert "did not fit together" in page.inner_text("[role=alert]")
    assert "400-000-0000" in page.inner_text("main")


def test_a_number_that_changed_hands_is_let_be_with_one_tap(shop, look, who):
    link = _link(who)
    page = look()
    page.goto(f"/p/l/{link.token}/")
    page.locator("form[action*=not-me] .weui-btn").click()

    assert "已经停止" in page.inner_text("main")
    with reading(SETUP):
        assert ContactPoint.objects.get(pk=who.at_gate.point_id).quality == "WRONG_PERSON"
    page.goto(f"/p/l/{link.token}/")
    page.locator("form:not([action*=not-me]) .weui-btn").click()
    assert _code() is None


def test_a_message_is_checked_by_keyboard_alone(shop, look):
    page = look(language="en", script=True)
    page.goto("/p/")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == "/p/check/":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/check/")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "id_said":
            break
    page.keyboard.type("Pay at once to 6222 0000. Code 1234 5678 9012")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert "There is no such code" in page.inner_text("[role=status]")
    assert "pay nothing" in page.inner_text("[role=status]")


@pytest.mark.parametrize(
    ("language", "large", "scheme", "which"),
    [
        ("zh-hans", False, "light", 0),
        pytest.param("en", True, "dark", 1, marks=pytest.mark.nightly),
        pytest.param("zh-hans", True, "dark", None, marks=pytest.mark.nightly),
        pytest.param("en", False, "light", None, marks=pytest.mark.nightly),
    ],
)
def test_pages_are_clean_light_and_even(shop, look, who, language, large, scheme, which):
    page = look(language=language, large=large, script=True, inside=who, scheme=scheme)
    inside = ("home/", "items/", f"items/{who.at_gate.loan_id}/")
    routes = [*OUTSIDE, f"l/{_link(who).token}/", *inside]
    for number, route in enumerate(routes):
        page.goto(f"/p/{route}")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert uneven(page) == [], route
        # By day each half is looked at by axe in one of the two ways; at night all in all.
        if which is None or number % 2 == which:
            find_clean(page)
        # Text twice as large, as a reader sets it in the browser.
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], route
    assert all(url.startswith(shop[0]) for url in page.asked)


def test_a_smaller_no_is_found(shop, look, who):
    page = look(script=True)
    page.goto(f"/p/l/{_link(who).token}/")
    assert uneven(page) == []

    no = page.locator("form[action*=not-me] .weui-btn")
    for style in ("font-size: 12px", "opacity: .6", "width: 50%", "min-height: 0; padding: 0"):
        # By script, as the page's own policy lets no style stand in it.
        no.evaluate("(one, style) => { one.style.cssText = style; }", style)
        assert len(uneven(page)) == 1, style
    no.evaluate("one => { one.style.cssText = ''; }")
    assert uneven(page) == []


def test_first_loads_weigh_little(shop, look, who):
    page = look(inside=who)
    for route in ("", "home/", f"items/{who.at_gate.loan_id}/"):
        bodies = {}
        page.on("response", lambda answer, kept=bodies: kept.update({answer.url: answer}))
        page.goto(f"/p/{route}", wait_until="networkidle")
        weighed = sum(_weight(answer) for answer in bodies.values())

        assert len(bodies) >= 3
        assert weighed <= WEIGHT_BYTES_MAX, (route, weighed)


def _weight(answer):
    """Return what an answer takes over the wire: styles go compressed, pages as they are."""
    body = answer.body()
    return len(gzip.compress(body)) if answer.url.endswith(".css") else len(body)


def _number_of(point):
    from forbear.contexts.portfolio.queries.address import address_of

    with reading(SETUP):
        return address_of(point.pk, now=datetime.now(UTC))


def _today():
    from django.conf import settings

    return settings.FORBEAR_MORNING.day(datetime.now(UTC))
