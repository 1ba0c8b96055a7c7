"""A person's page: masked, whole, of one's own team alone, and what may be done now."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import get_args
from uuid import uuid4

import pytest
from django.utils.timezone import localtime

from forbear.contexts.cases.entry import Happened
from forbear.contexts.contact.gate.ask import Wish
from forbear.contexts.contact.gate.budget import budget
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.actions.debtor import record_region
from forbear.contexts.portfolio.models import ContactPoint, Debtor
from forbear.contexts.portfolio.said import RegionSaid
from forbear.interfaces.console import section
from forbear.interfaces.console.presenter.timeline import SIGNS
from forbear.interfaces.console.section import Section
from forbear.values.code import Channel, RegionSource
from tests.support.asked import questions
from tests.support.desk import new_shop, zone_where
from tests.support.people import audited
from tests.support.portfolio import SETUP, new_loan, new_point

pytestmark = pytest.mark.usefixtures("portfolio")
NAME, NUMBER = "欧阳虚构", re.compile(r"199\d{8}")


@pytest.fixture
def shop():
    return new_shop()


@pytest.fixture
def late(shop):
    return shop.late(dialect="SICHUANESE", region="51")


def _text(answer):
    return answer.content.decode()


class TestPage:
    def test_shows_who_masked_and_what_adds_up(self, shop, late):
        page = _text(shop.client().get(late.page))

        assert "欧***" in page
        assert NAME not in page
        assert not NUMBER.search(page)
        assert "Sichuanese" in page
        assert "Sichuan" in page
        for amount in ("¥1,000.00", "¥234.56", "¥1,234.56"):
            assert amount in page
        assert "12 days past due · M1" in page

    def test_tells_what_was_said_of_the_region_apart_from_what_the_number_tells(self, shop, late):
        with acting(SETUP):
            ContactPoint.objects.filter(pk=late.who.point_id).update(
                number_type="MOBILE",
                number_region="32",
                number_confidence_percent=30,
                number_read_at=datetime.now(UTC),
            )
        record_region(
            late.who.ref,
            RegionSaid(RegionSource.ADDRESS, "51", 40),
            actor=SETUP,
            now=datetime.now(UTC),
        )
        said = _text(shop.client().get(late.page))
        with acting(SETUP):
            Debtor.objects.filter(pk=late.who.debtor_id).update(region=None, region_source=None)
        unsaid = _text(shop.client().get(late.page))
        chinese = _text(shop.client(language="zh-hans").get(late.page))

        day = f"{localtime():%Y-%m-%d}"
        assert "Sichuan, from the address (40 % sure)" in said
        assert "Jiangsu (30 % sure); does not count beside the region" in said
        assert f"mobile number, given out in Jiangsu (30 % sure, read on {day})" in said
        assert "Jiangsu (30 % sure); counts for local teams alone" in unsaid
        assert "江苏" in chinese
        assert "仅用于分派本地团队" in chinese

    def test_says_of_every_way_what_the_gate_would(self, shop, late):
        page = _text(shop.client().get(late.page))

        for channel in (Channel.VOICE, Channel.SMS):
            wish = Wish(late.who.debtor_id, late.who.point_id, channel, late.who.loan_id)
            found = budget(wish, actor=SETUP)
            assert found.allowed
            for cap in found.caps:
                assert cap.about.rule_id in page
        assert page.count("may-yes") == 2

    def test_says_of_every_refusal_rule_source_and_when_it_opens(self, shop):
        late = shop.late(time_zones=(zone_where(23),))
        page = _text(shop.client().get(late.page))
        found = budget(late.who.wish(), actor=SETUP)

        assert found.reasons
        for reason in found.reasons:
            assert reason.detail in page
        assert "GB/T 45251" in page
        assert "from 08:00" in page

    def test_gives_no_button_before_the_case_is_taken(self, shop, late):
        client = shop.client()
        assert "Take the case" in _text(client.get(late.page))
        assert "/call/" not in _text(client.get(late.page))

    def test_tells_what_happened_and_narrows_it(self, shop, late):
        client = shop.client()

        assert "Plan of" in _text(client.get(f"{late.page}?only=case"))
        assert "Plan of" not in _text(client.get(f"{late.page}?only=money"))
        assert client.get(f"{late.page}timeline/?before=yesterday").status_code == 422

    def test_takes_down_that_no_model_may_weigh_the_person(self, shop, late):
        client, told = shop.client(), f"{late.page}weighing/"
        given = {"request": uuid4().hex}

        assert "They refuse it" in _text(client.get(late.page))
        page = _text(client.post(told, {**given, "wanted": "0"}, follow=True))
        assert "no, as they asked" in page
        assert len(audited("consent.recorded")) == 1
        _text(client.post(told, {**given, "wanted": "0"}))
        assert len(audited("consent.recorded")) == 1
        page = _text(client.post(told, {"request": uuid4().hex, "wanted": "1"}, follow=True))
        assert "no, as they asked" not in page
        looking = shop.client(Role.COMPLIANCE, teams=())
        assert "They refuse it" not in _text(looking.get(late.page))
        assert looking.post(told, {**given, "wanted": "0"}).status_code == 403

    def test_is_looked_at_by_compliance_without_any_way_to_act(self, shop, late):
        page = _text(shop.client(Role.COMPLIANCE, teams=()).get(late.page))

        assert "You look, and change nothing." in page
        assert "Take the case" not in page

    def test_has_room_for_what_other_parts_know(self, shop, late, monkeypatch):
        def shown(person, actor, now):
            return {"row": {"words": f"of {person}"}}

        part = Section("console/messages.html", shown)
        monkeypatch.setattr(section, "SECTIONS", (part, Section("nowhere.html", lambda *_: None)))

        assert shop.client().get(late.page).status_code == 200

    def test_costs_as_many_questions_whatever_there_is(self, shop, late):
        client = shop.client()
        client.get(late.page)
        with questions() as few:
            client.get(late.page)
        for _ in range(4):
            new_point(late.who.ref)
            new_loan(late.who.ref)
        client.get(late.page)

        with questions() as many:
            page = _text(client.get(late.page))

        assert page.count("way-to") == 10
        assert len(many) == len(few) <= 80


class TestAnotherTeam:
    def test_sees_nobody_by_guessing_an_address(self, shop, late):
        stranger = new_shop("south").client()

        for route in (late.page, f"{late.page}timeline/"):
            answer = stranger.get(route)
            assert late.who.ref not in _text(answer)
            assert "Plan of" not in _text(answer)
        assert stranger.get(late.page).status_code == 404
        assert stranger.post(f"/cases/{late.case_id}/take/").status_code == 404
        told = {"what": f"NAME:{late.who.ref}", "reason": "CONTACT_THE_PERSON"}
        assert stranger.post(f"{late.page}reveal/", told).status_code == 404
        assert audited("value.revealed") == []
        assert audited("case.taken") == []


class TestReveal:
    def test_shows_one_value_on_one_page_and_writes_it_down(self, shop, late):
        client = shop.client()
        with reading(SETUP):
            point = ContactPoint.objects.get(pk=late.who.point_id).ref

        told = {"what": f"ADDRESS:{point}", "reason": "CONTACT_THE_PERSON"}
        page = _text(client.post(f"{late.page}reveal/", told))

        assert NUMBER.search(page)
        assert NAME not in page
        assert len(audited("value.revealed")) == 1
        assert not NUMBER.search(_text(client.get(late.page)))

    @pytest.mark.parametrize(
        ("what", "reason"),
        [("NAME:x", "CURIOSITY"), ("NOTE:x", "CORRECT_DATA"), ("", ""), ("NAME:", "CORRECT_DATA")],
    )
    def test_takes_a_value_that_there_is_and_a_reason(self, shop, late, what, reason):
        told = {"what": what.replace("x", late.who.ref), "reason": reason}

        assert shop.client().post(f"{late.page}reveal/", told).status_code == 422
        assert audited("value.revealed") == []


class TestClaim:
    def test_of_two_who_open_a_case_one_gets_it_and_the_other_is_told(self, shop, late):
        first, second = shop.client(), shop.client()

        to = first.post(f"/cases/{late.case_id}/take/")
        page = _text(second.post(f"/cases/{late.case_id}/take/", follow=True))

        assert to.headers["Location"] == late.page
        assert "You have this case" in _text(first.get(late.page))
        assert "has this case, for 10 min more" in page
        assert "You have this case" not in page
        assert "Take over" not in page

    def test_is_taken_over_by_a_supervisor(self, shop, late):
        first, lead = shop.client(), shop.client(Role.SUPERVISOR)
        first.post(f"/cases/{late.case_id}/take/")
        assert "Take over" in _text(lead.get(late.page))

        lead.post(f"/cases/{late.case_id}/take-over/")

        assert "You have this case" in _text(lead.get(late.page))
        assert "You have this case" not in _text(first.get(late.page))
        assert first.post(f"/cases/{late.case_id}/take-over/").status_code == 403

    def test_is_given_back(self, shop, late):
        client = shop.client()
        client.post(f"/cases/{late.case_id}/take/")

        answer = client.post(f"/cases/{late.case_id}/release/")

        assert answer.headers["Location"] == "/queue/"
        assert "You have this case" not in _text(client.get(late.page))


def test_every_kind_of_entry_has_its_sign():
    assert set(get_args(Happened)) == set(SIGNS)
