"""Does a hold belong to an arrangement or promise that binds? Then it ends with that alone."""

from __future__ import annotations

from django.db.models import Q

from forbear.contexts.arrangements.models import CoveredLoan, Promise
from forbear.contexts.arrangements.transition import PromiseState
from forbear.contexts.portfolio.contract import reach_of_hold
from forbear.values.code import HoldKind
from forbear.values.errors import Conflict, ForbearError

CONTEXT = "arrangements"


class HoldOfArrangement(Conflict):
    """The hold ends as the arrangement or the promise ends."""

    code = "HOLD_OF_ARRANGEMENT"


def keep_hold(hold_id: int) -> ForbearError | None:
    """Return why a hold stays, or null where nothing that was agreed needs it."""
    reach = reach_of_hold(hold_id)
    about = Q() if reach.loan_id is None else Q(loan_id=reach.loan_id)
    if reach.kind is HoldKind.ARRANGEMENT:
        live = CoveredLoan.objects.filter(about, debtor_id=reach.debtor_id, live=True)
        ref = live.values_list("arrangement__ref", flat=True).first()
    elif reach.kind is HoldKind.PROMISE:
        unkept = Promise.objects.filter(debtor_id=reach.debtor_id, state=PromiseState.OPEN.value)
        about = Q(loan_id__isnull=True) if reach.loan_id is None else about
        ref = unkept.filter(about).values_list("ref", flat=True).first()
    else:
        return None
    if ref is None:
        return None
    return HoldOfArrangement(
        f"This hold belongs to what was agreed as {ref!r}.",
        remedy="End or withdraw that; the hold ends with it.",
        message_zh=f"该暂停属于约定 {ref!r}。",
        remedy_zh="请结束或撤回该约定；暂停随之解除。",
        ref=ref,
    )
