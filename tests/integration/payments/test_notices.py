"""Money is booked once, in whatever order it is told; what cannot be booked is kept."""

from __future__ import annotations

import random
from dataclasses import replace
from uuid import uuid4

import pytest

from forbear.contexts.cases.actions.change_loan import set_loan_state_and_refresh
from forbear.contexts.database.transaction import reading
from forbear.contexts.evidence.actions.make_document import make_receipt
from forbear.contexts.evidence.made import Form
from forbear.contexts.payments.actions.settle_notice import (
    CannotMatch,
    NoticeChanged,
    SettledSaid,
    settle_notice,
)
from forbear.contexts.payments.actions.take_notice import NotThePage, take_notice
from forbear.contexts.payments.models import Intent, Notice, Received
from forbear.contexts.payments.queries import get_intent, list_notices
from forbear.contexts.payments.word import IntentState, NoticeKind, NoticeState, Settled, Why
from forbear.contexts.portfolio.word import Source
from forbear.values.code import LoanState
from forbear.values.principal import NotPermitted
from tests.integration.gate.test_races import at_once
from tests.support.evidence import read
from tests.support.paying import NOW, PAGE, TODAY, open_notices, owing, said, told
from tests.support.portfolio import SETUP, clerk

RETURNED = NoticeKind.RETURNED
pytestmark = pytest.mark.usefixtures("portfolio")


def settled(how: Settled, loan: str | None = None, *, version: int = 1, row: int | None = None):
    with reading(SETUP):
        found = row or Notice.objects.filter(open=True).order_by("id")[0].pk
    actor = clerk("PAYMENTS_MATCH")
    settle_notice(found, SettledSaid(version, how, loan), actor=actor, today=TODAY, now=NOW)


class TestMoneyThatCame:
    def test_is_booked_at_once_with_its_receipt(self):
        who = owing()
        intent = who.begun()
        before = who.told(NoticeKind.FAILED, intent=intent, payment_ref="try-1")
        assert who.postings == []

        taken = who.told(intent=intent)

        assert (before.state, taken.state, taken.why) == (NoticeState.NOTED, "BOOKED", None)
        assert who.postings == [("simulated:pay-1", 41_000, None)]
        shown = get_intent(intent, actor=who.principal)
        assert (shown.state, shown.paid_minor) == (IntentState.PAID, 41_000)
        made = make_receipt(
            who.loan, *shown.postings, form=Form.JSON, actor=who.principal, today=TODAY, now=NOW
        )
        assert read(made.content)["receipt"] == {"payment": "simulated:pay-1"}
        # The second instalment is still late, and so is the penalty on both.
        assert 41_000 < who.overdue_minor < 43_000

    def test_by_transfer_is_found_by_its_reference_as_people_write_it(self):
        who = owing()
        plain = who.reference
        written = f"{plain[:4].lower()}-{plain[4:8]} {plain[8:]}".replace("0", "o")

        assert told(said(reference=written)).state is NoticeState.BOOKED
        assert who.reference == plain

    def test_is_booked_once_however_often_and_by_however_many_it_is_told(self):
        who = owing()
        notice = said(reference=who.reference)
        others = [replace(notice, event_id=f"again-{n}") for n in range(2)]

        given = at_once(*[lambda one=one: told(one) for one in [notice] * 6 + others])

        assert who.postings == [("simulated:pay-1", 41_000, None)]
        assert sum(each.new for each in given) == 3
        with reading(SETUP):
            assert Notice.objects.filter(state="BOOKED").count() == 1
        assert open_notices() == []

    def test_of_another_amount_counts_as_it_came_and_is_pointed_out(self):
        who = owing()
        taken = who.told(intent=who.begun(), amount_minor=30_000)

        assert taken.why is Why.OTHER_AMOUNT
        assert who.postings == [("simulated:pay-1", 30_000, None)]
        settled(Settled.LOOKED_AT)
        assert open_notices() == []

    def test_beyond_what_is_owed_is_the_persons_and_waits_to_be_paid_back(self):
        who = owing()
        taken = told(said(reference=who.reference, amount_minor=200_000))

        assert taken.why is Why.OVERPAID
        (row,) = list_notices(rows=9, actor=clerk("PAYMENTS_MATCH"))
        assert 75_000 < row.excess_minor < 80_000
        back = said(
            RETURNED, reference=who.reference, amount_minor=row.excess_minor, return_ref="back-1"
        )
        assert told(back).state is NoticeState.BOOKED
        with reading(SETUP):
            assert Received.objects.get().excess_minor == 0
        assert who.payoff_minor == 0

    def test_on_a_settled_loan_is_booked_and_waits_to_be_paid_back(self):
        who = owing()
        set_loan_state_and_refresh(
            who.loan,
            LoanState.SETTLED,
            since=TODAY,
            source=Source.API,
            actor=SETUP,
            today=TODAY,
            now=NOW,
        )
        taken = told(said(reference=who.reference))

        assert (taken.state, taken.why) == (NoticeState.BOOKED, Why.LOAN_SETTLED)
        with reading(SETUP):
            assert Received.objects.get().excess_minor == 41_000

    def test_late_is_booked_all_the_same(self):
        who = owing()
        intent = who.begun()
        with reading(SETUP):
            assert Intent.objects.get().expires_at < NOW.replace(day=27)
        assert told(said(intent=intent), now=NOW.replace(day=27)).state is NoticeState.BOOKED


