"""Which open cases are there, in whose care, and who is at them now?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from forbear.contexts.cases.desk.claim import Held, held_now
from forbear.contexts.cases.models import Case
from forbear.contexts.cases.transition import CaseState
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.roll import roll
from forbear.values.money import Currency
from forbear.values.principal import Principal

PAGE_ROWS_MAX = 50


@dataclass(frozen=True, slots=True)
class CaseOnBoard:
    """One open case. Null: in nobody's care, or nobody is at it now."""

    id: int
    version: int
    debtor_id: int
    debtor_ref: str
    name_masked: str
    state: CaseState
    team_id: int | None
    officer_id: int | None
    bucket: str
    days_past_due: int
    currency: Currency
    overdue_minor: int
    held: Held | None


def board(
    *,
    teams: Collection[int] | None = None,
    states: Collection[CaseState] | None = None,
    officer_id: int | None = None,
    unowned: bool = False,
    late_days_min: int | None = None,
    debtor_ref: str | None = None,
    bucket: str | None = None,
    after: int = 0,
    rows_max: int = PAGE_ROWS_MAX,
    actor: Principal,
    now: datetime,
) -> tuple[tuple[CaseOnBoard, ...], int | None]:
    """Return a page of open cases behind an id, and behind which the next begins; None: the end.

    What is given narrows the page: a colleague's cases, those that are nobody's, those late for at
    least some days, those of one person, or those of one bucket.

    Raises:
        NotPermitted: CASE_ASSIGN is missing.
    """
    may(actor, Permission.CASE_ASSIGN)
    with reading(actor):
        wanted = Case.objects.filter(closed_at__isnull=True, id__gt=after)
        wanted = wanted if teams is None else wanted.filter(team_id__in=teams)
        wanted = wanted if states is None else wanted.filter(state__in=states)
        given = {
            "officer_id": officer_id,
            "officer__isnull": True if unowned else None,
            "days_past_due__gte": late_days_min,
            "debtor__ref": debtor_ref,
            "bucket": bucket,
        }
        wanted = wanted.filter(**{name: x for name, x in given.items() if x is not None})
        rows = list(wanted.order_by("id")[: rows_max + 1])
        shown = rows[:rows_max]
        called = roll([row.debtor_id for row in shown], now=now)
        held = held_now([row.pk for row in shown], now=now)
    found = tuple(
        CaseOnBoard(
            row.pk,
            row.version,
            row.debtor_id,
            called[row.debtor_id].ref,
            called[row.debtor_id].name_masked,
            CaseState(row.state),
            row.team_id,
            row.officer_id,
            row.bucket,
            row.days_past_due,
            Currency(row.currency),
            row.overdue_minor,
            held.get(row.pk),
        )
        for row in shown
    )
    return found, shown[-1].pk if len(rows) > rows_max else None
