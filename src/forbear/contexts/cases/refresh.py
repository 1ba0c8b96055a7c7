"""What do a person's case and today's plan become, now that the sums have changed?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.models import Asking, Case, Plan, PlanState
from forbear.contexts.cases.move import move
from forbear.contexts.cases.transition import CaseEnd, CaseState
from forbear.contexts.database.transaction import required
from forbear.contexts.ledger.totals import Totals, totals_of
from forbear.contexts.portfolio.contract import team_of
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
    """Bring a held person's case and today's open plan in line with the standings.

    Days past due decide, as at night: a case is opened when a loan has any, and closed as cured
    when none has. A plan to contact somebody about lateness that is gone is cancelled: the
    person's, or that of the one loan that the plan would speak of.
    """
    required()
    totals = totals_of(debtor_id)
    late = totals.days_past_due > 0
    case = (
        Case.objects.select_for_update().filter(debtor_id=debtor_id, closed_at__isnull=True).first()
    )
    closed = False
    if case is None:
        if late:
            open_case(debtor_id, totals, because=because, actor=actor, now=now)
    else:
        case.bucket, case.days_past_due = totals.bucket, totals.days_past_due
        case.currency, case.overdue_minor = totals.currency, totals.overdue_minor
        if late:
            case.version += 1
            case.save()
        else:
            end = CaseEnd.CURED
            move(case, CaseState.CLOSED, actor=actor, now=now, because=because, ended_as=end)
            closed = True
    # Who had no case was to be reminded of what is to come, not of anything late.
    cured = closed or (case is not None and _speaks_of_cured(debtor_id, totals, today=today))
    cancelled = cured and cancel_plan(debtor_id, because=because, actor=actor, today=today, now=now)
    return Refreshed(totals, closed, cancelled)


def _speaks_of_cured(debtor_id: int, totals: Totals, *, today: date) -> bool:
    spoken_of = Plan.objects.filter(debtor_id=debtor_id, day=today).values_list(
        "loan_id", flat=True
    )
    loan_id = spoken_of.first()
    return loan_id is not None and loan_id not in totals.late_loans


def open_case(
    debtor_id: int, totals: Totals, *, because: str, actor: Principal, now: datetime
) -> Case:
    """Open the case of a held person who has none, in the care of the person's team."""
    required()
    case = Case.objects.create(
        debtor_id=debtor_id,
        state=CaseState.NEW.value,
        team_id=team_of(debtor_id),
        opened_at=now,
        moved_at=now,
        bucket=totals.bucket,
        days_past_due=totals.days_past_due,
        currency=totals.currency,
        overdue_minor=totals.overdue_minor,
    )
    record(
        AuditEvent.CASE_OPENED,
        actor=actor,
        subject=f"case:{case.id}",
        now=now,
        debtor_id=debtor_id,
        body={"because": because},
    )
    return case


def cancel_plan(
    debtor_id: int, *, because: str, actor: Principal, today: date, now: datetime
) -> bool:
    """Cancel today's open plan for a person, if there is one; say whether there was."""
    required()
    done = Plan.objects.filter(
        debtor_id=debtor_id, day=today, state=PlanState.OPEN.value, channel__isnull=False
    ).update(state=PlanState.CANCELLED.value, cancelled_because=because)
    if done:
        Asking.objects.filter(day=today, debtor_id=debtor_id, asked_at__isnull=True).update(
            ask_at=None, cause=PlanState.CANCELLED.value
        )
        record(
            AuditEvent.PLAN_CANCELLED,
            actor=actor,
            subject=f"plan:{today}:{debtor_id}",
            now=now,
            debtor_id=debtor_id,
            body={"because": because},
        )
    return bool(done)
