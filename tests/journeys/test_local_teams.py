"""Can local teams be planned, and the local trial be read, by keyboard, on a phone, in Chinese?"""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest

from forbear.contexts.people.actions import load_teams
from forbear.contexts.people.role import Role
from tests.support.application import on_database
from tests.support.browser import DESK, PHONE
from tests.support.console import new_colleague, new_secret
from tests.support.journey import find_clean, sign_in
from tests.support.morning import ACTOR, NOW, begin, extract_of
from tests.support.people import new_team
from tests.support.portfolio import ring_in
from tests.support.server import served

PAGES = (
    "/teams/",
    "/teams/agencies/",
    "/teams/effect/",
    "/teams/effect/persons/?arm=LOCAL",
    "/messages-out/",
    "/figures/kept/",
)


@pytest.fixture(scope="module")
def house(cluster, application_template, tmp_path_factory):
    """A served application whose day has begun, with the lender's teams and an agency."""
    folder = tmp_path_factory.mktemp("teams")
    with (
        pytest.MonkeyPatch.context() as patch,
        ring_in(folder),
        cluster.database(template=application_template) as made,
        on_database(made),
    ):
        # Playwright runs a loop of its own in this thread, which Django takes for ours.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        teams = load_teams(actor=ACTOR, now=NOW)
        new_team("far-agency", agency=True)
        begin(folder, extract_of(folder / "extract", loans=500))
        with served(made, folder) as address:
            yield address, teams, made


@pytest.fixture
def enter(house, browser):
    """Let somebody sign in, in a browser of their own."""
    contexts = []

    def open_page(role, *, language, size):
        context = browser.new_context(
            base_url=house[0],
            viewport={"width": size[0], "height": size[1]},
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        secret = new_secret(f"teams {uuid4()}")
        staff = new_colleague(role, secret=secret, language=language)
        page.goto("/")
        sign_in(page, staff.username, secret)
        return page

    yield open_page
    for context in contexts:
        context.close()
    with psycopg.connect(house[2].urls["owner"]) as owner:
        owner.execute("DELETE FROM forbear_cache")


@pytest.mark.nightly
def test_a_change_is_tried_before_anybody_is_asked(house, enter):
    page = enter(Role.SUPERVISOR, language="zh-hans", size=PHONE)
    page.goto(f"/teams/{house[1]['chengdu']}/")
    page.fill("#seats_0", "0")
    page.fill("#seats_1", "0")
    page.fill("#seats_2", "0")
    page.press("#seats_2", "Enter")

    page.locator("#effect").wait_for()
    assert page.locator("#seats_0").input_value() == "0"
    find_clean(page)
    page.locator("button[value=ask]").click()
    page.locator(".note-success").wait_for()
    find_clean(page)


@pytest.mark.nightly
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_clean(enter, path):
    page = enter(Role.COMPLIANCE, language="en", size=DESK)
    page.goto(path)
    find_clean(page)
