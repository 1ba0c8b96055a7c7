"""Whatever a person chooses, or is learned of them, takes back what waits and is now forbidden."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from forbear.contexts.contact.gate.claim import claim
from forbear.contexts.contact.gate.intent import intend
from forbear.contexts.contact.gate.word import Cause, DispatchState
from forbear.contexts.contact.gate.worker import SENDER
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.actions.consent import record_consent
from forbear.contexts.portfolio.actions.hold import place_hold
from forbear.contexts.portfolio.actions.limit import record_stated_limit
from forbear.contexts.portfolio.actions.point import judge_contact_point, retire_contact_point
from forbear.contexts.portfolio.models import ContactPoint
from forbear.contexts.portfolio.said import ConsentSaid, HoldSaid, LimitSaid
from forbear.contexts.portfolio.word import Source
from forbear.values.code import (
    Channel,
    ConsentKind,
    ConsentState,
    HoldKind,
    Jurisdiction,
    Outcome,
    PointQuality,
)
from tests.support.gate import NOON, Desk, compose, person, settle_loan, state_of
from tests.support.people import audited
from tests.support.portfolio import SETUP

pytestmark = pytest.mark.usefixtures("portfolio")
BY_STAFF = {"source": Source.STAFF, "actor": SETUP, "now": NOON}
WAITING = (DispatchState.AUTHORISED, DispatchState.CLAIMED)


def opt_out(who, channel=Channel.VOICE):
    said = ConsentSaid(
        f"choice-{uuid4()}", who.ref, ConsentKind.CHANNEL, ConsentState.WITHDRAWN, None, channel
    )
    record_consent(said, **BY_STAFF)


def limit(who, opens, closes):
    said = LimitSaid(f"limit-{uuid4()}", who.ref, tuple(range(7)), opens, closes)
    record_stated_limit(said, source=Source.STAFF, actor=SETUP, now=NOON + timedelta(hours=8))


def dispute(who):
    said = HoldSaid(
        ref=f"hold-{uuid4()}",
        debtor_ref=who.ref,
        kind=HoldKind.DISPUTE,
        start_date=date(2026, 11, 25),
    )
    place_hold(said, **BY_STAFF)


def point_of(who):
    with reading(SETUP):
        return ContactPoint.objects.get(pk=who.point_id).ref


def wrong_person(who):
    judge_contact_point(point_of(who), PointQuality.WRONG_PERSON, actor=SETUP, now=NOON)


def invalid(who):
    judge_contact_point(point_of(who), PointQuality.INVALID, actor=SETUP, now=NOON)


def retire(who):
    retire_contact_point(point_of(who), actor=SETUP, now=NOON)


FORBIDS = {
    opt_out: Cause.RULE,
    dispute: Cause.RULE,
    wrong_person: Cause.RULE,
    invalid: Cause.RULE,
    retire: Cause.NOT_OF_PERSON,
    settle_loan: Cause.NOT_OF_PERSON,
}


@pytest.fixture
def desk():
    return Desk()


@pytest.mark.parametrize("claimed", [False, True])
@pytest.mark.parametrize("fact", FORBIDS, ids=lambda fact: fact.__name__)
def test_a_fact_takes_back_at_once_what_it_forbids(desk, fact, claimed):
    who, other = person(), person()
    waiting, others = desk.ask(who), desk.ask(other)
    taken = []
    if claimed:
        taken = claim(uuid4(), providers=("simulated",), limit=9, actor=SENDER, clock=desk.hand)

    fact(who)

    with reading(SETUP):
        row = Dispatch.objects.get(pk=waiting.attempt_id)
    assert state_of(waiting) == (DispatchState.WITHDRAWN, Outcome.FAILED)
    assert row.cause == FORBIDS[fact].value
    assert ("system:setup", f"attempt:{waiting.attempt_id}") in audited("contact.withdrawn")
    assert state_of(others)[0] in WAITING
    for one in taken:
        leave = intend(one, compose=compose, actor=SENDER, clock=desk.hand)
        assert (leave is None) == (one.debtor_id == who.debtor_id)


def test_times_called_inconvenient_take_back_where_a_law_heeds_them(desk):
    london = person(jurisdiction=Jurisdiction.UK, time_zones=("Europe/London",))
    desk.hand.at = NOON + timedelta(hours=8)  # midday there
    waiting = desk.ask(london)
    assert waiting.allowed, waiting.reasons

    limit(london, 17 * 60, 18 * 60)
    assert state_of(waiting)[0] is DispatchState.AUTHORISED
    limit(london, 11 * 60, 13 * 60)
    assert state_of(waiting)[0] is DispatchState.WITHDRAWN


@pytest.mark.parametrize(
    "fact",
    [
        lambda who: opt_out(who, Channel.SMS),
        lambda who: judge_contact_point(
            point_of(who), PointQuality.CONFIRMED, actor=SETUP, now=NOON
        ),
    ],
    ids=["another channel", "a number that was confirmed"],
)
def test_what_a_fact_does_not_forbid_goes_on_waiting(desk, fact):
    who = person()
    waiting = desk.ask(who)

    fact(who)

    assert state_of(waiting)[0] is DispatchState.AUTHORISED


def test_a_fact_that_is_not_kept_takes_nothing_back(desk, monkeypatch):
    from forbear.contexts.portfolio.actions import consent

    class Undone(Exception):
        pass

    def fails(*_given, **_named):
        raise Undone

    who = person()
    waiting = desk.ask(who)
    # The answer is made after the entry, and still inside the transaction.
    monkeypatch.setattr(consent, "Recorded", fails)

    with pytest.raises(Undone):
        opt_out(who)

    assert state_of(waiting)[0] is DispatchState.AUTHORISED


def test_what_may_have_left_is_never_taken_back(desk):
    who = person()
    answer = desk.ask(who)
    (one,) = claim(uuid4(), providers=("simulated",), limit=9, actor=SENDER, clock=desk.hand)
    assert intend(one, compose=compose, actor=SENDER, clock=desk.hand) is not None

    opt_out(who)

    assert state_of(answer) == (DispatchState.INTENT, Outcome.UNKNOWN)
