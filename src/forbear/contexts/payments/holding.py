"""What is held about a person's payments, and until when must it be kept?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC

from django.db.models import Max

from forbear.contexts.payments.models import Intent, Received, Reference
from forbear.contexts.protection.holding import Holding, Holdings
from forbear.policy.kind import ClockStart
from forbear.values.code import RecordKind
from forbear.values.day import day_number


def payments_held(debtor_ids: Collection[int]) -> Holdings:
    """Return the day on which something about paying last happened to each person, in UTC."""
    ids = list(debtor_ids)
    latest: dict[int, int] = {}
    for model, column in ((Reference, "made_at"), (Intent, "moved_at"), (Received, "taken_at")):
        rows = model.objects.filter(debtor_id__in=ids).values_list("debtor_id")
        for debtor_id, at in rows.annotate(Max(column)):
            day = day_number(at.astimezone(UTC).date())
            latest[debtor_id] = max(day, latest.get(debtor_id, day))
    return {
        debtor_id: (Holding(RecordKind.COLLECTION_PROCESS, ClockStart.LAST_ACTIVITY, day),)
        for debtor_id, day in latest.items()
    }
