"""Somebody whose number or address is known, for tests of what people write."""

from __future__ import annotations

from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.models import ContactPoint, Debtor, Loan
from tests.support.gate import Person
from tests.support.portfolio import SETUP, new_loan, new_person, new_point


def someone(address: str, **given: object) -> Person:
    """Record somebody in Shanghai with one loan, who may be reached there."""
    ref = new_person(time_zones=("Asia/Shanghai",))
    point, loan = new_point(ref, address=address, **given), new_loan(ref)
    with reading(SETUP):
        return Person(
            Debtor.objects.get(ref=ref).pk,
            ContactPoint.objects.get(ref=point).pk,
            Loan.objects.get(ref=loan).pk,
            ref,
        )
