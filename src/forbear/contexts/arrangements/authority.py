"""May whoever proposes an arrangement grant what it gives up, alone or with a second person?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from forbear.contexts.arrangements.owed import Covered
from forbear.contexts.people.actions.approval import require_approval
from forbear.contexts.people.permission import staff_id
from forbear.contexts.people.queries import role_of
from forbear.contexts.rulebook.library import open_arrangements
from forbear.policy.arrange.terms import Authority
from forbear.values.principal import Principal, PrincipalKind

WAIVER = "arrangement.waive"
_NOTHING = Authority(0, {}, freeze=False)


def approved(
    ref: str,
    covered: Sequence[Covered],
    *,
    waive_minor: int,
    freeze: bool,
    debtor_id: int,
    approval_id: int | None,
    actor: Principal,
    now: datetime,
) -> int | None:
    """Return the approval that a proposal uses up; None: the doer's own authority is enough.

    Runs inside the transaction of the proposal.

    Raises:
        ApprovalMissing: more is given up than the doer may grant alone.
    """
    if actor.kind is PrincipalKind.SYSTEM:
        return None
    currency = covered[0].owed.currency
    own = open_arrangements().authority.get(_key(actor), _NOTHING)
    penalty = sum(each.owed.penalty_minor for each in covered)
    if own.covers(waive_minor, freeze=freeze, penalty_minor=penalty, of=currency):
        return None
    return require_approval(
        approval_id,
        what=WAIVER,
        subject=f"arrangement:{ref}",
        debtor_id=debtor_id,
        amount_minor=waive_minor,
        currency=currency,
        details={"freeze": freeze},
        actor=actor,
        now=now,
    ).id


def _key(actor: Principal) -> str:
    if actor.kind is PrincipalKind.STAFF:
        return str(role_of(staff_id(actor)) or "")
    if actor.kind is PrincipalKind.TOKEN:
        return PrincipalKind.TOKEN.value
    return PrincipalKind.DEBTOR.value
