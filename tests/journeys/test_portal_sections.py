"""Does every section hold on a small phone, in both languages, with scripts and without?

Each walk goes through all of them and looks at every page that comes; a page at which no walk has
looked is a failure, and an address that is not on the list fails by day: none can be left out.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from forbear.contexts.access.models import Guess
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.contract import give_to_team
from forbear.contexts.portfolio.models import ContactPoint
from forbear.contexts.rulebook.library import open_portal
from tests.support import portal_sections as sections
from tests.support.browser import DESK, PHONE
from tests.support.console import at_work, new_colleague, new_secret
from tests.support.journey import find_clean
from tests.support.people import new_team
from tests.support.portal_look import SHOTS, Looker
from tests.support.portal_walk import let_in, new_owing, walked_portal
from tests.support.portfolio import SETUP


@pytest.fixture(scope="module")
def portal(cluster, application_template, tmp_path_factory):
    """The portal, served from here: its address, where codes arrive, its database."""
    folder = tmp_path_factory.mktemp("sections")
    with walked_portal(cluster, application_template, folder) as made:
        yield made


@pytest.fixture
def walker(browser, portal, request):
    """A small phone in the hand of somebody who owes."""
    language, script = request.param
    address, codes, database = portal
    context = browser.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]},
        base_url=address,
        java_script_enabled=script,
        reduced_motion="reduce",
    )
    # The first question to the assistant in a process makes its model.
    context.set_default_timeout(120_000)
    told = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": address}
    context.add_cookies([told])
    who, look = new_owing(), Looker(address, language, script)
    yield sections.Walker(context.new_page(), who, codes, database.urls["superuser"], look)
    context.close()


WAYS = [(language, script) for language in ("zh-hans", "en") for script in (False, True)]


@pytest.mark.nightly
@pytest.mark.parametrize("walker", WAYS, indirect=True, ids=str)
def test_every_section_holds_and_every_page_is_looked_at(walker, portal):
    sections.without_login(walker)
    sections.the_door(walker)
    let_in(walker.page.context, portal[0], walker.who, walker.look.language)
    for section in sections.INSIDE:
        section(walker)

    assert sections.PAGES - walker.seen == set()


@pytest.mark.nightly
@pytest.mark.parametrize(("language", "wide"), [("zh-hans", PHONE[0]), ("en", DESK[0])])
def test_a_way_that_tries_have_shut_is_opened_again_at_a_desk(browser, portal, language, wide):
    address, _codes, _database = portal
    who, team = new_owing(), new_team()
    with acting(SETUP):
        give_to_team(who.debtor_id, team)
        point = ContactPoint.objects.get(debtor_id=who.debtor_id).pk
        limits = open_portal().limits
        tries = ["NO_FIT"] * limits.tries_of_one_person_a_day + ["CODE_ALONE"] * limits.code_alone
        Guess.objects.bulk_create(
            Guess(
                at=timezone.now(),
                source=b"",
                debtor_id=who.debtor_id,
                contact_point_id=point,
                tried=tried,
            )
            for tried in tries
        )
    secret = new_secret(language)
    staff = new_colleague(Role.COLLECTOR, teams=(team,), language=language, secret=secret)
    session = at_work(staff).cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(viewport={"width": wide, "height": 900}, base_url=address)
    told = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}
    context.add_cookies([told])
    page = context.new_page()
    page.goto(f"/persons/{who.debtor_id}/")
    assert page.locator("#door form").count() == 2
    find_clean(page)
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"desk-{language[:2]}.png", full_page=True)

    page.select_option("#door-known-1", "ANSWERED")
    page.locator("#door form button[value=open]").click()

    page.wait_for_load_state()
    assert page.locator("#door form").count() == 1
    assert page.locator("#door form button[value=ask]").count() == 1
    context.close()
