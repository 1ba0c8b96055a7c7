"""Until which day was something reported of a person? Duties to keep records run from there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC

from django.db.models import Max

from forbear.contexts.bureau.models import Dispute, Line
from forbear.contexts.protection.holding import Holding, Holdings
from forbear.policy.kind import ClockStart
from forbear.values.code import RecordKind
from forbear.values.day import day_number


def lines_held(debtor_ids: Collection[int]) -> Holdings:
    """Return the day of each person's latest line, in UTC; null while a dispute is open.

    A line holds no personal value, and stays when the person's data go: it proves what was told.
    """
    ids = list(debtor_ids)
    latest = (
        Line.objects.filter(debtor_id__in=ids).values_list("debtor_id").annotate(Max("made_at"))
    )
    disputed = set(
        Dispute.objects.filter(debtor_id__in=ids, closed_at__isnull=True).values_list(
            "debtor_id", flat=True
        )
    )
    return {
        debtor_id: (
            Holding(
                RecordKind.COLLECTION_PROCESS,
                ClockStart.LAST_ACTIVITY,
                None if debtor_id in disputed else day_number(at.astimezone(UTC).date()),
            ),
        )
        for debtor_id, at in latest
    }
