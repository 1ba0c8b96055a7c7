"""Until which day was anything about a person's filings done? Duties to keep run from there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC

from django.db.models import Max

from forbear.contexts.protection.holding import Holding, Holdings
from forbear.contexts.rights.models import Filing
from forbear.contexts.rights.word import FilingKind
from forbear.policy.kind import ClockStart
from forbear.values.code import RecordKind
from forbear.values.day import day_number


def filings_held(debtor_ids: Collection[int]) -> Holdings:
    """Return the day on which a filing of each person was last moved, in UTC.

    To ask for one's data, or that they go, is no reason to keep them longer.
    """
    latest = (
        Filing.objects.filter(debtor_id__in=list(debtor_ids))
        .exclude(kind=FilingKind.DATA_REQUEST.value)
        .values_list("debtor_id")
        .annotate(latest=Max("moved_at"))
    )
    return {
        debtor_id: (
            Holding(
                RecordKind.COLLECTION_PROCESS,
                ClockStart.LAST_ACTIVITY,
                day_number(at.astimezone(UTC).date()),
            ),
        )
        for debtor_id, at in latest
    }
