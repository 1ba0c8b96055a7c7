"""What do a person's case and today's plan become, now that the sums have changed?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.models import Case, Plan, PlanState
from forbear.contexts.cases.move import move
from forbear.contexts.cases.transition import CaseEnd, CaseState
from forbear.contexts.database.transaction import required
from forbear.contexts.ledger.totals import Totals, totals_of
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a person owes now, and what became of case and plan."""

    totals: Totals
    case_closed: bool
    plan_cancelled: bool


def refresh_person(
    debtor_id: int, *, because: str, actor: Principal, today: date, now: datetime
) -> Refreshed:
    """Bring a held person's open case and today's open plan in line with the standings.

    A case whose person owes nothing overdue is closed as cured; a plan to contact somebody about
    an overdue amount that is gone is cancelled, and says why.
    """
    required()
    totals = totals_of(debtor_id)
    case = (
        Case.objects.select_for_update().filter(debtor_id=debtor_id, closed_at__isnull=True).first()
    )
    closed = False
    if case is not None:
        case.bucket, case.days_past_due = totals.bucket, totals.days_past_due
        case.overdue_minor = totals.overdue_minor
        if totals.overdue_minor == 0:
            move(
                case,
                CaseState.CLOSED,
                actor=actor,
                now=now,
                because=because,
                ended_as=CaseEnd.CURED,
            )
            closed = True
        else:
            case.version += 1
            case.save()
    cancelled = closed and cancel_plan(
        debtor_id, because=because, actor=actor, today=today, now=now
    )
    return Refreshed(totals, closed, cancelled)


def cancel_plan(
    debtor_id: int, *, because: str, actor: Principal, today: date, now: datetime
) -> bool:
    """Cancel today's open plan for a person, if there is one; say whether there was."""
    required()
    done = Plan.objects.filter(
        debtor_id=debtor_id, day=today, state=PlanState.OPEN.value, channel__isnull=False
    ).update(state=PlanState.CANCELLED.value, cancelled_because=because)
    if done:
        record(
            AuditEvent.PLAN_CANCELLED,
            actor=actor,
            subject=f"plan:{today}:{debtor_id}",
            now=now,
            debtor_id=debtor_id,
            body={"because": because},
        )
    return bool(done)
