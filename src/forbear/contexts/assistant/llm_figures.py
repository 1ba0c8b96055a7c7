"""How often was the language model asked in the last day, and what became of it?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Count

from forbear.contexts.assistant.models import ModelCall
from forbear.contexts.database.transaction import reading
from forbear.values.principal import Principal

WITHIN = timedelta(days=1)


def model_calls(*, actor: Principal, now: datetime) -> Mapping[tuple[str, str], int]:
    """Return how many questions of a task had a fate; what never happened has no entry."""
    with reading(actor):
        rows = ModelCall.objects.filter(at__gt=now - WITHIN).values_list("task", "fate")
        counted = rows.annotate(count=Count("id")).order_by("task", "fate")
        return {(task, fate): count for task, fate, count in counted}
