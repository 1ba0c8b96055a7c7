"""Until which day did a person talk with the assistant? Duties to keep run from there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC

from django.db.models import Max

from forbear.contexts.assistant.models import Talk
from forbear.contexts.protection.holding import Holding, Holdings
from forbear.policy.kind import ClockStart
from forbear.values.code import RecordKind
from forbear.values.day import day_number


def talks_held(debtor_ids: Collection[int]) -> Holdings:
    """Return the day on which each person last talked with the assistant, in UTC."""
    latest = (
        Talk.objects.filter(debtor_id__in=list(debtor_ids))
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
