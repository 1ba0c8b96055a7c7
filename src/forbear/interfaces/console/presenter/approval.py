"""How does something that takes two people look to the second?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from forbear.contexts.access.word import Known
from forbear.contexts.people.queries import ApprovalFacts
from forbear.contexts.portfolio.word import ParticularKind
from forbear.interfaces.console.presenter.clock import here
from forbear.interfaces.console.presenter.door import KNOWN
from forbear.interfaces.console.presenter.particular import approval_told, change_link
from forbear.interfaces.console.presenter.word import money
from forbear.values.principal import Principal

DEEDS = {
    "arrangement.waive": gettext_lazy("Give up an amount in an arrangement"),
    "loan.write_off": gettext_lazy("Write a loan off"),
    "clock.lengthen": gettext_lazy("Take the longest time for an answer"),
    "team.terms": gettext_lazy("Change a local team"),
    "lender.particular": gettext_lazy("Say anew what the lender says of itself"),
    "access.reopen": gettext_lazy("Let a number be a way in again that may have changed hands"),
}
DETAILS = {"freeze": gettext_lazy("days and penalty stand still while it is kept")}


def approval_shown(
    each: ApprovalFacts,
    names: Mapping[int, str],
    refs: Mapping[int, str],
    *,
    actor: Principal,
    now: datetime,
) -> dict[str, Any]:
    """Return one thing that waits, in words."""
    hours = max(0, int((each.lapses_at - now) / timedelta(hours=1)))
    lapses = ngettext("lapses in %(hours)s hour", "lapses in %(hours)s hours", hours)
    amount = each.amount_minor is not None and each.currency is not None
    return {
        "id": each.id,
        "what": DEEDS.get(each.what, each.what),
        "amount": money(each.amount_minor or 0, each.currency) if amount and each.currency else "",
        "details": _details(each),
        "team": each.subject.partition(":")[2] if each.what == "team.terms" else "",
        "particular": _where(each),
        "subject": each.subject,
        "person": each.debtor_id,
        "ref": refs.get(each.debtor_id or 0, ""),
        "by": names.get(each.asked_by, _("somebody")),
        "at": here(each.asked_at),
        "lapses": lapses % {"hours": hours},
        "own": str(each.asked_by) == actor.id,
    }


def _where(each: ApprovalFacts) -> str:
    if each.what != "lender.particular":
        return ""
    return change_link(ParticularKind(str(each.details["kind"])), str(each.details.get("on", "")))


def _details(each: ApprovalFacts) -> list[str]:
    if each.what == "team.terms":
        told = {name: each.details.get(name, "") for name in ("team", "since")}
        return [_("%(team)s, from %(since)s") % told]
    if each.what == "lender.particular":
        return approval_told(each.details)
    if each.what == "access.reopen":
        return [str(KNOWN[Known(str(each.details["known_by"]))])]
    return [str(DETAILS.get(name, name)) for name, value in each.details.items() if value]