class TestMoneyThatWentBack:
    def test_after_all_was_paid_lets_the_loan_be_owed_again(self):
        who = owing()
        all_of_it = who.payoff_minor
        told(said(reference=who.reference, amount_minor=all_of_it))
        assert (who.payoff_minor, who.overdue_minor) == (0, 0)

        told(said(RETURNED, reference=who.reference, amount_minor=all_of_it, return_ref="r-1"))

        assert who.payoff_minor == all_of_it

    def test_is_taken_off_in_parts(self):
        who = owing()
        intent = who.begun()
        who.told(intent=intent)
        part = who.told(RETURNED, intent=intent, amount_minor=1_000, return_ref="r-1")
        again = who.told(RETURNED, intent=intent, amount_minor=1_000, return_ref="r-1")
        rest = who.told(RETURNED, intent=intent, amount_minor=40_000, return_ref="r-2")
        more = who.told(RETURNED, intent=intent, amount_minor=1, return_ref="r-3")

        assert [each.state for each in (part, again, rest)] == ["BOOKED", "NOTED", "BOOKED"]
        assert (more.state, more.why) == (NoticeState.KEPT, Why.RETURN_TOO_LARGE)
        assert who.postings == [
            ("simulated:pay-1", 41_000, None),
            ("simulated:pay-1/v", 41_000, "simulated:pay-1"),
            ("simulated:pay-1/1", 40_000, None),
            ("simulated:pay-1/1/v", 40_000, "simulated:pay-1/1"),
        ]
        assert get_intent(intent, actor=who.principal).state is IntentState.RETURNED

    @pytest.mark.parametrize("order", [(2, 0, 1), (1, 2, 0)], ids=str)
    def test_comes_to_the_same_in_every_order(self, order):
        who = owing()
        reference = who.reference
        notices = [
            said(reference=reference),
            said(RETURNED, reference=reference, amount_minor=1_000, return_ref="r-1"),
            said(RETURNED, reference=reference, amount_minor=2_000, return_ref="r-2"),
        ]
        for number in order:
            told(notices[number])

        standing = who.postings[-1]
        assert standing == ("simulated:pay-1/2", 38_000, None)
        assert open_notices() == []

    @pytest.mark.nightly
    @pytest.mark.parametrize("seed", range(40))
    def test_comes_to_the_same_however_it_is_mixed_and_repeated(self, seed):
        lot = random.Random(seed)
        who = owing()
        given = {"reference": who.reference}
        back = [lot.randint(1, 9_000) for _ in range(lot.randint(0, 4))]
        notices = [said(**given), said(NoticeKind.FAILED, **given)] + [
            said(RETURNED, **given, amount_minor=amount, return_ref=f"r-{number}")
            for number, amount in enumerate(back)
        ]
        again = [replace(each, event_id=f"again-{each.event_id}") for each in notices]
        mixed = [each for each in (*notices, *again) for _ in range(lot.randint(1, 2))]
        lot.shuffle(mixed)
        for each in mixed:
            told(each)

        with reading(SETUP):
            row = Received.objects.get()
        assert (row.returned_minor, row.parts) == (sum(back), len(back))
        assert row.schedule_minor + row.penalty_minor == 41_000 - sum(back)
        assert who.postings[-1][1] == row.schedule_minor
        assert open_notices() == []

    def test_meets_the_payment_also_when_both_are_told_at_once(self):
        who = owing()
        reference = who.reference
        back = said(RETURNED, reference=reference, return_ref="r-1")

        at_once(lambda: told(said(reference=reference)), lambda: told(back))

        assert [ref for ref, _, _ in who.postings] == ["simulated:pay-1", "simulated:pay-1/v"]
        assert open_notices() == []


