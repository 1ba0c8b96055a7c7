"""What happens now with an account, and what does not? Nothing is said that is not so."""

from __future__ import annotations

from datetime import date

from forbear.contexts.evidence.queries import AccountNow
from forbear.interfaces.portal.context import Says
from forbear.interfaces.portal.presenter.account import loan_shown
from forbear.values.code import HoldKind, Jurisdiction

_WAITS = {
    HoldKind.DISPUTE: "now_dispute",
    HoldKind.COMPLAINT: "now_complaint",
    HoldKind.HARDSHIP: "now_hardship",
    HoldKind.ARRANGEMENT: "now_arrangement",
    HoldKind.PROMISE: "now_promise",
    HoldKind.PAYMENT_IN_TRANSIT: "now_in_transit",
    HoldKind.REPRESENTATION: "now_represented",
    HoldKind.BREATHING_SPACE: "now_breathing",
    HoldKind.DEBT_ADVICE: "now_breathing",
}


def happens_now(account: AccountNow, *, today: date) -> list[str]:
    """Return what is so today, in sentences."""
    says = Says()
    loans = [loan_shown(each) for each in account.loans]
    found = []
    overdue = [each for each in loans if each.get("overdue")]
    for each in overdue:
        found.append(
            says.filled("now_overdue", amount=each["now"], ref=each["ref"])
            if len(overdue) > 1
            else says.filled("now_overdue_one", amount=each["now"])
        )
        if each.get("later", {}).get("any"):
            later = each["later"]
            found.append(says.filled("now_grows", amount=later["grows"], days=str(later["days"])))
    if not overdue:
        found.append(says["now_nothing_overdue"])
        nexts = sorted((each["next"] for each in loans if each.get("next")), key=_due)
        found += [says.filled("now_next", amount=each["amount"], day=each["day"]) for each in nexts]
    kinds = [each.kind for each in account.holds if each.start_date <= today]
    named = list(dict.fromkeys(_WAITS[kind] for kind in kinds if kind in _WAITS))
    found += [says[name] for name in named]
    if overdue and not named:
        found.append(says["now_contact"])
    return found


def _due(instalment: dict[str, str]) -> str:
    return instalment["due"]


def does_not_happen(account: AccountNow) -> list[str]:
    """Return what nobody does, in sentences."""
    says = Says()
    names = ["not_others", "not_hours", "not_private_account", "not_bound"]
    if Jurisdiction(account.who.jurisdiction) is Jurisdiction.CN:
        names.insert(2, "not_fee")
    return [says[name] for name in names]
