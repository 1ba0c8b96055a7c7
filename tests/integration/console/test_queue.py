"""The queue: whose rows, in which order, what the gate says of each, and who is at it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from forbear.contexts.cases.models import Callback, Plan
from forbear.contexts.contact.gate.budget import budget
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.models import Staff
from forbear.contexts.people.role import Role
from tests.support.asked import questions
from tests.support.desk import new_shop, zone_where
from tests.support.portfolio import SETUP

pytestmark = pytest.mark.usefixtures("portfolio")


@pytest.fixture
def shop():
    return new_shop()


def _page(client, query=""):
    return client.get(f"/queue/{query}").content.decode()


def _refs(page):
    return re.findall(r"person-\d+", page)


class TestOrder:
    def test_is_by_part_of_the_day_and_rank(self, shop):
        placed = [("evening", 1), ("morning", 2), ("afternoon", 1), ("morning", 1)]
        refs = {place: shop.late(slot=place[0], rank=place[1]).who.ref for place in placed}

        page = _page(shop.client())

        order = [("morning", 1), ("morning", 2), ("afternoon", 1), ("evening", 1)]
        assert _refs(page) == [refs[place] for place in order]
        assert page.count("12 days late; a call helps most.") == 4

    def test_goes_on_behind_a_page(self, shop):
        for rank in range(27):
            shop.late(rank=rank)
        client = shop.client()

        first = _page(client)
        link = re.search(r'href="(/queue/\?[^"]*after=[^"]*)"', first).group(1)
        rest = client.get(link.replace("&amp;", "&")).content.decode()

        assert (len(_refs(first)), len(_refs(rest))) == (25, 2)
        assert not set(_refs(first)) & set(_refs(rest))


class TestRow:
    def test_says_what_the_gate_would_and_how_often_still(self, shop):
        late = shop.late()
        page = _page(shop.client())
        found = budget(late.who.wish(), actor=SETUP)

        assert "allowed now" in page
        least = min(cap.left for cap in found.caps if cap.days == 1)
        assert f"<b>{least}</b> of" in page
        assert "¥1,234.56" in page
        assert "12 days past due" in page
        assert "欧***" in page
        assert "欧阳虚构" not in page

    def test_says_why_not_and_from_when(self, shop):
        shop.late(time_zones=(zone_where(23),))

        page = _page(shop.client())

        assert "not now" in page
        assert "GB/T 45251" in page
        assert re.search(r"from 08:00 (tomorrow|today)", page)

    def test_says_it_in_chinese(self, shop):
        shop.late(time_zones=(zone_where(23),))

        page = _page(shop.client(language="zh-hans"))

        assert "现在不可" in page
        assert "08:00 起" in page
        assert "逾期 12 天" in page

    def test_says_who_is_at_it(self, shop):
        late = shop.late()
        mine, other = shop.client(), shop.client()

        mine.post(f"/cases/{late.case_id}/take/")

        assert "with you until" in _page(mine)
        assert "has it until" in _page(other)


class TestFilter:
    def test_narrows_by_part_state_and_way(self, shop):
        morning, evening = shop.late(), shop.late(slot="evening")
        done, text = shop.late(), shop.late(channel="SMS")
        with acting(SETUP):
            Plan.objects.filter(debtor_id=done.who.debtor_id).update(state="DONE")
        client = shop.client()

        assert set(_refs(_page(client))) == {morning.who.ref, evening.who.ref}
        assert set(_refs(_page(client, "?slot=evening"))) == {evening.who.ref}
        assert set(_refs(_page(client, "?state=done"))) == {done.who.ref}
        assert text.who.ref in _refs(_page(client, "?way=all"))
        assert set(_refs(_page(client, "?slot=noon&state=x&way=y"))) == {
            morning.who.ref,
            evening.who.ref,
        }


class TestWhose:
    def test_is_ones_own_teams_alone(self, shop):
        shop.late()
        others = new_shop("south")
        theirs = others.late()

        assert set(_refs(_page(others.client()))) == {theirs.who.ref}

    def test_promised_calls_stand_first(self, shop):
        late = shop.late(slot="evening", rank=9)
        staff = shop.staff()
        with acting(SETUP):
            Callback.objects.create(
                case_id=late.case_id,
                debtor_id=late.who.debtor_id,
                staff=Staff.objects.get(pk=staff.pk),
                contact_point_id=late.who.point_id,
                due_at=datetime.now(UTC),
                set_at=datetime.now(UTC),
            )

        page = _page(shop.client())

        assert page.index("Promised to call back") < page.index('id="queue-title"')
        assert page.count(late.who.ref) == 2


def test_costs_as_many_questions_for_many_as_for_few(shop):
    client = shop.client(Role.SUPERVISOR)
    shop.late()
    _page(client)
    with questions() as few:
        _page(client)
    for rank in range(2, 12):
        shop.late(rank=rank)
    _page(client)

    with questions() as many:
        assert len(_refs(_page(client))) == 11

    assert len(many) == len(few) <= 55
