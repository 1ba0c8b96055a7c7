"""Outside agencies get permits and never numbers; what they report is held against those."""

from __future__ import annotations

from datetime import date
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import OperationalError, connection

from forbear.contexts.audit.models import Entry
from forbear.contexts.cases.actions.hold import place_hold_and_refresh
from forbear.contexts.contact.agency.close import lapse_unused
from forbear.contexts.contact.agency.permit import ask_permit
from forbear.contexts.contact.ask import ContactAsked
from forbear.contexts.contact.channels.registry import Providers
from forbear.contexts.contact.export import TABLES
from forbear.contexts.contact.gate.claim import claim
from forbear.contexts.contact.gate.settle import settle
from forbear.contexts.contact.gate.stop import place_stop
from forbear.contexts.contact.gate.word import StopScope
from forbear.contexts.contact.history import contacted_among
from forbear.contexts.contact.models import AgencyFinding, Dispatch
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.actions.team import change_team
from forbear.contexts.portfolio.contract import give_to_team
from forbear.contexts.portfolio.said import HoldSaid
from forbear.contexts.portfolio.word import Source
from forbear.values.code import Channel, HoldKind
from forbear.values.errors import NotFound
from forbear.values.principal import system
from tests.integration.gate.test_races import Window, at_once, capped
from tests.support.agency import house
from tests.support.gate import attempts, person
from tests.support.portfolio import SETUP

__all__ = ["capped", "house"]
CLOCK = system("clock")
DAY = date(2026, 11, 25)


@pytest.fixture
def agency(house):
    return house.agency()


def hold(who, now) -> None:
    said = HoldSaid(
        ref=f"hold-{uuid4()}", debtor_ref=who.who.ref, kind=HoldKind.DISPUTE, start_date=DAY
    )
    place_hold_and_refresh(said, source=Source.STAFF, actor=SETUP, today=DAY, now=now)


def kinds() -> list[tuple[str, bool]]:
    """Every finding, and whether it still stands."""
    with reading(SETUP):
        rows = AgencyFinding.objects.order_by("id")
        return [(row.kind, row.resolved_at is None) for row in rows]


class TestPermits:
    def test_show_a_masked_number_and_a_time_and_nothing_more(self, agency):
        who = agency.person()

        permit = agency.ask(who)

        assert permit["allowed"]
        assert permit["state"] == "AUTHORISED"
        assert permit["expires_at"] == "2026-11-25T04:15:00Z"
        assert permit["contact_point_ref"] == who.point
        assert "****" in permit["masked"]
        assert permit["reasons"] == []
        assert attempts(who.who) == ["UNKNOWN"]

    def test_are_the_same_when_asked_for_again_and_never_another_contact(self, agency):
        who, other = agency.person(), agency.person()
        permit = agency.ask(who)

        assert agency.ask(who, id=permit["id"]) == permit
        answer = agency.api.post("/agency/permits", {**other.asked(), "id": permit["id"]})

        assert (answer.status_code, answer.json()["code"]) == (409, "OTHER_WISH")
        assert len(attempts(who.who)) == 1

    def test_are_refused_with_every_reason_its_article_and_when_it_opens(self, house, agency):
        house.hand.on(hours=11)
        who = agency.person()

        refused = agency.ask(who)
        shown = house.api.get(f"/permits/{refused['id']}").json()

        (reason,) = [one for one in refused["reasons"] if one["cause"] == "RULE"][:1]
        assert refused["allowed"] is False
        assert refused["state"] is None
        assert reason["en"]
        assert reason["zh"]
        assert reason["source"]
        assert "." in reason["address"]
        assert refused["opens_at"] >= "2026-11-25T23:00:00Z"
        assert shown == refused
        assert attempts(who.who) == []

    def test_are_for_calls_alone(self, agency):
        answer = agency.api.post("/agency/permits", {**agency.person().asked(), "channel": "SMS"})

        assert (answer.status_code, answer.json()["code"]) == (422, "UNFIT_PERMIT")

    def test_are_for_persons_in_ones_care_alone(self, house, agency):
        other = house.agency("near-agency")
        who, permit = other.person(), None
        permit = other.ask(who)

        asked = agency.api.post("/agency/permits", who.asked())
        begun = agency.begin(permit)
        told = agency.tell(permit, "RANG", "e-1")

        assert [each.status_code for each in (asked, begun, told)] == [404, 404, 404]
        assert agency.api.get(f"/permits/{permit['id']}").status_code == 404
        assert attempts(who.who) == ["UNKNOWN"]

    def test_end_with_the_agency(self, house, agency):
        who = agency.person()
        change_team(agency.team_id, closed=True, actor=SETUP, now=house.hand())

        assert agency.api.post("/agency/permits", who.asked()).status_code == 401

    def test_use_the_same_caps_as_everybody(self, house, agency, capped):
        capped(Window(1, 1))
        who = agency.person()
        asked = {"contact_point_ref": who.point, "channel": "VOICE", "loan_ref": who.loan}
        before = house.api.get(f"/debtors/{who.who.ref}/contact-budget", **asked).json()

        assert agency.ask(who)["allowed"]
        refused = agency.ask(who)
        after = house.api.get(f"/debtors/{who.who.ref}/contact-budget", **asked).json()

        assert (before["left"], before["left_today"], before["reasons"]) == (1, 1, [])
        assert (after["left"], after["left_today"]) == (0, 0)
        assert {one["detail"] for one in refused["reasons"]} == {
            one["detail"] for one in after["reasons"]
        }


