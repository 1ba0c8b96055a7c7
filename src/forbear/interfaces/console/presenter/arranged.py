"""How do arrangements and promises look at a desk?"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forbear.contexts.arrangements.queries import ArrangementShown, PromiseShown
from forbear.contexts.arrangements.transition import (
    LIVE,
    PROMISE_STATES,
    STATES,
    UNSIGNED,
    ArrangementState,
    PromiseState,
)
from forbear.contexts.people.models import ApprovalState
from forbear.contexts.people.queries import ApprovalFacts
from forbear.interfaces.console.presenter.word import either, money, sentence
from forbear.policy.arrange.word import PlanKind
from forbear.values.money import Currency

KINDS = {
    PlanKind.EQUAL: gettext_lazy("the same each time"),
    PlanKind.STEPPED: gettext_lazy("smaller first, then larger"),
    PlanKind.PAUSE_FIRST: gettext_lazy("a pause first, then the same each time"),
}
WAIVER = "arrangement.waive"


def arrangement_shown(each: ArrangementShown) -> dict[str, Any]:
    """Return one arrangement in a few lines."""
    state, currency = ArrangementState(each.state), Currency(each.currency)
    said = STATES[state]
    return {
        "ref": each.ref,
        "state": sentence(either(said.en, said.zh)),
        "kind": KINDS[PlanKind(each.kind)],
        "live": state in LIVE,
        "unsigned": state in UNSIGNED,
        "until": each.offer_until.isoformat(),
        "total": money(each.total_minor, currency),
        "paid": money(each.paid_minor, currency),
        "waived": money(each.waived_minor, currency) if each.waived_minor else "",
        "late": money(each.late_minor, currency) if each.late_minor else "",
        "next": money(each.next_minor, currency) if each.next_date else "",
        "next_day": each.next_date.isoformat() if each.next_date else "",
        "count": len(each.instalments),
        "version": each.version,
    }


def promise_shown(each: PromiseShown) -> dict[str, Any]:
    """Return one promise in a line."""
    said = PROMISE_STATES[PromiseState(each.state)]
    return {
        "ref": each.ref,
        "amount": money(each.amount_minor, Currency(each.currency)),
        "day": each.due_date.isoformat(),
        "state": sentence(either(said.en, said.zh)),
        "open": each.state == PromiseState.OPEN,
        "reminder": each.reminder,
        "loan": each.loan_ref or _("on whichever contract"),
    }


def approval_shown(each: ApprovalFacts) -> dict[str, Any]:
    """Return what was asked of a second person about this one, and whether it may be used."""
    amount = each.amount_minor is not None and each.currency is not None
    return {
        "id": each.id,
        "amount": money(each.amount_minor or 0, each.currency) if amount and each.currency else "",
        "granted": each.state is ApprovalState.GRANTED,
        "waiver": each.what == WAIVER,
    }
