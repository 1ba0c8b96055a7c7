"""How is money that waits for somebody shown: how much, why, and what can be done?"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from forbear.contexts.payments.queries import NoticeShown
from forbear.contexts.payments.word import NoticeKind, NoticeState, Why
from forbear.interfaces.console.presenter.word import money
from forbear.values.money import Currency


def notice_shown(row: NoticeShown) -> dict[str, Any]:
    """Return one message of a payment page in words."""
    currency = Currency(row.currency)
    return {
        "id": row.id,
        "version": row.version,
        "page": row.provider,
        "payment": row.payment_ref,
        "reference": row.reference,
        "amount": money(row.amount_minor, currency),
        "excess": money(row.excess_minor, currency) if row.excess_minor else "",
        "day": row.value_date.isoformat(),
        "why": _why(row.why),
        "loan": row.loan_ref or "",
        "matchable": row.kind is NoticeKind.SUCCEEDED
        and row.state is NoticeState.KEPT
        and row.why is not Why.OTHER_CONTENT,
    }


def _why(why: Why) -> str:
    return {
        Why.UNKNOWN_REFERENCE: _("It names no loan and no payment of ours."),
        Why.OTHER_CURRENCY: _("It is not in the loan's currency."),
        Why.OTHER_CONTENT: _("The same payment was told before, otherwise."),
        Why.PAYMENT_NOT_KNOWN: _("Money went back of which we do not know that it came."),
        Why.RETURN_TOO_LARGE: _("More went back than had come."),
        Why.NOT_BOOKABLE: _("The ledger refused it."),
        Why.OTHER_AMOUNT: _("Booked as it came; another amount was begun."),
        Why.OVERPAID: _("Booked; the rest is more than was owed and belongs to the person."),
        Why.LOAN_SETTLED: _("Booked on a settled loan; all of it belongs to the person."),
    }[why]
