"""Which waiting contacts does a new fact forbid? They are taken back in the fact's own transaction.

Hours and caps are not looked at here: they are asked when the turn of a contact comes.
"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.contact.gate.ask import judge
from forbear.contexts.contact.gate.intent import wish_of
from forbear.contexts.contact.gate.row import to_hold
from forbear.contexts.contact.gate.withdraw import withdraw
from forbear.contexts.contact.gate.word import WAITING, Cause
from forbear.contexts.contact.models import Dispatch
from forbear.policy.kind import Kind
from forbear.values.principal import Principal

_OF_FACTS = frozenset({Kind.HOLD_SCOPE, Kind.CHANNEL_PERMISSION, Kind.ADDRESSEE, Kind.STATED_LIMIT})


def withdraw_forbidden(debtor_id: int, *, actor: Principal, now: datetime) -> int:
    """Take back what waits for a person and what they, or a hold, now forbid; return how many.

    The person's row is held by the action that brings the fact.
    """
    waiting = [state.value for state in WAITING]
    rows = to_hold().filter(debtor_id=debtor_id, state__in=waiting).order_by("pk")
    return sum(_withdrawn(row, actor=actor, now=now) for row in rows)


def _withdrawn(row: Dispatch, *, actor: Principal, now: datetime) -> bool:
    verdict = judge(wish_of(row), now=max(now, row.not_before), but=row.pk)
    if any(one.cause in {Cause.ERASED, Cause.NOT_OF_PERSON} for one in verdict.reasons):
        withdraw(row, verdict.reasons[0].cause, "", actor=actor, now=now)
        return True
    found = verdict.decision.refusals if verdict.decision else ()
    rules = [one.rule_id for one in found if one.about.kind in _OF_FACTS]
    if rules:
        withdraw(row, Cause.RULE, " ".join(rules), actor=actor, now=now)
    return bool(rules)
