"""What is held about a person's arrangements and promises, and until when must it be kept?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC

from django.db.models import Max

from forbear.contexts.arrangements.models import Arrangement, Promise
from forbear.contexts.protection.holding import Holding, Holdings
from forbear.policy.kind import ClockStart
from forbear.values.code import RecordKind
from forbear.values.day import day_number


def arrangements_held(debtor_ids: Collection[int]) -> Holdings:
    """Return the day on which each person's arrangements or promises last moved, in UTC."""
    ids = list(debtor_ids)
    arranged = Arrangement.objects.filter(debtor_id__in=ids).values_list("debtor_id")
    promised = Promise.objects.filter(debtor_id__in=ids).values_list("debtor_id")
    latest: dict[int, int] = {}
    for debtor_id, at in (
        *arranged.annotate(Max("proposed_at")),
        *arranged.filter(signed_at__isnull=False).annotate(Max("signed_at")),
        *promised.annotate(Max("moved_at")),
    ):
        day = day_number(at.astimezone(UTC).date())
        latest[debtor_id] = max(day, latest.get(debtor_id, day))
    return {
        debtor_id: (Holding(RecordKind.COLLECTION_PROCESS, ClockStart.LAST_ACTIVITY, day),)
        for debtor_id, day in latest.items()
    }
