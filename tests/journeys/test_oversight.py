"""Can those who watch over the work do so by keyboard, on a phone, and in larger type?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from forbear.contexts.cases.models import Talk
from forbear.contexts.cases.quality.card import cards_of
from forbear.contexts.cases.quality.draw import draw_sample
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.actions import ask_approval
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.actions.creditor import record_creditor
from forbear.contexts.portfolio.said import CreditorSaid
from forbear.contexts.rights.models import Filing
from forbear.contexts.rulebook.library import open_complaints
from forbear.values.money import Currency
from tests.support import watching as watched
from tests.support.browser import PHONE
from tests.support.desk import new_shop, principal
from tests.support.journey import entering, find_clean, find_room, laid_down
from tests.support.people import NOW
from tests.support.portfolio import CREDITOR, SETUP
from tests.support.recorded import recorded
from tests.support.report_night import write_night
from tests.support.server import served
from tests.support.spoken import CALM, STOP, THREAT, person, taken, us

TABLET = (768, 1024)


@pytest.fixture(scope="module")
def shop(cluster, application_template, tmp_path_factory):
    """A served application with a day that has something of everything to watch over."""
    folder = tmp_path_factory.mktemp("oversight")
    with laid_down(cluster, application_template, folder) as made:
        creditor = CreditorSaid(CREDITOR, "Example Lender (invented)", "示例放款方（虚构）")
        record_creditor(creditor, actor=SETUP, now=NOW)
        team = new_shop()
        places = _filled(team, folder / "recordings")
        write_night(folder)
        kept = {"FORBEAR_RECORDINGS": str(folder / "recordings")}
        with served(made, folder, FORBEAR_PROVIDERS="simulated", **kept) as address:
            yield address, team, made, places


def _filled(team, recordings):
    """Let one of everything happen; return where each is seen."""
    made = watched.contacts(team)
    text, _late = watched.texted(team, ("cn.sms.overdue_gentle", 1))
    staff, now = team.staff(), datetime.now(UTC)
    with acting(SETUP):
        Talk.objects.create(
            permit_id=uuid4(),
            case_id=made.late.case_id,
            debtor_id=made.late.who.debtor_id,
            staff_id=staff.pk,
            contact_point_id=made.late.who.point_id,
            begun_at=now,
            ended_at=now,
            outcome="CONVERSATION",
        )
    day, hour = watched.today(), timedelta(hours=1)
    draw_sample(day, since=now - hour, until=now + hour, actor=SETUP, now=now)
    ask_approval(
        "arrangement.waive",
        subject="arrangement:one",
        debtor_id=made.late.who.debtor_id,
        amount_minor=120_000,
        currency=Currency.CNY,
        actor=principal(staff),
        now=now,
    )
    heard = recorded(made.late.who.debtor_id, recordings, at=now, staff_id=staff.pk)
    taken(heard, us(CALM, 0), person("我现在失业了。", 2), us(THREAT, 3), person(STOP, 5))
    return {
        "called": made.called,
        "refused": made.refused,
        "text": text,
        "dispute": watched.disputed(made.late, days_ago=12),
        "complaint": watched.complained(made.other, next(iter(open_complaints())), days_ago=3),
        "hardship": watched.hardship(team.late(rank=30)),
        "card": cards_of(day, day, actor=SETUP, now=now)[0].id,
        "person": made.late.who.debtor_id,
        "staff": staff.pk,
        "recording": heard,
    }


@pytest.fixture
def enter(shop, browser):
    """Let somebody sign in, in a browser of their own."""

    def teams_of(role):
        return (shop[1].team,) if role in {Role.COLLECTOR, Role.SUPERVISOR} else ()

    with entering(browser, shop[0], shop[2], teams_of=teams_of) as open_page:
        yield open_page
    # Every browser here has the one address of this machine.
    with psycopg.connect(shop[2].urls["owner"]) as owner:
        owner.execute("DELETE FROM forbear_cache")


def _tab_to(page, wanted, most=80):
    """Press Tab until something has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.locator(wanted).evaluate_all("all => all.includes(document.activeElement)"):
            return
    raise AssertionError(f"{wanted} is not reached by Tab")


