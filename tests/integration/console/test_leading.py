"""Whoever leads a team sees how it stands, decides what takes two, and judges drawn calls."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from forbear.contexts.audit.models import Entry
from forbear.contexts.cases.models import QualityCard, Talk
from forbear.contexts.cases.quality.draw import draw_sample
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.actions import ask_approval
from forbear.contexts.people.models import Approval
from forbear.contexts.people.role import Role
from forbear.values.money import Currency
from tests.support import watching as watched
from tests.support.console import at_work
from tests.support.desk import new_second_factor, new_shop, principal
from tests.support.portfolio import SETUP, portfolio, ring

__all__ = ["portfolio", "ring"]
pytestmark = pytest.mark.usefixtures("portfolio")
MARKS = {"IDENTITY": "2", "LISTENING": "1", "FACTS": "2", "OPTIONS": "", "TONE": "2"}


@pytest.fixture
def shop():
    return new_shop()


def _words(answer):
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def _queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        _words(client.get(address))
    return len(asked)


def _talked(staff, late, outcome="CONVERSATION"):
    now = datetime.now(UTC)
    with acting(SETUP):
        return Talk.objects.create(
            permit_id=uuid4(),
            case_id=late.case_id,
            debtor_id=late.who.debtor_id,
            staff_id=staff.pk,
            contact_point_id=late.who.point_id,
            begun_at=now,
            ended_at=now,
            outcome=outcome,
        )


def _cards():
    with reading(SETUP):
        return list(QualityCard.objects.order_by("id"))


class TestBoard:
    def test_shows_one_s_own_teams_with_what_is_left_and_what_was_refused(self, shop):
        watched.contacts(shop)
        south = new_shop("south")
        watched.contacts(south)

        page = _words(shop.client(Role.SUPERVISOR).get("/board/"))

        assert "north (invented)" in page
        assert "south (invented)" not in page
        assert "2 to do, 0 done" in page
        assert re.search(r'refusals/\?team=\d+">1<', page)
        assert "Abandoned calls" in page
        assert "Calls to us today" in page
        part = shop.client(Role.SUPERVISOR).get("/board/", headers={"HX-Request": "true"})
        assert "<html" not in part.content.decode()

    @pytest.mark.nightly
    def test_asks_as_much_of_the_database_however_many_persons_there_are(self, shop):
        client = shop.client(Role.SUPERVISOR)
        shop.late(rank=1)
        few = _queries(client, "/board/")
        for rank in range(2, 6):
            shop.late(rank=rank)
        assert _queries(client, "/board/") == few

    @pytest.mark.nightly
    def test_on_a_wall_names_nobody(self, shop):
        late = shop.late(rank=1)

        page = _words(shop.client(Role.SUPERVISOR).get("/board/wall/"))
        assert "Refused to protect people, whole book" in page

        assert late.who.ref not in page
        assert "欧*" not in page
        assert "1</dd>" in page

    def test_stops_nothing_that_was_not_confirmed(self, shop):
        client = shop.client(Role.SUPERVISOR)
        told = {"channel": "SMS", "reason": "a fault", "asked": "1"}
        assert client.post("/contacts/stop/", told).status_code == 422
        assert "a fault" not in _words(client.get("/board/"))

        client.post("/contacts/stop/", {**told, "sure": "on"})

        assert "a fault" in _words(client.get("/board/"))


class TestCases:
    @pytest.mark.nightly
    def test_are_narrowed_to_a_colleague_s_or_one_person_s(self, shop):
        first, second = shop.late(rank=1), shop.late(rank=2)
        client = shop.client(Role.SUPERVISOR)

        one = _words(client.get(f"/cases/?ref={first.who.ref}"))
        assert first.who.ref in one
        assert second.who.ref not in one
        assert first.who.ref in _words(client.get("/cases/?officer=none&late=12"))
        assert first.who.ref not in _words(client.get("/cases/?late=13"))


class TestApprovals:
    def test_are_granted_by_somebody_else_within_their_authority(self, shop):
        late = shop.late()
        asker = shop.staff(Role.COLLECTOR)
        told = {"debtor_id": late.who.debtor_id, "amount_minor": 5_000, "currency": Currency.CNY}
        by = {"actor": principal(asker), "now": datetime.now(UTC)}
        ident = ask_approval("arrangement.waive", subject="arrangement:a", **told, **by)
        poor, rich = (
            at_work(new_second_factor(shop.staff(Role.SUPERVISOR, authority_minor=most)))
            for most in (0, 10_000)
        )

        page = _words(rich.get("/approvals/"))
        assert "Give up an amount in an arrangement: ¥50.00" in page
        assert asker.name in page
        refused = poor.post(f"/approvals/{ident}/", {"deed": "grant"})
        assert refused.status_code == 403
        assert "beyond your authority" in refused.content.decode()
        rich.post(f"/approvals/{ident}/", {"deed": "grant"})

        with reading(SETUP):
            assert Approval.objects.get(pk=ident).state == "GRANTED"
        assert "Nothing waits." in _words(rich.get("/approvals/"))

    def test_of_another_team_are_not_there(self, shop):
        late, other = shop.late(), new_shop("south").client(Role.SUPERVISOR)
        by = {"actor": principal(shop.staff(Role.COLLECTOR)), "now": datetime.now(UTC)}
        ident = ask_approval("loan.write_off", subject="loan:1", debtor_id=late.who.debtor_id, **by)

        assert "Nothing waits." in _words(other.get("/approvals/"))
        told = {"deed": "refuse", "reason": "no"}
        assert other.post(f"/approvals/{ident}/", told).status_code == 404


class TestQuality:
    @pytest.mark.nightly
    def test_draws_one_call_a_colleague_and_day_and_the_same_again(self, shop):
        ada, ben = shop.staff(), shop.staff()
        late = shop.late()
        for staff in (ada, ada, ada, ben):
            _talked(staff, late)
        client = shop.client(Role.SUPERVISOR)

        client.post("/quality/", {"day": watched.today().isoformat()})
        drawn = {(card.staff_id, card.permit_id) for card in _cards()}
        client.post("/quality/", {"day": watched.today().isoformat()})

        assert {staff for staff, _ in drawn} == {ada.pk, ben.pk}
        assert {(card.staff_id, card.permit_id) for card in _cards()} == drawn
        page = _words(client.get("/quality/"))
        assert page.count("/quality/") >= 2

    @pytest.mark.nightly
    def test_gives_each_kind_of_call_the_same_chance(self, shop):
        staff, late = shop.staff(), shop.late()
        for _ in range(12):
            _talked(staff, late, outcome="RANG")
        rare = _talked(staff, late)
        day, now = watched.today(), datetime.now(UTC)
        span = {"since": now - timedelta(hours=1), "until": now + timedelta(hours=1)}
        found = []
        for back in range(40):
            on = day - timedelta(days=back)
            draw_sample(on, **span, actor=SETUP, now=now)
        found = [card.permit_id == rare.permit_id for card in _cards()]

        # One in thirteen by calls; one in two by kinds.
        assert 8 <= sum(found) <= 32

    def test_is_judged_by_another_and_read_by_the_colleague(self, shop):
        staff, late = shop.staff(), shop.late()
        _talked(staff, late)
        lead = shop.client(Role.SUPERVISOR)
        lead.post("/quality/")
        card = _cards()[0]
        address = f"/quality/{card.pk}/"

        assert lead.post(address, {"note": "Kept."}).status_code == 422
        lead.post(address, {**MARKS, "note": "Calm from the first word on."})

        own = at_work(new_second_factor(staff))
        page = _words(own.get("/coaching/"))
        assert "Calm from the first word on." in page
        assert "88 %" in page
        with reading(SETUP):
            assert QualityCard.objects.get().seen_at is not None
            events = list(Entry.objects.filter(event__startswith="quality").order_by("id"))
        assert [each.event for each in events] == [
            "quality.drawn",
            "quality.scored",
            "quality.seen",
        ]
        assert b"Calm" not in b"".join(bytes(each.body) for each in events)
        assert "read by the colleague" in _words(lead.get("/quality/"))

    def test_of_one_s_own_call_is_refused_by_page_and_database(self, shop):
        lead, late = shop.staff(Role.SUPERVISOR), shop.late()
        _talked(lead, late)
        client = at_work(new_second_factor(lead))
        client.post("/quality/")
        card = _cards()[0]

        assert client.post(f"/quality/{card.pk}/", MARKS).status_code == 403
        by = {"scored_by_id": lead.pk, "scored_at": datetime.now(UTC)}
        with pytest.raises(IntegrityError), acting(SETUP):
            QualityCard.objects.update(**by)

    def test_of_another_team_is_not_there(self, shop):
        _talked(shop.staff(), shop.late())
        shop.client(Role.SUPERVISOR).post("/quality/")
        other = new_shop("south").client(Role.SUPERVISOR)

        assert other.get(f"/quality/{_cards()[0].pk}/").status_code == 404
        other.post("/quality/")
        assert len(_cards()) == 1
