"""Who fell behind within so many days of an offer, made or held back?

Each is judged once, some persons in each transaction, by the payments that are known then. A run
that was killed is simply run again: what was judged is passed over.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.education.models import Exposure, Outcome
from forbear.contexts.education.standing import instalments_by_loan
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.contract import loans_by_person
from forbear.contexts.rulebook.library import open_education
from forbear.policy.education.moment import fell_behind
from forbear.values.day import day_number
from forbear.values.principal import Principal

AT_ONCE = 300


def judge_lessons(*, actor: Principal, today: date, now: datetime, at_once: int = AT_ONCE) -> int:
    """Judge every offer whose days are over; return how many.

    Raises:
        NotPermitted: NIGHT_RUN is missing.
        InvalidFacts: what is stored of a loan contradicts itself.
    """
    may(actor, Permission.NIGHT_RUN)
    judged = 0
    for days in open_education().judged_days:
        while done := _some(days, actor=actor, today=today, now=now, at_once=at_once):
            judged += done
    return judged


def _some(days: int, *, actor: Principal, today: date, now: datetime, at_once: int) -> int:
    with acting(actor):
        known = Outcome.objects.filter(exposure=OuterRef("pk"), days=days)
        # The last day must be over, so that a payment of that day counts.
        ripe = Exposure.objects.filter(~Exists(known), on_date__lt=today - timedelta(days=days))
        rows = list(ripe.order_by("id").select_for_update(of=("self",))[:at_once])
        if not rows:
            return 0
        loans = loans_by_person({row.debtor_id for row in rows})
        every = [loan for found in loans.values() for loan in found]
        by_loan = instalments_by_loan(every, known_day=day_number(today))
        behind: dict[bool, int] = defaultdict(int)
        outcomes = []
        for row in rows:
            own = [each for loan in loans.get(row.debtor_id, ()) for each in by_loan.get(loan, ())]
            fell = fell_behind(own, after_day=day_number(row.on_date), days=days)
            behind[fell] += 1
            outcomes.append(Outcome(exposure=row, days=days, fell_behind=fell, judged_at=now))
        Outcome.objects.bulk_create(outcomes)
        record(
            AuditEvent.LESSONS_JUDGED,
            actor=actor,
            subject="lessons",
            body={"days": days, "persons": len(rows), "fell_behind": behind[True]},
            now=now,
        )
    return len(rows)
