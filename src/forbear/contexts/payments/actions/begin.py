"""Somebody wants to pay: under which reference, or on which page?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.payments.models import Intent, Reference
from forbear.contexts.payments.owed import payable_on
from forbear.contexts.payments.row import hold_loan, no_such_payment, reference_of
from forbear.contexts.payments.ways.page import page_in_use
from forbear.contexts.payments.word import IntentState
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.check import invalid
from forbear.contexts.rulebook.library import open_paying
from forbear.values.errors import Conflict
from forbear.values.money import Currency, format_minor
from forbear.values.principal import Principal

BACK_LENGTH_MAX = 300


class NothingToPay(Conflict):
    """Nothing is owed on the loan."""

    code = "NOTHING_TO_PAY"


class NoPage(Conflict):
    """There is no page on which this can be paid."""

    code = "NO_PAYMENT_PAGE"


@dataclass(frozen=True, slots=True)
class Begun:
    """A payment that was begun. ``address`` null: on Forbear's own page, which moves no money."""

    ref: UUID
    address: str | None
    new: bool


def give_reference(loan_ref: str, *, actor: Principal, now: datetime) -> str:
    """Return the reference that a person writes beside a transfer for a loan.

    Raises:
        NotPermitted: PAYMENT_ASK is missing.
        NoSuchLoan: there is none for this doer.
    """
    may(actor, Permission.PAYMENT_ASK)
    with acting(actor):
        loan_id, debtor_id = hold_loan(loan_ref)
        return reference_of(loan_id, debtor_id, actor=actor, now=now).reference


def begin_payment(
    ref: UUID,
    loan_ref: str,
    amount_minor: int,
    *,
    back_to: str = "",
    actor: Principal,
    today: date,
    now: datetime,
) -> Begun:
    """Begin a payment on the page in use. Nothing is posted: the page tells whether money came.

    ``ref`` is drawn at random by whoever asks, so that asking twice begins one payment.
    ``back_to``: where the page sends the person in the end.

    Raises:
        NotPermitted: PAYMENT_ASK is missing.
        NoSuchLoan: there is none for this doer.
        NothingToPay: the loan is settled, or nothing is owed on it.
        NoPage: there is no page, or not for the loan's currency.
        InvalidField: the amount is below the least, or above what is owed in all.
    """
    may(actor, Permission.PAYMENT_ASK)
    page = page_in_use()
    with acting(actor):
        loan_id, debtor_id = hold_loan(loan_ref)
        known = Intent.objects.filter(ref=ref).select_related("reference").first()
        reference = reference_of(loan_id, debtor_id, actor=actor, now=now)
        if page is None or Currency(reference.currency) not in page.currencies:
            raise _no_page()
        if known is not None:
            if known.reference_id != reference.pk or known.amount_minor != amount_minor:
                raise no_such_payment()
            return Begun(ref, page.address(ref), new=False)
        _check(reference, amount_minor, today=today)
        row = Intent.objects.create(
            ref=ref,
            reference=reference,
            debtor_id=debtor_id,
            provider=page.provider,
            amount_minor=amount_minor,
            state=IntentState.OPEN.value,
            back_to=back_to[:BACK_LENGTH_MAX],
            made_at=now,
            made_by=str(actor),
            expires_at=now + page.lasts,
            moved_at=now,
        )
        record(
            AuditEvent.PAYMENT_BEGUN,
            actor=actor,
            subject=f"payment_intent:{row.pk}",
            now=now,
            debtor_id=debtor_id,
            body={"loan": loan_id, "amount_minor": amount_minor, "provider": page.provider},
        )
        return Begun(ref, page.address(ref), new=True)


def _check(reference: Reference, amount_minor: int, *, today: date) -> None:
    currency = Currency(reference.currency)
    owed = payable_on(reference.loan_id, as_of=today, known=today)
    if owed is None or owed.settled or owed.payoff_minor <= 0:
        raise NothingToPay(
            f"Nothing is owed on {reference.loan_ref}.",
            remedy="Ask for the certificate that it is settled.",
            message_zh=f"{reference.loan_ref} 没有应还款项。",
            remedy_zh="可以索取结清证明。",
        )
    least = min(open_paying().least_minor[currency], owed.payoff_minor)
    if not least <= amount_minor <= owed.payoff_minor:
        low, high = format_minor(least), format_minor(owed.payoff_minor, currency)
        raise invalid(
            "amount_minor",
            f"is not from {low} to {high}, which is all that is owed",
            f"不在 {low} 至 {high}（全部应还金额）之间",
            remedy="Pay no more than is owed.",
            remedy_zh="请不要超过应还金额。",
        )


def _no_page() -> NoPage:
    return NoPage(
        "There is no page here on which this can be paid.",
        remedy="Transfer the money, with the reference beside it.",
        message_zh="目前没有可用的在线付款页面。",
        remedy_zh="请通过银行转账，并填写付款附言中的编号。",
    )
