"""A plan that reached nobody is followed step by step, once each, and whatever reaches ends it."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from forbear.contexts.cases.actions.record_posting import record_posting
from forbear.contexts.cases.campaign import cascade
from forbear.contexts.cases.campaign.cascade import begin_cascades, step_due
from forbear.contexts.cases.models import Cascade, CascadeEnd, Plan
from forbear.contexts.contact.channels.port import Receipt
from forbear.contexts.contact.gate.authorise import Asked, authorise
from forbear.contexts.contact.gate.receipt import take_receipt
from forbear.contexts.contact.gate.stop import place_stop
from forbear.contexts.contact.gate.word import StopScope, Way
from forbear.contexts.contact.gate.worker import SENDER
from forbear.contexts.contact.models import Attempt, Dispatch, GateDecision
from forbear.contexts.database.chaos import listening
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.ledger.models import PostingSource
from forbear.contexts.ledger.post import Payment
from forbear.contexts.portfolio.actions.consent import record_consent
from forbear.contexts.portfolio.actions.hold import place_hold
from forbear.contexts.portfolio.models import Loan
from forbear.contexts.portfolio.said import ConsentSaid, HoldSaid
from forbear.contexts.portfolio.word import Source
from forbear.values.code import (
    Channel,
    ConsentKind,
    ConsentState,
    HoldKind,
    Outcome,
    PointKind,
)
from tests.support.campaign import DAY, TEN, planned
from tests.support.gate import DIALLER
from tests.support.portfolio import NOW, SETUP, new_point

O, E = Outcome, CascadeEnd
ALL = dict.fromkeys((Channel.SMS, Channel.EMAIL), "simulated")


class Followed:
    """Somebody whose planned call has ended somehow."""

    def __init__(self, campaign, outcome=O.RANG):
        self.campaign, self.hand = campaign, campaign.desk.hand
        self.hand.at = TEN
        self.who = planned("VOICE")
        self.outcome = outcome
        if outcome is not None:
            self.called(outcome)
        begin_cascades([DAY], actor=SENDER, clock=self.hand)

    def called(self, outcome):
        asked = Asked(uuid4(), self.who.wish(Channel.VOICE), Way.MANUAL, "simulated")
        answer = authorise(asked, actor=DIALLER, clock=self.hand)
        assert answer.allowed
        self.campaign.carry()
        self.ended(asked.id, outcome)

    def ended(self, permit, outcome):
        if outcome is not O.UNKNOWN:
            told = Receipt(f"told-{uuid4()}", permit, outcome, self.hand())
            take_receipt("simulated", told, actor=SENDER, now=self.hand())

    def step(self, **by):
        self.hand.on(**by)
        return step_due(ALL, limit=50, actor=SENDER, clock=self.hand)

    def row(self):
        with reading(SETUP):
            return Cascade.objects.get(debtor_id=self.who.debtor_id)

    def written(self):
        """The channels of what was asked for after the call."""
        with reading(SETUP):
            rows = Dispatch.objects.filter(debtor_id=self.who.debtor_id).exclude(channel="VOICE")
            return list(rows.order_by("pk").values_list("channel", flat=True))

    def latest(self):
        with reading(SETUP):
            rows = Dispatch.objects.filter(debtor_id=self.who.debtor_id)
            return rows.order_by("-pk").first().permit_id

    def mail_too(self):
        new_point(self.who.ref, kind=PointKind.EMAIL, address="x@example.com")
        said = ConsentSaid(
            f"agreed-{uuid4().hex}",
            self.who.ref,
            ConsentKind.CHANNEL,
            ConsentState.GIVEN,
            channel=Channel.EMAIL,
        )
        record_consent(said, source=Source.API, actor=SETUP, now=NOW - timedelta(days=1))


def test_a_step_comes_after_its_time_with_a_decision_and_a_debit_of_its_own(campaign):
    one = Followed(campaign)
    one.mail_too()
    assert one.step(minutes=44).taken == 0
    assert one.step(minutes=1).taken == 1
    assert one.step().taken == 0
    assert one.written() == ["SMS"]
    with reading(SETUP):
        rows = GateDecision.objects.filter(debtor_id=one.who.debtor_id, stage="AUTHORISE")
        assert [row.allowed for row in rows] == [True, True]
        words = Dispatch.objects.get(permit_id=one.latest())
    assert (words.message_id, words.way) == ("cn.sms.overdue_gentle", "AGENDA")

    campaign.carry()
    one.ended(one.latest(), O.NOT_CONNECTED)
    assert one.step(minutes=89).taken == 0
    assert one.step(minutes=1).taken == 1
    assert one.written() == ["SMS", "EMAIL"]
    one.step(minutes=30)
    assert one.row().ended_as == E.DONE
    assert begin_cascades([DAY], actor=SENDER, clock=one.hand) == 0, "and it begins no second time"


def test_whoever_was_reached_is_not_followed(campaign):
    for outcome in (O.ANSWERED, O.RIGHT_PARTY, O.CONVERSATION, O.WRONG_PERSON):
        one = Followed(campaign, outcome)
        one.step(minutes=45)

        assert (one.written(), one.row().ended_as) == ([], E.REACHED), outcome


def test_what_is_not_known_is_waited_for(campaign):
    one = Followed(campaign, O.UNKNOWN)
    for _ in range(3):
        one.step(minutes=60)
    assert (one.written(), one.row().ended_as) == ([], None)
    one.ended(one.latest(), O.CONVERSATION)
    one.step(minutes=60)
    assert (one.written(), one.row().ended_as) == ([], E.REACHED)


def _paid(one):
    with reading(SETUP):
        loan = Loan.objects.get(pk=one.who.loan_id).ref
    payment = Payment(ref=uuid4().hex, loan=loan, value_date=DAY, amount_minor=100)
    told = {"actor": SETUP, "today": DAY, "now": one.hand()}
    record_posting(payment, source=PostingSource.API, **told)


def _held(one):
    said = HoldSaid(uuid4().hex, one.who.ref, HoldKind.HARDSHIP, DAY)
    place_hold(said, source=Source.API, actor=SETUP, now=one.hand())


def _wished(one):
    said = ConsentSaid(
        uuid4().hex, one.who.ref, ConsentKind.CHANNEL, ConsentState.WITHDRAWN, channel=Channel.EMAIL
    )
    record_consent(said, source=Source.API, actor=SETUP, now=one.hand())


def _called_us(one):
    with acting(SETUP):
        Attempt.objects.create(
            ref=uuid4().hex,
            debtor_id=one.who.debtor_id,
            channel="VOICE",
            direction="INBOUND",
            started_at=one.hand(),
            outcome="CONVERSATION",
            source="STAFF",
            recorded_at=one.hand(),
        )


def _cancelled(one):
    with acting(SETUP):
        Plan.objects.filter(debtor_id=one.who.debtor_id).update(state="CANCELLED")


def test_whatever_comes_meanwhile_ends_it(campaign):
    for comes, ends in (
        (_paid, {E.HEARD, E.CANCELLED}),
        (_held, {E.HEARD}),
        (_wished, {E.HEARD}),
        (_called_us, {E.HEARD}),
        (_cancelled, {E.CANCELLED}),
    ):
        one = Followed(campaign)
        one.hand.on(minutes=10)
        comes(one)
        one.step(minutes=40)

        assert one.written() == [], comes
        assert one.row().ended_as in ends, comes


def test_stops_refusals_the_budget_and_the_end_of_the_day_end_it(campaign):
    stopped, spent, late, no_way = (Followed(campaign) for _ in range(4))
    spent.hand.at = TEN + timedelta(minutes=5)
    spent.called(O.RANG)
    spent.called(O.RANG)
    person = str(stopped.who.debtor_id)
    place_stop(StopScope.PERSON, person, reason="test", actor=SETUP, now=TEN)

    spent.hand.at = TEN
    spent.step(minutes=51)
    assert stopped.row().ended_as == E.REFUSED
    assert spent.row().ended_as == E.SPENT, "three calls are as much as one plan may lead to"
    assert late.written() == no_way.written() == ["SMS"]
    campaign.carry()
    for one in (late, no_way):
        one.ended(one.latest(), O.NOT_CONNECTED)
    no_way.step(minutes=95)
    assert no_way.row().ended_as == E.NO_WAY, "there is no address for mails"
    late.step(hours=14)
    assert late.row().ended_as in {E.DAY_OVER, E.NO_WAY}


def test_two_workers_take_no_step_twice(campaign):
    everybody = [Followed(campaign) for _ in range(4)]
    everybody[0].hand.at = TEN + timedelta(minutes=50)
    began = threading.Barrier(6)

    def worker():
        began.wait()
        try:
            for _ in range(3):
                step_due(ALL, limit=50, actor=SENDER, clock=everybody[0].hand)
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert [one.written() for one in everybody] == [["SMS"]] * 4
    assert [one.row().step for one in everybody] == [1] * 4


class _Died(Exception):
    pass


@pytest.mark.parametrize(
    "point",
    [
        "cascade.step.before_commit",
        pytest.param("cascade.step.after_commit", marks=pytest.mark.nightly),
    ],
)
def test_one_that_dies_between_steps_repeats_none(campaign, point):
    one = Followed(campaign)
    one.hand.on(minutes=50)

    def dies(reached):
        if reached == point:
            raise _Died

    with listening(dies), pytest.raises(_Died):
        one.step()
    # Whole, or not at all: what was asked for and where the cascade stands agree.
    assert len(one.written()) == one.row().step
    one.step()
    one.step()

    assert (one.written(), one.row().step) == (["SMS"], 1)


def test_it_follows_only_what_the_file_names(campaign, monkeypatch):
    monkeypatch.setattr(cascade, "open_cascades", lambda: ())
    one = Followed(campaign)
    with reading(SETUP):
        assert not Cascade.objects.filter(debtor_id=one.who.debtor_id).exists()
