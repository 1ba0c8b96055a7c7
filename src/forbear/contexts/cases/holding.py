"""Until which day was a person's case worked on? Duties to keep records run from there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC

from django.db.models import Max

from forbear.contexts.cases.models import Case, Note
from forbear.contexts.protection.holding import Holding, Holdings
from forbear.policy.kind import ClockStart
from forbear.values.code import RecordKind
from forbear.values.day import day_number


def cases_held(debtor_ids: Collection[int]) -> Holdings:
    """Return the day on which a case of each person was last moved or noted upon, in UTC."""
    ids = list(debtor_ids)
    moved = (
        Case.objects.filter(debtor_id__in=ids).values_list("debtor_id").annotate(Max("moved_at"))
    )
    noted = Note.objects.filter(debtor_id__in=ids).values_list("debtor_id").annotate(Max("at"))
    latest: dict[int, int] = {}
    for debtor_id, at in (*moved, *noted):
        day = day_number(at.astimezone(UTC).date())
        latest[debtor_id] = max(day, latest.get(debtor_id, day))
    return {
        debtor_id: (Holding(RecordKind.COLLECTION_PROCESS, ClockStart.LAST_ACTIVITY, day),)
        for debtor_id, day in latest.items()
    }
