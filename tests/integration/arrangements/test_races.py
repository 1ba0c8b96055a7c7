"""However many sign at once, a loan has one arrangement; and nothing leaves after a signature."""

from __future__ import annotations

from datetime import datetime, time
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from forbear.contexts.arrangements.actions import sign as signing
from forbear.contexts.arrangements.models import CoveredLoan
from forbear.contexts.contact.gate.ask import Wish
from forbear.contexts.contact.gate.authorise import Asked, authorise
from forbear.contexts.contact.gate.word import Way
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.models import ContactPoint, Debtor, Loan
from forbear.values.code import Channel, Language
from forbear.values.errors import ForbearError
from forbear.values.principal import system
from tests.integration.gate.test_races import at_once
from tests.support.arrangement import NAME, answered, later, new_late, today
from tests.support.gate import DIALLER, Desk, Hand
from tests.support.portfolio import SETUP

SHANGHAI = ZoneInfo("Asia/Shanghai")


def ready(late, ref: str, inbox) -> signing.SignatureSaid:
    """Bring an arrangement up to its signature."""
    answered(late.propose(ref), 201)
    sha256 = answered(late.api.post(f"/arrangements/{ref}/agreement"))["sha256"]
    answered(late.api.post(f"/arrangements/{ref}/code"))
    return signing.SignatureSaid(NAME, inbox.latest, sha256, Language.ZH)


def tried(ref: str, said: signing.SignatureSaid):
    def work() -> str:
        try:
            signing.sign(ref, said, actor=system("test"), **later(0))
        except ForbearError as refused:
            return refused.code
        return "SIGNED"

    return work


def test_one_signature_counts_once(api, inbox):
    late = new_late(api)
    said = ready(late, "A-1", inbox)

    assert sorted(at_once(*[tried("A-1", said)] * 6)) == [*["ARRANGEMENT_STATE"] * 5, "SIGNED"]
    assert late.holds == ["ARRANGEMENT", "PAUSE"]


def test_of_several_arrangements_on_a_loan_one_begins(api, inbox):
    late = new_late(api)
    said = {ref: ready(late, ref, inbox) for ref in ("A-1", "A-2", "A-3")}

    given = at_once(*[tried(ref, each) for ref, each in said.items()])

    assert sorted(given) == ["LOAN_ARRANGED", "LOAN_ARRANGED", "SIGNED"]
    with reading(SETUP):
        assert CoveredLoan.objects.filter(live=True).count() == 1
    states = sorted(late.shown(ref)["state"] for ref in said)
    assert states == ["ACTIVE", "OFFERED", "OFFERED"]


@pytest.mark.parametrize("number", range(2))
def test_nothing_leaves_after_a_signature(api, inbox, number):
    noon = datetime.combine(today(), time(12), SHANGHAI)
    desk = Desk(Hand(noon), seed=number)
    late = new_late(api)
    said = ready(late, "A-1", inbox)
    with reading(SETUP):
        debtor = Debtor.objects.get(ref=late.ref).pk
        point = ContactPoint.objects.get(debtor_id=debtor).pk
        loan = Loan.objects.get(ref=late.loans[0]).pk
    wish = Wish(debtor, point, Channel.VOICE, loan)
    for _ in range(3):
        asked = Asked(uuid4(), wish, Way.AGENDA, "simulated")
        assert authorise(asked, actor=DIALLER, clock=desk.hand).allowed
    left_by_then = []

    def sign_now() -> str:
        done = tried("A-1", said)()
        with reading(SETUP):
            gone = Dispatch.objects.exclude(state__in=["AUTHORISED", "CLAIMED", "WITHDRAWN"])
            left_by_then.append(gone.count())
        return done

    senders = [desk.sender() for _ in range(3)]
    given = at_once(sign_now, *[lambda one=one: one.carry(limit=1) for one in senders])
    desk.hand.on(minutes=5)
    desk.sender().carry(limit=20)
    again = authorise(Asked(uuid4(), wish, Way.AGENDA, "simulated"), actor=DIALLER, clock=desk.hand)

    assert given[0] == "SIGNED"
    with reading(SETUP):
        left = Dispatch.objects.exclude(state__in=["AUTHORISED", "CLAIMED", "WITHDRAWN"])
        assert left.count() <= left_by_then[0]
        assert not Dispatch.objects.filter(state__in=["AUTHORISED", "CLAIMED"]).exists()
    assert len(desk.provider.ledger) <= left_by_then[0]
    assert not again.allowed
