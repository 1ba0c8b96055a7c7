"""How can a person pay, what was paid, and what must somebody look into?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from forbear.contexts.database.transaction import reading
from forbear.contexts.payments.models import Intent, Notice, Received
from forbear.contexts.payments.owed import LoanPayable, payable_on
from forbear.contexts.payments.reference import shown_reference
from forbear.contexts.payments.row import no_such_payment
from forbear.contexts.payments.word import IntentState, NoticeKind, NoticeState, Settled, Why
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.contract import loans_of
from forbear.values.money import Currency
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class IntentShown:
    """A payment that was begun. ``paid_minor``: what came and did not go back.

    ``postings``: under which refs it stands in the ledger; each has a receipt.
    """

    id: UUID
    loan_ref: str
    reference: str
    currency: Currency
    amount_minor: int
    state: IntentState
    made_at: datetime
    expires_at: datetime
    paid_minor: int
    postings: tuple[str, ...]
    back_to: str
    provider: str


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """What a page told and somebody should look into. Null: not known, not settled."""

    id: int
    version: int
    provider: str
    kind: NoticeKind
    state: NoticeState
    why: Why
    open: bool
    payment_ref: str
    return_ref: str
    reference: str
    intent: UUID | None
    currency: str
    amount_minor: int
    excess_minor: int
    value_date: date
    loan_ref: str | None
    taken_at: datetime
    settled_as: Settled | None
    settled_at: datetime | None


def get_payable(debtor_id: int, *, actor: Principal, today: date) -> tuple[LoanPayable, ...]:
    """Return what can be paid on each of a person's loans, by ref; loans without schedule left out.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        found = [payable_on(loan, as_of=today, known=today) for loan in loans_of(debtor_id)]
        return tuple(sorted((each for each in found if each), key=lambda each: each.ref))


def get_intent(ref: UUID, *, actor: Principal) -> IntentShown:
    """Return a payment that was begun.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        NoSuchPayment: there is none for this reader.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        row = Intent.objects.filter(ref=ref).select_related("reference").first()
        if row is None:
            raise no_such_payment()
        came = list(Received.objects.filter(intent=row).order_by("id"))
        stands = [ref for each in came for ref in (each.schedule_ref, each.penalty_ref) if ref]
        return IntentShown(
            id=row.ref,
            loan_ref=row.reference.loan_ref,
            reference=shown_reference(row.reference.reference),
            currency=Currency(row.reference.currency),
            amount_minor=row.amount_minor,
            state=IntentState(row.state),
            made_at=row.made_at,
            expires_at=row.expires_at,
            paid_minor=sum(each.amount_minor - each.returned_minor for each in came),
            postings=tuple(stands),
            back_to=row.back_to,
            provider=row.provider,
        )


def list_notices(
    *, open_only: bool = True, after: int = 0, rows: int, actor: Principal
) -> tuple[NoticeShown, ...]:
    """Return what somebody should look into, or had to, whose ids follow ``after``.

    What belongs to nobody known is shown only to those who see every person.

    Raises:
        NotPermitted: PAYMENTS_MATCH is missing.
    """
    may(actor, Permission.PAYMENTS_MATCH)
    with reading(actor):
        found = Notice.objects.filter(pk__gt=after, why__gt="")
        found = found.filter(open=True) if open_only else found
        listed = list(found.select_related("received__reference").order_by("pk")[:rows])
        return tuple(_shown(row) for row in listed)


def _shown(row: Notice) -> NoticeShown:
    received = row.received
    return NoticeShown(
        id=row.pk,
        version=row.version,
        provider=row.provider,
        kind=NoticeKind(row.kind),
        state=NoticeState(row.state),
        why=Why(row.why),
        open=row.open,
        payment_ref=row.payment_ref,
        return_ref=row.return_ref,
        reference=row.reference,
        intent=row.intent_ref,
        currency=row.currency,
        amount_minor=row.amount_minor,
        excess_minor=0 if received is None else received.excess_minor,
        value_date=row.value_date,
        loan_ref=None if received is None else received.reference.loan_ref,
        taken_at=row.taken_at,
        settled_as=Settled(row.settled_as) if row.settled_as else None,
        settled_at=row.settled_at,
    )
