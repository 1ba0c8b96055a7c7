"""How is a way to pay shown: what it would pay, and what became of it?"""

from __future__ import annotations

from typing import Any

from django.utils.safestring import mark_safe

from forbear.contexts.payments.owed import LoanPayable
from forbear.contexts.payments.queries import IntentShown
from forbear.contexts.payments.reference import shown_reference
from forbear.contexts.payments.ways.page import page_in_use
from forbear.contexts.payments.ways.square import square_svg, square_text
from forbear.contexts.payments.word import IntentState
from forbear.contexts.rulebook.library import open_paying
from forbear.interfaces.console.presenter.word import long_day, money
from forbear.interfaces.portal.context import in_tongue
from forbear.interfaces.portal.presenter.account import masked_ref
from forbear.values.day import from_day_number


def payable_shown(loan: LoanPayable) -> dict[str, Any]:
    """Return what can be paid on one loan."""
    page, paying = page_in_use(), open_paying()
    return {
        "id": loan.loan_id,
        "ref": masked_ref(loan.ref),
        "owes": loan.payoff_minor > 0 and not loan.settled,
        "overdue": money(loan.overdue_minor, loan.currency) if loan.overdue_minor else "",
        "next": money(loan.next_minor, loan.currency) if loan.next_minor else "",
        "next_day": ""
        if loan.next_date_number is None
        else long_day(from_day_number(loan.next_date_number)),
        "whole": money(loan.payoff_minor, loan.currency),
        "online": page is not None and loan.currency in page.currencies,
        "transfer": loan.currency in paying.transfer,
        "least": money(paying.least_minor[loan.currency], loan.currency),
    }


def transfer_shown(loan: LoanPayable, reference: str) -> dict[str, Any] | None:
    """Return to which account money goes, and the square; null: no account takes the currency."""
    to = open_paying().transfer.get(loan.currency)
    if to is None:
        return None
    amount = loan.overdue_minor or None
    text = square_text(to, reference, amount_minor=amount, currency=loan.currency)
    return {
        "payee": in_tongue(to.payee),
        "bank": in_tongue(to.bank),
        "account": to.account,
        "reference": shown_reference(reference),
        "amount": "" if amount is None else money(amount, loan.currency),
        # Drawn here from numbers alone.
        "square": mark_safe(square_svg(text)),  # noqa: S308
    }


def intent_shown(intent: IntentShown, *, loan_id: int | None) -> dict[str, Any]:
    """Return what became of a payment that was begun."""
    return {
        "id": str(intent.id),
        "loan_id": loan_id,
        "ref": masked_ref(intent.loan_ref),
        "amount": money(intent.amount_minor, intent.currency),
        "paid": money(intent.paid_minor, intent.currency),
        "same": intent.paid_minor == intent.amount_minor,
        "state": intent.state.value,
        "waits": intent.state is IntentState.OPEN,
        "postings": intent.postings,
    }
