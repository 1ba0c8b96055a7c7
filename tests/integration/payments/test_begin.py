"""A person begins payments on their own loans alone, and never more than is owed."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.conf import settings

from forbear.contexts.database.transaction import reading
from forbear.contexts.payments.actions.begin import (
    NoPage,
    NothingToPay,
    begin_payment,
    give_reference,
)
from forbear.contexts.payments.models import Intent, Reference
from forbear.contexts.payments.queries import get_intent, get_payable
from forbear.contexts.payments.row import NoSuchLoan, NoSuchPayment
from forbear.contexts.portfolio.check import InvalidField
from forbear.values.principal import NotPermitted
from tests.support.paying import NOW, TODAY, owing, told
from tests.support.paying import said as page_says
from tests.support.portfolio import clerk

pytestmark = pytest.mark.usefixtures("portfolio")


class TestAPerson:
    def test_begins_a_payment_once(self):
        who = owing()
        ref = uuid4()
        given = {"actor": who.principal, "today": TODAY, "now": NOW}

        assert begin_payment(ref, who.loan, 100, **given).new
        assert not begin_payment(ref, who.loan, 100, **given).new
        with pytest.raises(NoSuchPayment):
            begin_payment(ref, who.loan, 101, **given)

    def test_reaches_nobody_elses_loan_reference_or_payment(self):
        who, other = owing(), owing()
        intent = other.begun()

        for reached in (
            lambda: give_reference(other.loan, actor=who.principal, now=NOW),
            lambda: begin_payment(
                uuid4(), other.loan, 100, actor=who.principal, today=TODAY, now=NOW
            ),
        ):
            with pytest.raises(NoSuchLoan):
                reached()
        with pytest.raises(NoSuchPayment):
            get_intent(intent, actor=who.principal)
        assert get_payable(other.debtor_id, actor=who.principal, today=TODAY) == ()
        with reading(who.principal):
            assert not Intent.objects.exists()
            assert not Reference.objects.exists()

    def test_sees_what_may_be_paid(self):
        who = owing()
        (row,) = get_payable(who.debtor_id, actor=who.principal, today=TODAY)

        assert 82_000 <= row.overdue_minor < row.payoff_minor < 125_000
        assert row.next_minor == 0 or row.next_date_number is not None

    @pytest.mark.parametrize("amount", [99, 200_000])
    def test_pays_no_less_than_the_least_and_no_more_than_is_owed(self, amount):
        with pytest.raises(InvalidField):
            owing().begun(amount)

    def test_pays_nothing_where_nothing_is_owed(self):
        who = owing()
        (row,) = get_payable(who.debtor_id, actor=who.principal, today=TODAY)
        told(page_says(reference=who.reference, amount_minor=row.payoff_minor))
        with pytest.raises(NothingToPay):
            who.begun(100)

    def test_needs_the_permission(self):
        with pytest.raises(NotPermitted):
            owing().begun(actor=clerk("PERSON_SEE"))


def test_in_earnest_there_is_no_page_that_moves_no_money():
    settings.FORBEAR_DEMO = False
    with pytest.raises(NoPage):
        owing().begun()