class TestSixteenAtOnce:
    def test_of_two_agencies_never_pass_a_cap(self, house, capped):
        """The person goes from one agency's care to the other's meanwhile."""
        capped(Window(2, 1))
        both = [house.agency("one"), house.agency("two")]
        people = [both[0].person() for _ in range(3)]
        together, given = Barrier(17), []

        def ask(number: int) -> None:
            who = both[number % 2].actor
            for each in people:
                together.wait(60)
                asked = ContactAsked(each.who.ref, each.point, Channel.VOICE, each.loan)
                for _ in range(2):
                    try:
                        given.append(ask_permit(uuid4(), asked, actor=who).allowed)
                    except NotFound:
                        given.append(False)

        def move() -> None:
            for each in people:
                together.wait(60)
                for turn in range(6):
                    with acting(SETUP):
                        give_to_team(each.who.debtor_id, both[turn % 2].team_id)

        at_once(move, *[lambda number=number: ask(number) for number in range(16)])

        # A permit may be given in the very moment in which the person leaves; it lapses unseen.
        counted = [len(attempts(each.who)) for each in people]
        assert len(given) == 16 * 3 * 2
        assert sum(given) <= sum(counted)
        assert max(counted) <= 2
        last = [both[0].care_for(each.who) for each in people]
        for each, count in zip(last, counted, strict=True):
            asked = [both[0].ask(each)["allowed"] for _ in range(3)]
            assert asked == [True] * (2 - count) + [False] * (1 + count)


class TestBegin:
    def test_lets_a_contact_be_connected_and_counts_it_as_made(self, house, agency):
        who = agency.person()
        permit = agency.ask(who)
        house.hand.on(minutes=3)

        begun = agency.begin(permit).json()
        again = agency.begin(permit).json()
        shown = house.api.get(f"/permits/{permit['id']}").json()

        assert (begun["allowed"], begun["state"], begun["outcome"]) == (True, "ACCEPTED", "UNKNOWN")
        assert begun["begun_at"] == "2026-11-25T04:03:00Z"
        assert begun["connect_until"] == "2026-11-25T04:03:30Z"
        assert begun == again == shown
        assert attempts(who.who) == ["UNKNOWN"]
        with reading(SETUP):
            events = list(Entry.objects.order_by("id").values_list("event", flat=True))
        assert events[-3:] == ["contact.authorised", "contact.intended", "contact.answered"]

    @pytest.mark.parametrize("how", ["stop", "hold", "late"])
    def test_is_refused_after_a_stop_a_hold_or_its_time(self, house, agency, how):
        who = agency.person()
        permit = agency.ask(who)
        if how == "stop":
            place_stop(StopScope.GLOBAL, "", reason="drill", actor=SETUP, now=house.hand())
        elif how == "hold":
            hold(who, house.hand())
        else:
            house.hand.on(minutes=15)

        refused = agency.begin(permit).json()

        cause = {"stop": "STOPPED", "hold": "RULE", "late": "LAPSED"}[how]
        assert (refused["allowed"], refused["state"]) == (False, "WITHDRAWN")
        assert refused["begun_at"] is None
        assert refused["reasons"][0]["cause"] == cause
        assert refused["reasons"][0]["zh"] != refused["reasons"][0]["en"]
        assert attempts(who.who) == ["FAILED"]
        assert agency.begin(permit).json() == refused

    def test_waits_for_another_request_that_is_at_it(self, house, agency):
        permit = agency.ask(agency.person())
        claim(uuid4(), providers=(agency.provider,), limit=1, actor=SETUP, clock=house.hand)

        busy = agency.begin(permit)
        house.hand.on(seconds=31)

        assert (busy.status_code, busy.json()["code"]) == (409, "BEGIN_UNDER_WAY")
        assert agency.begin(permit).json()["state"] == "ACCEPTED"

    def test_of_a_permit_that_nobody_gave_is_refused(self, agency):
        assert agency.begin({"id": uuid4()}).status_code == 404

    def test_whose_answer_is_lost_counts_as_made_and_is_settled_by_an_outcome(
        self, house, agency, monkeypatch
    ):
        from forbear.contexts.contact.gate import direct as module

        def die(*_given, **_more):
            raise OperationalError

        who = agency.person()
        permit = agency.ask(who)
        with monkeypatch.context() as broken:
            broken.setattr(module, "keep", die)
            lost = agency.begin(permit)
        again = agency.begin(permit).json()
        house.hand.on(minutes=30)
        lapsed = lapse_unused(actor=CLOCK, clock=house.hand)
        found = settle(Providers(), actor=CLOCK, clock=house.hand).lost

        assert lost.status_code == 503
        assert (again["state"], again["begun_at"]) == ("INTENT", "2026-11-25T04:00:00Z")
        assert (lapsed, found) == (0, 1)
        assert attempts(who.who) == ["UNKNOWN"]
        assert agency.begin(permit).json()["state"] == "UNKNOWN"
        assert agency.tell(permit, "RANG", "1").json() == {"new": True}
        assert agency.begin(permit).json()["state"] == "ACCEPTED"
        assert attempts(who.who) == ["RANG"]

    def test_of_many_at_once_is_one(self, agency):
        from forbear.contexts.contact.agency.begin import BeginUnderWay, begin

        who = agency.person()
        permit = ask_permit(
            uuid4(),
            ContactAsked(who.who.ref, who.point, Channel.VOICE, who.loan),
            actor=agency.actor,
        )

        def one() -> object:
            try:
                return begin(permit.id, actor=agency.actor).state
            except BeginUnderWay:
                return None

        at_once(*[one] * 8)

        with reading(SETUP):
            row = Dispatch.objects.get(permit_id=permit.id)
            intended = Entry.objects.filter(event="contact.intended").count()
        assert (row.state, intended) == ("ACCEPTED", 1)


