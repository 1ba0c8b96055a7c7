"""The first page: what each role sees of a day, and what it says when the night went wrong."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from forbear.contexts.cases.today import day_figures
from forbear.contexts.nightly.latest import NightStanding, latest_night
from forbear.contexts.people.role import Role
from forbear.values.principal import NotPermitted
from tests.support.console import at_work, new_colleague, new_secret
from tests.support.day import new_night, new_plan
from tests.support.people import SETUP, new_principal, new_team
from tests.support.portfolio import ring  # noqa: F401  # a fixture

NOW = datetime.now(UTC)
DAY = NOW.date()
NOON = datetime.combine(DAY, datetime.min.time(), UTC) + timedelta(hours=12)
REFUSAL = "Contact nobody new"
pytestmark = pytest.mark.usefixtures("application", "ring")


@pytest.fixture
def teams():
    return {code: new_team(code) for code in ("north", "south")}


def _at_work(role, *teams):
    secret = new_secret(f"{role}{teams}")
    return at_work(new_colleague(role, teams=teams, secret=secret, language="en"))


def _page(client, route="/"):
    return client.get(route).content.decode()


class TestNight:
    @pytest.mark.parametrize(
        ("nights", "standing"),
        [
            ([], "NONE"),
            ([("LOADED", 0, 0)], "FRESH"),
            ([("LOADED", 0, 60), ("RUNNING", 0, 0)], "RUNNING"),
            ([("LOADED", 1, 600), ("FAILED", 0, 0)], "FAILED"),
            ([("FAILED", 0, 0)], "FAILED"),
            ([("LOADED", 2, 0)], "STALE"),
            ([("FAILED", 0, 60), ("LOADED", 0, 0)], "FRESH"),
            ([("LOADED", 0, 60), ("FAILED", 0, 0)], "FRESH"),
            ([("LOADED", 2, 60), ("RUNNING", 0, 0)], "STALE"),
        ],
    )
    def test_stands_as_its_latest_runs_say(self, nights, standing):
        for state, days_ago, minutes_ago in nights:
            at = NOON - timedelta(minutes=minutes_ago)
            new_night(DAY - timedelta(days=days_ago), now=at, state=state)

        found = latest_night(actor=SETUP, now=NOON)

        assert found.standing == NightStanding(standing)
        assert found.standing.contacts_allowed == (standing in {"FRESH", "RUNNING"})

    def test_that_failed_shows_no_plan_and_says_so(self, teams):
        new_night(DAY - timedelta(days=1), now=NOW - timedelta(hours=9))
        new_night(DAY, now=NOW, state="FAILED", failure="the extract of person-7 was cut")
        new_plan(DAY - timedelta(days=1), (teams["north"], "north"))

        page = _page(_at_work(Role.COLLECTOR, teams["north"]))

        assert REFUSAL in page
        assert 'role="alert"' in page
        assert "plan-row" not in page
        assert "was cut" not in page
        part = _at_work(Role.SUPERVISOR, teams["north"]).get("/plan/")
        assert "plan-row" not in part.content.decode()


class TestFigures:
    def test_of_ones_own_team_for_a_collector(self, teams):
        new_night(DAY, now=NOW)
        for code, number in (("north", 3), ("south", 2)):
            for _ in range(number):
                new_plan(DAY, (teams[code], code), channel="VOICE", slot="morning")

        page = _page(_at_work(Role.COLLECTOR, teams["north"]))

        assert "north (invented)" in page
        assert "south (invented)" not in page
        assert page.count("plan-row") == 3
        assert "¥3,703.68" in page

    @pytest.mark.parametrize("role", [Role.ANALYST, Role.ADMIN, Role.COMPLIANCE])
    def test_of_the_whole_book_without_persons_for_others(self, teams, role):
        new_night(DAY, now=NOW)
        for code in teams:
            new_plan(DAY, (teams[code], code))

        page = _page(_at_work(role))

        assert "north (invented)" in page
        assert "south (invented)" in page
        assert not re.search(r"person-\d", page)
        assert "plan-row" not in page

    def test_count_what_is_done(self, teams):
        for state in ("OPEN", "DONE", "CANCELLED"):
            new_plan(DAY, (teams["north"], "north"), channel="SMS", slot="morning", state=state)

        figures = day_figures(DAY, actor=new_principal(Role.ANALYST))

        (way,) = figures.ways
        assert (way.planned, way.open) == (3, 1)
        (load,) = figures.loads
        assert (load.cases, load.overdue_minor) == (3, 3 * 123_456)

    def test_take_a_permission(self):
        with pytest.raises(NotPermitted):
            day_figures(DAY, actor=_nobody())


class TestPlan:
    def test_is_paged_in_the_order_of_work_and_repeats_nobody(self, teams):
        new_night(DAY, now=NOW)
        for number in range(60):
            slot = ("evening", "morning", "afternoon")[number % 3]
            new_plan(DAY, (teams["north"], "north"), slot=slot, rank=100 - number)
        client = _at_work(Role.COLLECTOR, teams["north"])

        seen, slots, page = [], [], _page(client)
        while True:
            seen += re.findall(r"(person-\d+) ·", page)
            slots += re.findall(r"<h3>(\w+)", page)
            following = re.search(r'href="(/plan/\?after=[^"]+)"', page)
            if not following:
                break
            page = client.get(following.group(1), headers={"hx-request": "true"}).content.decode()

        assert len(seen) == len(set(seen)) == 60
        assert slots == ["Morning", "Afternoon", "Early"]

    def test_shows_a_masked_name_and_the_reason_in_the_readers_language(self, teams):
        new_night(DAY, now=NOW)
        new_plan(DAY, (teams["north"], "north"), name="欧阳明月")
        client = _at_work(Role.COLLECTOR, teams["north"])

        english = _page(client)
        client.post("/language/", {"language": "zh-hans"})
        chinese = _page(client)

        assert "欧***" in english
        assert "明月" not in english + chinese
        assert "12 days late on one loan" in english
        assert "一笔借款逾期 12 天" in chinese
        assert "days late" not in chinese

    @pytest.mark.parametrize("place", ["nowhere.1.1", "morning", "morning.x.1", "morning.1.1.1"])
    def test_a_place_that_does_not_exist_is_told(self, teams, place):
        client = _at_work(Role.COLLECTOR, teams["north"])

        assert client.get("/plan/", {"after": place}).status_code == 422

    def test_is_kept_by_no_cache_and_framed_by_nobody(self, teams):
        answer = _at_work(Role.COLLECTOR, teams["north"]).get("/")

        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Frame-Options"] == "DENY"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        text = answer.content.decode()
        assert not re.search(r"<script(?![^>]*(src=|application/json))|\son\w+=|\sstyle=", text)
        assert Client().get("/sign-in/").headers["Content-Security-Policy"] == policy


def _nobody():
    from forbear.values.principal import ANYBODY

    return ANYBODY