@pytest.mark.nightly
def test_a_filing_is_found_read_and_answered_by_keyboard_alone(shop, enter):
    ident = watched.disputed(shop[1].late(rank=40), days_ago=14)
    page = enter(Role.COMPLIANCE, language="zh-hans", size=PHONE, scheme="dark")
    page.goto("/filings/")
    _tab_to(page, f"a[href='/filings/{ident}/']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/filings/{ident}/")
    assert watched.CANARY not in page.content()

    _tab_to(page, "#said summary")
    page.keyboard.press("Enter")
    _tab_to(page, "#said button")
    page.keyboard.press("Enter")
    page.get_by_text(watched.CANARY).wait_for()
    _tab_to(page, ".deed summary")
    page.keyboard.press("Enter")
    _tab_to(page, "#finding-dispute")
    page.keyboard.press("ArrowDown")
    _tab_to(page, "#words-dispute")
    page.keyboard.type("The signature is another person's.")
    _tab_to(page, ".deed[open] button")
    page.keyboard.press("Enter")

    page.locator(".note-success").wait_for()
    with reading(SETUP):
        assert Filing.objects.get(pk=ident).state == "DECIDED"
    find_clean(page)


@pytest.mark.nightly
def test_a_recording_plays_in_the_page_once_somebody_said_why(shop, enter):
    page = enter(Role.SUPERVISOR)
    page.goto(f"/recordings/{shop[3]['recording']}/")
    page.locator("#why").select_option("CHECK_OTHERS_WORK")
    page.locator("#why").press("Tab")
    page.keyboard.press("Enter")

    page.locator("audio").wait_for()
    lasts_s = page.evaluate(
        """() => new Promise((done, failed) => {
          const sound = document.querySelector('audio');
          sound.addEventListener('loadedmetadata', () => done(sound.duration));
          sound.addEventListener('error', () => failed(sound.error.message));
          sound.load();
          sound.preload = 'auto';
        })"""
    )

    assert lasts_s == pytest.approx(6.0, abs=0.1)
    find_clean(page)
    assert page.said == []


@pytest.mark.nightly
def test_a_moment_plays_from_its_second_and_is_decided_by_keyboard(shop, enter):
    page = enter(Role.SUPERVISOR, size=PHONE)
    page.goto("/moments/")
    page.get_by_role("link", name="Listen").first.focus()
    page.keyboard.press("Enter")
    page.locator("#why").select_option("CHECK_OTHERS_WORK")
    page.get_by_role("button", name="Play the recording").press("Enter")

    page.locator("#said").wait_for()
    find_clean(page)
    page.get_by_role("link", name="0:05 Wants no more calls").press("Enter")
    assert page.locator("audio").get_attribute("src").endswith("/sound/?from=2")
    page.get_by_role("button", name="It is so 0:05").press("Enter")

    page.get_by_text("contact follows from it at once").wait_for()
    assert page.get_by_text("confirmed ·").count() == 1
    find_room(page)
    assert page.said == []


PAGES = {
    Role.COMPLIANCE: (
        *("/refusals/", "/contacts/", "/contacts/{refused}/", "/contacts/{called}/"),
        *("/contacts/{text}/", "/filings/", "/filings/?settled", "/filings/{dispute}/"),
        *("/filings/{complaint}/", "/filings/{hardship}/", "/rules/?law=uk"),
        *("/rules/?on=2026-06-01&against=2025-06-01", "/rules/messages/?channel=SMS"),
        *("/rules/products/", "/record/", "/record/check/", "/record/looks/"),
        *("/recordings/", "/recordings/{recording}/", "/moments/", "/moments/?decided=1"),
    ),
    Role.SUPERVISOR: (
        *("/board/", "/board/wall/", "/approvals/", "/quality/", "/quality/{card}/"),
        *("/cases/?late=3", "/figures/"),
    ),
    Role.COLLECTOR: ("/persons/{person}/", "/persons/{person}/arrange/", "/coaching/"),
    Role.ADMIN: (
        *("/staff/", "/staff/{staff}/", "/staff/teams/", "/systems/"),
        *("/staff/lender/", "/rules/messages/", "/rules/products/"),
    ),
}


@pytest.mark.nightly
@pytest.mark.parametrize("role", list(PAGES))
@pytest.mark.parametrize(
    ("language", "size", "scheme"),
    [
        pytest.param("en", PHONE, "light", id="en"),
        pytest.param("zh-hans", PHONE, "dark", id="zh"),
        pytest.param("zh-hans", TABLET, "light", id="tablet"),
    ],
)
def test_every_page_is_clean_and_bears_larger_type(shop, enter, role, language, size, scheme):
    page = enter(role, language=language, size=size, scheme=scheme)

    for route in PAGES[role]:
        page.goto(route.format(**shop[3]))
        for each in page.locator("main details:not([open]) > summary").all()[:12]:
            if each.is_visible():
                each.click()
        # Half under the head of the page a link would be taken for too small.
        page.evaluate("scrollTo(0, 0)")
        find_clean(page)
        # Larger text, as a reader sets it in the browser.
        page.evaluate("document.documentElement.style.fontSize = '140%'")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"], route
        page.evaluate("document.documentElement.style.fontSize = ''")
        if size == TABLET:
            find_room(page)
    assert page.said == []
