"""What payments, reversals, days and second thoughts make of an arrangement."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest

from forbear.contexts.arrangements.actions.change import (
    CoolingOffOver,
    EndReason,
    NotBroken,
    end_arrangement,
    withdraw_arrangement,
)
from forbear.contexts.database.transaction import acting
from forbear.contexts.ledger.models import Posting
from forbear.contexts.portfolio.models import Loan
from forbear.contexts.rulebook.library import open_arrangements
from forbear.values.day import add_months
from forbear.values.principal import system
from tests.support.arrangement import (
    answered,
    later,
    new_late,
    paid_later,
    refused,
    sweep,
    today,
)
from tests.support.people import audited
from tests.support.portfolio import SETUP

TERMS = open_arrangements()
FIRST_DAYS = 30
LATE = FIRST_DAYS + TERMS.grace_days + 1
BROKEN = FIRST_DAYS + TERMS.broken_after_days + 1


@pytest.fixture
def late(api, inbox):
    """Somebody with a signed arrangement; the first instalment is in thirty days."""
    found = new_late(api)
    found.signed("A-1", inbox)
    return found


def first(late) -> int:
    return late.shown("A-1")["instalments"][0]["amount_minor"]


class TestDays:
    def test_make_it_late_and_then_end_it(self, late):
        sweep(LATE - 1)
        assert late.shown("A-1")["state"] == "ACTIVE"
        sweep(LATE)
        assert (late.shown("A-1")["state"], late.case) == ("LATE", "ARRANGED")
        sweep(BROKEN - 1)
        assert late.shown("A-1")["state"] == "LATE"
        sweep(BROKEN)
        ended = late.shown("A-1")
        assert (ended["state"], ended["ended_because"]) == ("BROKEN", "NOT_KEPT")
        assert ended["ended_date"] == str(today() + timedelta(days=BROKEN))
        assert late.case == "WORKING"
        assert len(audited("hold.released")) == 2
        sweep(BROKEN + 1)
        assert len(audited("arrangement.broken")) == 1

    def test_do_not_end_what_is_paid(self, late):
        answered(late.pay("Y-1", first(late), on=today()), 201)
        sweep(BROKEN)

        assert late.shown("A-1")["state"] == "ACTIVE"

    def test_let_a_proposal_lapse(self, api):
        other = new_late(api, "P-2")
        answered(other.propose("A-2"), 201)
        sweep(TERMS.offer_days + 1)

        assert other.shown("A-2")["state"] == "LAPSED"


class TestALateFact:
    def test_shows_that_it_was_kept_after_all(self, late):
        amount = first(late)
        sweep(BROKEN)
        paid_later(late, "Y-1", amount, known=BROKEN + 2, counts=FIRST_DAYS)

        kept = late.shown("A-1")
        assert (kept["state"], kept["ended_date"]) == ("ACTIVE", None)
        assert late.case == "ARRANGED"
        assert len(audited("hold.placed")) == 4

    def test_that_counts_from_too_late_a_day_changes_nothing(self, late):
        amount = first(late)
        sweep(BROKEN)
        paid_later(late, "Y-1", amount, known=BROKEN + 2, counts=BROKEN)

        assert late.shown("A-1")["state"] == "BROKEN"

    def test_that_undoes_the_last_payment_opens_the_loan_again(self, late):
        total = late.shown("A-1")["total_minor"]
        answered(late.pay("Y-1", total), 201)
        assert late.shown("A-1")["state"] == "COMPLETED"
        answered(late.undo("Y-1", total), 201)

        assert late.shown("A-1")["state"] == "ACTIVE"
        assert late.holds == ["ARRANGEMENT", "PAUSE"]
        assert late.case == "ARRANGED"
        loan = answered(late.api.get(f"/loans/{late.loans[0]}"))
        assert loan["loan"]["state"] == "OPEN"

    def test_gives_the_same_in_every_order(self, api, inbox):
        facts = [
            ("Y-1", 9_000, 20, None),
            ("Y-2", 7_000, 31, None),
            ("Y-3", 5_000, 25, None),
            ("Y-3-undone", 5_000, 25, "Y-3"),
        ]
        orders = [o for o in itertools.permutations(facts) if o.index(facts[2]) < o.index(facts[3])]
        seen = set()
        for number, order in enumerate(orders[::4]):
            person = new_late(api, f"Q-{number}")
            person.signed(f"A-{number}", inbox)
            for ref, amount, counts, reverses in order:
                name = f"{number}-{ref}"
                paid_later(
                    person,
                    name,
                    amount,
                    known=LATE,
                    counts=counts,
                    reverses=reverses and f"{number}-{reverses}",
                )
            shown = person.shown(f"A-{number}")
            covered = tuple(each["covered_minor"] for each in shown["instalments"])
            seen.add((shown["state"], shown["paid_minor"], shown["late_minor"], covered))
        assert len(seen) == 1

    def test_that_only_an_extract_tells_is_found_by_the_next_morning(self, late):
        amount = first(late)
        sweep(BROKEN)
        with acting(SETUP):
            Posting.objects.create(
                ref="from-a-file",
                loan_id=Loan.objects.get(ref=late.loans[0]).pk,
                value_date=today() + timedelta(days=FIRST_DAYS),
                posting_date=today() + timedelta(days=BROKEN),
                amount_minor=amount,
                purpose="SCHEDULE",
                source="EXTRACT",
                recorded_at=later(BROKEN + 1)["now"],
            )
        assert late.shown("A-1")["state"] == "BROKEN"
        sweep(BROKEN + 2)

        assert late.shown("A-1")["state"] == "ACTIVE"

    def test_that_the_lender_has_settled_the_loan_ends_it(self, late):
        settled = {"state": "SETTLED", "since": str(today())}
        answered(late.api.send("put", f"/loans/{late.loans[0]}/state", settled))

        ended = late.shown("A-1")
        assert (ended["state"], ended["ended_because"]) == ("COMPLETED", "SETTLED")
        assert (late.holds, late.case) == ([], "CLOSED")


class TestItsHolds:
    def test_end_with_it_alone(self, late):
        holds = answered(late.api.get(f"/debtors/{late.ref}"))["holds"]
        ref = next(each["ref"] for each in holds if each["kind"] == "ARRANGEMENT")

        answer = late.api.post(f"/holds/{ref}/release", {"evidence": "by-hand"})
        assert refused(answer, 409) == "HOLD_OF_ARRANGEMENT"
        answered(late.api.post("/arrangements/A-1/withdrawal"))
        assert late.holds == []


class TestAPause:
    def test_puts_off_what_is_not_paid_and_nothing_is_added(self, late):
        before = late.shown("A-1")
        answered(late.pay("Y-1", first(late)), 201)
        paused = answered(late.api.post("/arrangements/A-1/pauses", {"months": 2}))

        assert paused["state"] == "PAUSED"
        assert paused["total_minor"] == before["total_minor"]
        assert paused["instalments"][0]["due_date"] == before["instalments"][0]["due_date"]
        moved = date.fromisoformat(before["instalments"][1]["due_date"])
        assert paused["instalments"][1]["due_date"] == str(add_months(moved, 2))
        sweep(BROKEN + 20)
        assert late.shown("A-1")["state"] == "PAUSED"

    def test_is_written_down_once_with_whoever_granted_it(self, late):
        for number in range(1, TERMS.pauses_max + 1):
            answered(late.api.post("/arrangements/A-1/pauses", {"months": 1}))
            granted = audited("arrangement.paused")
            assert [actor for actor, _ in granted] == [granted[0][0]] * number
            assert granted[0][0].startswith("token:")

    def test_is_bounded_in_length_and_number(self, late):
        pauses = "/arrangements/A-1/pauses"
        assert refused(late.api.post(pauses, {"months": 4}), 422) == "CANNOT_PAUSE"
        for _ in range(TERMS.pauses_max):
            answered(late.api.post(pauses, {"months": 1}))

        assert refused(late.api.post(pauses, {"months": 1}), 422) == "CANNOT_PAUSE"


class TestSecondThoughts:
    def test_within_some_days_undo_it(self, late):
        gone = answered(late.api.post("/arrangements/A-1/withdrawal"))

        assert gone["state"] == "WITHDRAWN"
        assert (late.holds, late.case) == ([], "WORKING")

    def test_later_end_it(self, late):
        with pytest.raises(CoolingOffOver):
            withdraw_arrangement("A-1", actor=system("test"), **later(TERMS.cooling_off_days + 1))
        ended = answered(late.api.post("/arrangements/A-1/end", {"because": "PERSON_ASKED"}))

        assert (ended["state"], ended["ended_because"]) == ("BROKEN", "PERSON_ASKED")
        assert late.case == "WORKING"
        answered(late.pay("Y-1", first(late)), 201)
        assert late.shown("A-1")["state"] == "BROKEN"

    def test_of_the_house_wait_for_what_the_agreement_says(self, late):
        with pytest.raises(NotBroken):
            end_arrangement("A-1", EndReason.NOT_KEPT, actor=system("test"), **later(BROKEN - 1))
        end_arrangement("A-1", EndReason.NOT_KEPT, actor=system("test"), **later(BROKEN))

        assert late.shown("A-1")["state"] == "BROKEN"
        assert [actor for actor, _ in audited("arrangement.broken")] == ["system:test"]

    def test_lead_to_another_arrangement_without_a_gap(self, late, inbox):
        answered(late.pay("Y-1", first(late)), 201)
        assert refused(late.propose("A-2"), 409) == "LOAN_ARRANGED"
        budget = {"currency": "CNY", "can_pay_month_minor": 6_000}
        lower = late.signed("A-2", inbox, replaces="A-1", budget=budget)

        old = late.shown("A-1")
        assert (old["state"], lower["state"]) == ("RENEGOTIATED", "ACTIVE")
        assert lower["replaces"] == "A-1"
        assert late.holds == ["ARRANGEMENT", "PAUSE"]
        assert late.case == "ARRANGED"


class TestSeveralLoans:
    def test_are_covered_together_and_the_case_waits_for_all(self, api, inbox):
        person = new_late(api, "P-3", loans=3)
        person.signed("A-3", inbox, loan_refs=list(person.loans[:2]))
        assert person.case == "NEW"
        person.signed("A-4", inbox, loan_refs=[person.loans[2]])
        assert person.case == "ARRANGED"

        total = person.shown("A-3")["total_minor"]
        answered(person.pay("Y-1", total - 1, loan=person.loans[0]), 201)
        assert person.shown("A-3")["state"] == "ACTIVE"
        answered(person.pay("Y-2", 1, loan=person.loans[1]), 201)
        assert person.shown("A-3")["state"] == "COMPLETED"
        shares = [each["share_minor"] for each in person.shown("A-3")["loans"]]
        assert sum(shares) == total
