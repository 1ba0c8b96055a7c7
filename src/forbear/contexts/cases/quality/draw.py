"""Which one call of each collector's day is listened to? Drawn by lot, so that nobody chooses.

Each kind of call of the collector's has the same chance, and within it each call. The lot hangs on
a secret of this installation: drawing again draws the same, and nobody can foretell it.
"""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid4

from django.conf import settings

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.models import QualityCard, Talk
from forbear.contexts.cases.quality.word import Stratum, stratum_of
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.row import insert
from forbear.values.principal import Principal

_DOMAIN = "forbear.quality"


def draw_sample(
    day: date, *, since: datetime, until: datetime, actor: Principal, now: datetime
) -> int:
    """Draw one call of every collector who made any on a day; return how many were drawn anew.

    The day's calls are those begun in [since, until) that are over. A collector who has a card of
    that day keeps it.

    Raises:
        NotPermitted: QUALITY_SCORE is missing.
    """
    may(actor, Permission.QUALITY_SCORE)
    with acting(actor):
        had = set(QualityCard.objects.filter(day=day).values_list("staff_id", flat=True))
        calls: dict[int, list[Talk]] = defaultdict(list)
        rows = Talk.objects.filter(begun_at__gte=since, begun_at__lt=until, ended_at__isnull=False)
        for row in rows.select_related("case").order_by("begun_at", "permit_id"):
            if row.staff_id not in had:
                calls[row.staff_id].append(row)
        cards = [_card(day, found, actor=actor, now=now) for found in calls.values()]
        # Somebody in two teams may have a card that this doer does not see.
        made = [each for each in cards if insert(each, name="one")]
        for card in made:
            record(
                AuditEvent.QUALITY_DRAWN,
                actor=actor,
                subject=f"quality_card:{card.pk}",
                debtor_id=card.debtor_id,
                body={"day": day, "staff": card.staff_id, "permit": str(card.permit_id)},
                now=now,
            )
        return len(made)


def _card(day: date, calls: Sequence[Talk], *, actor: Principal, now: datetime) -> QualityCard:
    by_kind: dict[Stratum, list[Talk]] = defaultdict(list)
    for call in calls:
        by_kind[stratum_of(call.outcome)].append(call)
    staff = calls[0].staff_id
    stratum = min(by_kind, key=lambda kind: _lot(day, staff, kind.value))
    chosen = min(by_kind[stratum], key=lambda call: _lot(day, staff, str(call.permit_id)))
    return QualityCard(
        ref=uuid4(),
        day=day,
        staff_id=staff,
        team_id=chosen.case.team_id,
        debtor_id=chosen.debtor_id,
        permit_id=chosen.permit_id,
        stratum=stratum.value,
        drawn_at=now,
        drawn_by=str(actor),
    )


def _lot(day: date, staff_id: int, what: str) -> bytes:
    said = f"{_DOMAIN}\n{day}\n{staff_id}\n{what}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), said, "sha256")
