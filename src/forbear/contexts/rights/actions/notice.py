"""What nobody has answered or looked at again in time is told, once, and stays listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.rights.filing import note
from forbear.contexts.rights.models import Clock, Hardship
from forbear.values.principal import NotPermitted, Principal, PrincipalKind

NOTICED_MAX = 500


@dataclass(frozen=True, slots=True)
class Noticed:
    """How many clocks were found late, and how many reviews due."""

    clocks: int
    reviews: int


def notice_due(*, actor: Principal, today: date, now: datetime) -> Noticed:
    """Write down what is late or due, ``NOTICED_MAX`` of each at most; who listens is told.

    What was told before is passed over, so this may run as often as it likes.

    Raises:
        NotPermitted: somebody other than Forbear itself asks for it.
    """
    if actor.kind is not PrincipalKind.SYSTEM:
        raise NotPermitted("Forbear looks for this by itself.", message_zh="该检查由系统自动进行。")
    with acting(actor):
        late = list(
            Clock.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(met_at__isnull=True, noticed_at__isnull=True, protects=False, due_on__lt=today)
            .select_related("filing")
            .order_by("id")[:NOTICED_MAX]
        )
        for clock in late:
            clock.noticed_at = now
            clock.save(update_fields=["noticed_at"])
            note(
                clock.filing,
                AuditEvent.CLOCK_MISSED,
                actor=actor,
                now=now,
                matter=clock.matter,
                rule=clock.rule_id,
                due_on=clock.due_on,
            )
        due = list(
            Hardship.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(
                Q(noticed_for__isnull=True) | ~Q(noticed_for=F("review_date")),
                review_date__lte=today,
            )
            .select_related("filing")
            .order_by("pk")[:NOTICED_MAX]
        )
        for row in due:
            row.noticed_for = row.review_date
            row.save(update_fields=["noticed_for"])
            event = AuditEvent.REVIEW_DUE
            note(row.filing, event, actor=actor, now=now, review_date=row.review_date)
        return Noticed(len(late), len(due))