class TestLapsing:
    def test_leaves_no_contact_behind_for_the_night_or_for_late_facts(self, house, agency):
        unused, made = agency.person(), agency.person()
        agency.ask(unused)
        agency.begun(made)
        house.hand.on(minutes=16)
        lapse_unused(actor=CLOCK, clock=house.hand)

        with reading(SETUP), connection.cursor() as cursor:
            among = contacted_among({each.who.debtor_id: DAY for each in (unused, made)})
            cursor.execute(TABLES["attempt"])
            told = [row[1] for row in cursor.fetchall()]

        assert among == {made.who.debtor_id}
        assert told == [made.who.ref]
        assert attempts(unused.who) == ["FAILED"]

    def test_gives_back_what_was_never_begun_and_nothing_else(self, house, agency, capped):
        capped(Window(2, 1))
        who = agency.person()
        agency.begun(who)
        unused = agency.ask(who)
        assert agency.ask(who)["allowed"] is False

        house.hand.on(minutes=14)
        early = lapse_unused(actor=CLOCK, clock=house.hand)
        house.hand.on(minutes=2)
        lapsed = lapse_unused(actor=CLOCK, clock=house.hand)
        again = lapse_unused(actor=CLOCK, clock=house.hand)

        assert (early, lapsed, again) == (0, 1, 0)
        assert attempts(who.who)[:2] == ["UNKNOWN", "FAILED"]
        assert house.api.get(f"/permits/{unused['id']}").json()["state"] == "WITHDRAWN"
        assert agency.ask(who)["allowed"]


class TestOutcomes:
    def test_count_by_what_says_most_in_any_order_and_once(self, agency):
        who = agency.person()
        permit = agency.begun(who)

        new = [
            agency.tell(permit, outcome, event).json()["new"]
            for outcome, event in (("CONVERSATION", "2"), ("ANSWERED", "1"), ("CONVERSATION", "2"))
        ]

        assert new == [True, True, False]
        assert attempts(who.who) == ["CONVERSATION"]

    def test_are_kept_where_the_person_has_left_the_care(self, house, agency):
        who = agency.person()
        permit = agency.begun(who)
        house.agency("next").care_for(who.who)

        assert agency.tell(permit, "RIGHT_PARTY", "1").json() == {"new": True}
        assert attempts(who.who) == ["RIGHT_PARTY"]

    def test_of_what_was_not_begun_or_cannot_be_are_refused(self, agency):
        permit = agency.ask(agency.person())
        begun = agency.begun(agency.person())

        waiting, wrong = agency.tell(permit, "RANG", "1"), agency.tell(begun, "DELIVERED", "1")
        early = agency.tell(begun, "RANG", "2", at="2026-11-25T09:00:00Z")

        assert (waiting.status_code, waiting.json()["code"]) == (409, "NOT_BEGUN")
        assert (wrong.status_code, wrong.json()["code"]) == (422, "UNFIT_OUTCOME")
        assert (early.status_code, early.json()["code"]) == (422, "UNFIT_OUTCOME")
        assert (wrong.json()["field"], early.json()["field"]) == ("outcome", "at")


class TestKeys:
    def test_of_agencies_are_bound_and_see_their_own_persons_alone(self, house, agency):
        cared = agency.person()
        person()

        seen = agency.api.get("/debtors").json()["items"]

        assert [one["ref"] for one in seen] == [cared.who.ref]
        assert agency.api.post("/holds", {}).status_code == 403
        assert house.api.post("/agency/permits", cared.asked()).status_code == 403
