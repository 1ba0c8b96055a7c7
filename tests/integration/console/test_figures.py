"""The book in figures: what is read from the night, what is counted, and who may drill down."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forbear.contexts.contact.models import Attempt
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.role import Role
from tests.support.desk import new_shop
from tests.support.portfolio import SETUP, portfolio, ring
from tests.support.report_night import write_night

__all__ = ["portfolio", "ring"]
pytestmark = pytest.mark.usefixtures("portfolio")


@pytest.fixture
def shop():
    cache.clear()
    yield new_shop()
    cache.clear()


@pytest.fixture
def night(tmp_path):
    before = settings.FORBEAR_HOME
    settings.FORBEAR_HOME = tmp_path
    yield write_night(tmp_path)
    settings.FORBEAR_HOME = before


def _words(answer):
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def _tried(late, outcome):
    now = datetime.now(UTC)
    with acting(SETUP):
        Attempt.objects.create(
            ref=f"tried-{Attempt.objects.count()}",
            debtor_id=late.who.debtor_id,
            channel="VOICE",
            direction="OUTBOUND",
            started_at=now,
            outcome=outcome,
            source="STAFF",
            recorded_at=now,
        )


def test_say_what_the_night_counted_and_name_nobody(shop, night):
    late = shop.late()

    page = _words(shop.client(Role.ANALYST, teams=()).get("/figures/"))

    for part in ('id="funnel"', 'id="buckets"', 'id="roll"', 'id="vintages"', "polyline"):
        assert part in page
    assert late.who.ref not in page
    assert "/cases/?bucket" not in page


def test_lead_to_persons_for_those_alone_who_may_see_them(shop, night):
    late = shop.late()
    client = shop.client(Role.SUPERVISOR)

    assert "/cases/?bucket=M1" in _words(client.get("/figures/"))
    assert late.who.ref in _words(client.get("/cases/?bucket=M1"))
    assert late.who.ref not in _words(client.get("/cases/?bucket=M2"))


def test_compare_teams_with_intervals(shop, night):
    late = shop.late()
    for outcome in ("RIGHT_PARTY", "RANG", "RANG", "RANG"):
        _tried(late, outcome)

    page = _words(shop.client(Role.SUPERVISOR).get("/figures/"))
    assert "25.0 %" in page
    assert "4.6–69.9 %" in page
    table = shop.client(Role.ANALYST, teams=()).get("/figures/table/?part=teams").content.decode()

    rows = list(csv.reader(io.StringIO(table)))
    assert rows[1] == ["north", "VOICE", "4", "1", "0.0456", "0.6994"]


def test_say_of_lessons_what_may_be_concluded(shop, night):
    client = shop.client(Role.ANALYST, teams=())

    assert "Who fell behind after a lesson, and after none" in _words(client.get("/figures/"))
    table = _words(client.get("/figures/table/?part=lessons"))
    assert table.splitlines()[0] == "days,moment,arm,persons,fell_behind"


@pytest.mark.nightly
@pytest.mark.parametrize("part", ["funnel", "bucket", "roll", "vintage"])
def test_are_handed_out_as_tables(shop, night, part):
    answer = shop.client(Role.ADMIN, teams=()).get(f"/figures/table/?part={part}")

    rows = list(csv.reader(io.StringIO(_words(answer))))
    assert len(rows) > 5
    assert len({len(row) for row in rows}) == 1


@pytest.mark.nightly
def test_say_so_where_there_is_no_night(shop, tmp_path):
    before = settings.FORBEAR_HOME
    settings.FORBEAR_HOME = tmp_path
    try:
        page = _words(shop.client(Role.ANALYST, teams=()).get("/figures/"))
    finally:
        settings.FORBEAR_HOME = before
    assert "Run it first: forbear night" in page


@pytest.mark.nightly
def test_ask_as_much_of_the_database_however_many_contacts_there_are(shop, night):
    late, client = shop.late(), shop.client(Role.ANALYST, teams=())

    def asked():
        cache.clear()
        with CaptureQueriesContext(connection) as found:
            _words(client.get("/figures/"))
        return len(found)

    _tried(late, "RANG")
    asked()
    few = asked()
    for _ in range(3):
        _tried(late, "RANG")
    assert asked() == few
