"""Which loan and which reference is meant, and may whoever asks have it?"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import required
from forbear.contexts.payments.models import Reference
from forbear.contexts.payments.reference import new_reference
from forbear.contexts.portfolio.contract import contracts, hold_person, loan_by_ref
from forbear.values.errors import NotFound
from forbear.values.principal import Principal

_TRIES = 5


class NoSuchLoan(NotFound):
    """There is no such loan, or it may not be seen."""

    code = "NO_SUCH_LOAN"


class NoSuchPayment(NotFound):
    """There is no such payment, or it may not be seen."""

    code = "NO_SUCH_PAYMENT"


def hold_loan(ref: str) -> tuple[int, int]:
    """Hold the person of a loan; return the loan's id and the person's.

    Raises:
        NoSuchLoan: there is none for this doer.
    """
    found = loan_by_ref(ref)
    if found is None or not hold_person(found[1]):
        raise NoSuchLoan(
            f"There is no loan {ref!r} here.",
            remedy="Check the loan's id.",
            message_zh=f"这里没有借款 {ref!r}。",
            remedy_zh="请核对借款编号。",
            field="loan_ref",
        )
    return found


def no_such_payment() -> NoSuchPayment:
    """Return the error that says that there is no such payment for this reader."""
    return NoSuchPayment(
        "There is no such payment here.",
        remedy="Begin it anew.",
        message_zh="没有此笔付款。",
        remedy_zh="请重新发起付款。",
    )


def reference_of(loan_id: int, debtor_id: int, *, actor: Principal, now: datetime) -> Reference:
    """Return a loan's reference, drawn when it is asked for first, the person's row held."""
    required()
    known = Reference.objects.filter(loan_id=loan_id).first()
    if known is not None:
        return known
    contract = contracts([loan_id])[loan_id]
    row = Reference(
        debtor_id=debtor_id,
        loan_id=loan_id,
        loan_ref=contract.ref,
        currency=contract.currency,
        made_at=now,
    )
    for tries_left in reversed(range(_TRIES)):
        row.reference = new_reference()
        try:
            with transaction.atomic():
                row.save(force_insert=True)
            break
        except IntegrityError:
            # Somebody else's loan has drawn the same one; a reference is hardly ever drawn twice.
            if not tries_left:
                raise
    record(
        AuditEvent.PAYMENT_REFERENCE_GIVEN,
        actor=actor,
        subject=f"loan:{loan_id}",
        now=now,
        debtor_id=debtor_id,
        body={"reference": row.reference},
    )
    return row
