"""How many complaints were there, what about, what was borne out, and were the clocks kept?

Sums over persons whom the reader need not be allowed to see one by one; no row names a person.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.rights.models import Clock, Complaint
from forbear.values.code import Code, Matter
from forbear.values.principal import Principal, system

_OF_COMPLAINTS = (Matter.COMPLAINT.value, Matter.BUREAU_COMPLAINT.value)


class Kept(Code):
    """Whether a complaint was answered in time."""

    KEPT = "KEPT"
    MISSED = "MISSED"
    RUNNING = "RUNNING"
    """Not answered, and its day has not gone by."""
    NO_CLOCK = "NO_CLOCK"
    """No rule says until when."""


@dataclass(frozen=True, slots=True)
class ComplaintCount:
    """So many complaints of one kind. ``substantiated`` null: not decided, or not borne out.

    ``finding`` null: not decided. ``team_id`` null: the person was in no team's care.
    """

    alleged: str
    substantiated: str | None
    finding: str | None
    team_id: int | None
    kept: str
    complaints: int


def count_complaints(
    since: date, until: date, *, actor: Principal, today: date
) -> tuple[ComplaintCount, ...]:
    """Return how many complaints were received on the days [since, until], by what they were.

    Raises:
        NotPermitted: REPORT_SEE is missing.
        InvalidField: the days are the wrong way round.
    """
    may(actor, Permission.REPORT_SEE)
    check.span("until", since, until)
    with reading(system("figures")):
        rows = Complaint.objects.filter(
            filing__received_date__gte=since, filing__received_date__lte=until
        ).select_related("filing")
        found = list(rows)
        kept = _kept([row.pk for row in found], today=today)
    counts = Counter(
        (
            row.filing.reason,
            row.substantiated,
            row.filing.finding,
            row.about_team_id,
            kept.get(row.pk, Kept.NO_CLOCK).value,
        )
        for row in found
    )
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return tuple(ComplaintCount(*key, number) for key, number in ordered)


def _kept(ids: list[int], *, today: date) -> dict[int, Kept]:
    """Return whether each complaint's clocks were kept; the worst of several counts."""
    order = (Kept.MISSED, Kept.RUNNING, Kept.KEPT)
    found: dict[int, Kept] = {}
    for clock in Clock.objects.filter(filing_id__in=ids, matter__in=_OF_COMPLAINTS):
        if clock.met_at is None:
            one = Kept.MISSED if today > clock.due_on else Kept.RUNNING
        else:
            answered = settings.FORBEAR_MORNING.day(clock.met_at)
            one = Kept.MISSED if answered > clock.due_on else Kept.KEPT
        known = found.get(clock.filing_id, one)
        found[clock.filing_id] = min(one, known, key=order.index)
    return found
