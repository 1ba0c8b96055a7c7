"""Which waiting contacts does a new fact forbid? They are taken back in the fact's own transaction.

Hours and caps are not looked at here: they are asked when the turn of a contact comes.
"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.contact.gate.ask import Verdict, judge_waiting
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

    The person's row is held by the action that brings the fact. What waits is not counted as
    earlier contact: its own turn counts it.
    """
    waiting = [state.value for state in WAITING]
    rows = list(to_hold().filter(debtor_id=debtor_id, state__in=waiting).order_by("pk"))
    asked = [(wish_of(row), max(now, row.not_before)) for row in rows]
    verdicts = judge_waiting(debtor_id, asked, but=[row.pk for row in rows])
    return sum(
        _withdrawn(row, verdicts[each], actor=actor, now=now)
        for row, each in zip(rows, asked, strict=True)
    )


def _withdrawn(row: Dispatch, verdict: Verdict, *, actor: Principal, now: datetime) -> bool:
    if any(one.cause in {Cause.ERASED, Cause.NOT_OF_PERSON} for one in verdict.reasons):
        withdraw(row, verdict.reasons[0].cause, "", actor=actor, now=now)
        return True
    found = verdict.decision.refusals if verdict.decision else ()
    rules = [one.rule_id for one in found if one.about.kind in _OF_FACTS]
    if rules:
        withdraw(row, Cause.RULE, " ".join(rules), actor=actor, now=now)
    return bool(rules)
