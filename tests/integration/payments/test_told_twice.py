"""A payment that a page tells at once and the lender's file tells by night is booked once."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.contexts.database.bulk import staged
from forbear.contexts.database.transaction import acting
from forbear.contexts.ledger.bulk import POSTING, merge_postings
from forbear.contexts.ledger.same import APART_DAYS_MAX, pair
from forbear.contexts.nightly.bridge.pieces import pieces
from forbear.contexts.payments.models import Received
from forbear.contexts.payments.queries import get_intent
from forbear.contexts.payments.word import IntentState, NoticeKind, Why
from tests.support.paying import NOW, TODAY, open_notices, owing
from tests.support.portfolio import SETUP

pytestmark = pytest.mark.usefixtures("portfolio")
PAID = 41_000


def row(who, ref, amount_minor=PAID, *, day=TODAY, reverses=None) -> dict[str, object]:
    return {
        "ref": ref,
        "loan_ref": who.loan,
        "value_date": day,
        "posting_date": day,
        "amount_minor": amount_minor,
        "purpose": "SCHEDULE",
        "reverses_ref": reverses,
    }


def file_tells(*rows) -> int:
    """Take in a file's payments, as a night does; return how many postings are new."""
    with acting(SETUP), staged("test_payment", POSTING) as stage:
        stage.fill(pieces([pl.DataFrame(rows, infer_schema_length=None)], POSTING))
        return merge_postings(stage, now=NOW).added


def standing(who) -> int:
    """Return what counts as paid."""
    voided = {reverses for _, _, reverses in who.postings}
    return sum(
        amount for ref, amount, reverses in who.postings if not reverses and ref not in voided
    )


@pytest.mark.parametrize("days", [-APART_DAYS_MAX, 0, 1, APART_DAYS_MAX])
def test_the_file_after_the_page(days):
    who = owing()
    who.told(intent=who.begun())
    payment = row(who, "F-1", day=TODAY + timedelta(days))

    assert file_tells(payment) == 0
    assert file_tells(payment) == 0

    assert who.postings == [("simulated:pay-1", PAID, None)]


@pytest.mark.parametrize(("amount", "days"), [(PAID + 1, 0), (PAID, APART_DAYS_MAX + 1)])
def test_what_is_not_the_same_counts_beside_it(amount, days):
    who = owing()
    who.told(intent=who.begun())

    file_tells(row(who, "F-1", amount, day=TODAY + timedelta(days)))

    assert standing(who) == PAID + amount


def test_the_same_amount_on_another_loan_is_another_payment():
    who, other = owing(), owing()
    who.told(intent=who.begun())

    file_tells(row(other, "F-1"))

    assert (standing(who), standing(other)) == (PAID, PAID)


def test_two_equal_payments_count_twice_once_the_file_tells_both():
    who = owing()
    who.told(intent=who.begun())
    over_the_counter = row(who, "F-1")

    file_tells(over_the_counter)
    file_tells(over_the_counter, row(who, "F-2", day=TODAY + timedelta(1)))

    assert standing(who) == 2 * PAID


def test_a_payment_in_two_parts_is_one():
    who = owing()
    whole = who.payoff_minor
    who.told(intent=who.begun(whole), amount_minor=whole)
    assert len(who.postings) == 2

    file_tells(row(who, "F-1", whole))

    assert standing(who) == whole


def test_a_reversal_in_the_file_voids_what_the_page_told():
    who = owing()
    whole = who.payoff_minor
    who.told(intent=who.begun(whole), amount_minor=whole)
    payment, reversal = row(who, "F-1", whole), row(who, "F-2", whole, reverses="F-1")

    file_tells(payment)
    assert file_tells(payment, reversal) == 2
    assert file_tells(payment, reversal) == 0

    assert standing(who) == 0


def test_a_return_that_the_page_told_first_is_not_voided_twice():
    who = owing()
    intent = who.begun()
    who.told(intent=intent)
    file_tells(row(who, "F-1"))
    who.told(NoticeKind.RETURNED, intent=intent, return_ref="r-1")

    file_tells(row(who, "F-1"), row(who, "F-2", reverses="F-1"))

    assert standing(who) == 0
    assert len(who.postings) == 2


def test_a_notice_that_comes_after_the_file_is_noted():
    who = owing()
    intent = who.begun()
    file_tells(row(who, "F-1"))

    taken = who.told(intent=intent)
    again = who.told(intent=intent)

    other = who.told(intent=intent, amount_minor=PAID - 1)

    assert (taken.state, again.state) == ("NOTED", "NOTED")
    assert (other.state, other.why) == ("KEPT", Why.OTHER_CONTENT)
    assert standing(who) == PAID
    assert get_intent(intent, actor=who.principal).state == IntentState.PAID
    assert open_notices() == [("pay-1", Why.OTHER_CONTENT)]
    assert file_tells(row(who, "F-1")) == 0


def test_a_payment_over_the_counter_yesterday_hides_no_payment_of_today():
    who = owing()
    file_tells(row(who, "F-1", day=TODAY - timedelta(1)))

    who.told(intent=who.begun())

    assert standing(who) == 2 * PAID
    with acting(SETUP):
        assert Received.objects.count() == 1


_DAYS = st.dates(date(2026, 11, 1), date(2026, 11, 20))
_ROWS = st.lists(st.tuples(st.sampled_from([1, 2]), _DAYS, st.sampled_from([100, 200])), max_size=8)


@given(ours=_ROWS, theirs=_ROWS, rng=st.randoms(use_true_random=False))
def test_pairs_are_equal_near_and_each_once(ours, theirs, rng):
    noticed = [(f"n{i}", *one) for i, one in enumerate(ours)]
    told = [(f"t{i}", *one) for i, one in enumerate(theirs)]

    found = pair(noticed, told)

    of = {one[0]: one for one in (*noticed, *told)}
    for left, right, loan in found:
        assert of[left][1] == of[right][1] == loan
        assert of[left][3] == of[right][3]
        assert abs(of[left][2] - of[right][2]) <= timedelta(APART_DAYS_MAX)
    assert len({left for left, _, _ in found}) == len({right for _, right, _ in found})
    assert len({left for left, _, _ in found}) == len(found)
    # Nothing that could be paired is left over on both sides.
    done = {name for left, right, _ in found for name in (left, right)}
    for one in noticed:
        for other in told:
            near = one[1] == other[1] and one[3] == other[3]
            near = near and abs(one[2] - other[2]) <= timedelta(APART_DAYS_MAX)
            assert not near or {one[0], other[0]} & done
    rng.shuffle(noticed)
    rng.shuffle(told)
    assert pair(noticed, told) == found