class TestWhatCannotBeBooked:
    def test_is_kept_until_somebody_has_matched_it(self):
        who = owing()
        slip = who.reference[:-1] + ("0" if who.reference[-1] != "0" else "1")
        taken = told(said(reference=slip))

        assert (taken.state, taken.why) == (NoticeState.KEPT, Why.UNKNOWN_REFERENCE)
        settled(Settled.MATCHED, who.loan)
        assert who.postings == [("simulated:pay-1", 41_000, None)]
        assert open_notices() == []
        assert told(said(reference=who.reference)).state is NoticeState.NOTED

    def test_lets_a_return_that_waited_follow_once_it_is_matched(self):
        who = owing()
        told(said(reference="nobody"))
        told(said(RETURNED, reference="nobody", amount_minor=1_000, return_ref="r-1"))
        assert [why for _, why in open_notices()] == ["UNKNOWN_REFERENCE", "PAYMENT_NOT_KNOWN"]

        settled(Settled.MATCHED, who.loan)

        assert who.postings[-1] == ("simulated:pay-1/1", 40_000, None)
        assert open_notices() == []

    def test_is_settled_once_by_whoever_saw_it_as_it_stands(self):
        who = owing()
        told(said(reference="nobody"))
        with reading(SETUP):
            row = Notice.objects.get().pk
        settled(Settled.SENT_BACK)

        with pytest.raises(NoticeChanged):
            settled(Settled.MATCHED, who.loan, row=row)
        assert who.postings == []

    def test_in_another_currency_is_kept_and_cannot_be_matched_either(self):
        who = owing()
        assert told(said(reference=who.reference, currency="USD")).why is Why.OTHER_CURRENCY
        with pytest.raises(CannotMatch):
            settled(Settled.MATCHED, who.loan)
        assert (who.postings, len(open_notices())) == ([], 1)

    def test_because_it_was_told_otherwise_before_is_kept(self):
        who, other = owing(), owing()
        told(said(reference=who.reference))
        first = told(said(reference=who.reference, amount_minor=1))
        second = told(said(reference=other.reference))
        both = told(said(reference=other.reference, intent=who.begun(), payment_ref="pay-2"))

        assert [each.why for each in (first, second)] == [Why.OTHER_CONTENT] * 2
        assert both.why is Why.UNKNOWN_REFERENCE
        assert (len(who.postings), other.postings) == (1, [])

    def test_because_its_name_is_taken_in_the_ledger_is_kept(self):
        from forbear.contexts.cases.actions.record_posting import record_posting
        from forbear.contexts.ledger.models import PostingSource
        from forbear.contexts.ledger.post import Payment

        who = owing()
        payment = Payment("simulated:pay-1", who.loan, TODAY, 5)
        record_posting(payment, source=PostingSource.API, actor=SETUP, today=TODAY, now=NOW)

        assert told(said(reference=who.reference)).why is Why.NOT_BOOKABLE
        assert len(who.postings) == 1

    def test_is_of_no_page_in_use_and_refused(self):
        with pytest.raises(NotThePage):
            take_notice("another", said(intent=uuid4()), actor=PAGE, today=TODAY, now=NOW)

    def test_takes_permission_to_look_into(self):
        told(said(reference="nobody"))
        nobody = clerk("PERSON_SEE")
        with pytest.raises(NotPermitted):
            list_notices(rows=9, actor=nobody)
        with pytest.raises(NotPermitted):
            settle_notice(1, SettledSaid(1, Settled.LOOKED_AT), actor=nobody, today=TODAY, now=NOW)
