"""Can local teams be planned, and the local trial be read, by keyboard, on a phone, in Chinese?"""

from __future__ import annotations

import pytest

from forbear.contexts.people.actions import load_teams
from forbear.contexts.people.role import Role
from tests.support.browser import DESK, PHONE
from tests.support.journey import entering, find_clean, laid_down
from tests.support.morning import ACTOR, NOW, begin, extract_of
from tests.support.people import new_team
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
    with laid_down(cluster, application_template, folder) as made:
        teams = load_teams(actor=ACTOR, now=NOW)
        new_team("far-agency", agency=True)
        begin(folder, extract_of(folder / "extract", loans=500))
        with served(made, folder) as address:
            yield address, teams, made


@pytest.fixture
def enter(house, browser):
    """Let somebody sign in, in a browser of their own."""
    with entering(browser, house[0], house[2]) as open_page:
        yield open_page


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
