"""Does a hold now forbid the contact that is planned for a person today?

Which kinds of hold forbid which contact is law and house policy: the rules are asked.
"""

from __future__ import annotations

from datetime import date, datetime

from forbear.contexts.cases.models import Plan, PlanState
from forbear.contexts.cases.refresh import cancel_plan
from forbear.contexts.database.transaction import required
from forbear.contexts.house.standing import own_rules
from forbear.contexts.portfolio.queries.policy import PersonFacts, facts_of_id
from forbear.policy.ask.contact import decide
from forbear.policy.kind import Kind
from forbear.values.code import Channel
from forbear.values.principal import Principal


def cancel_if_held(
    debtor_id: int, *, because: str, actor: Principal, today: date, now: datetime
) -> bool:
    """Cancel today's open plan where a hold forbids its contact; say whether that was so."""
    required()
    plan = Plan.objects.filter(
        debtor_id=debtor_id, day=today, state=PlanState.OPEN.value, channel__isnull=False
    ).first()
    if plan is None or not _held(plan, facts_of_id(debtor_id), now=now):
        return False
    return cancel_plan(debtor_id, because=because, actor=actor, today=today, now=now)


def _held(plan: Plan, person: PersonFacts, *, now: datetime) -> bool:
    point = next((each for each in person.points if each.no == plan.contact_point_id), None)
    if point is None:
        # Gone since the night: there is nothing left to contact the person by.
        return True
    loan = next((each for each in person.loans if each.no == plan.loan_id), None)
    asked = person.contact(Channel(plan.channel), point, loan=loan)
    pack = own_rules().pack(person.jurisdiction, plan.day)
    findings = decide(pack, asked, now=now).findings
    return any(found.refuses for found in findings if found.about.kind == Kind.HOLD_SCOPE)
