"""What does a day look like: by team in figures, and person by person for whoever may see them?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet, Sum

from forbear.contexts.cases.models import Case, Plan, PlanState
from forbear.contexts.cases.transition import CaseState
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.roll import Called, roll
from forbear.values.code import Channel
from forbear.values.money import Currency
from forbear.values.principal import Principal, system

PAGE_ROWS_MAX = 25
_OPEN = Q(state=PlanState.OPEN.value)


@dataclass(frozen=True, slots=True)
class WayCount:
    """How many persons of a team are planned by one channel in one slot of the day."""

    team_id: int
    channel: Channel
    slot: str
    planned: int
    open: int


@dataclass(frozen=True, slots=True)
class TeamLoad:
    """The open cases of a team, null for those without one, in one currency."""

    team_id: int | None
    currency: Currency
    cases: int
    overdue_minor: int


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Figures of one day, without persons. ``whole``: of the whole book, not of one's teams."""

    whole: bool
    ways: tuple[WayCount, ...]
    loads: tuple[TeamLoad, ...]


class Cursor(NamedTuple):
    """Behind which row a page begins."""

    slot: str
    rank: int
    debtor_id: int


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One person's plan. Null bucket, days and amount: no open case; empty name: none held."""

    debtor_id: int
    debtor_ref: str
    name_masked: str
    team_id: int
    channel: Channel
    slot: str
    state: PlanState
    reason_en: str
    reason_zh: str
    bucket: str | None
    days_past_due: int | None
    overdue_minor: int | None
    currency: Currency | None
    case_id: int | None = None
    case_state: CaseState | None = None
    officer_id: int | None = None
    contact_point_id: int | None = None
    loan_id: int | None = None


@dataclass(frozen=True, slots=True)
class PlanPage:
    """Some rows in the order of work; ``next`` null: the last ones."""

    rows: tuple[PlanRow, ...]
    next: Cursor | None


def day_figures(day: date | None, *, actor: Principal) -> DayFigures:
    """Return a day's figures: of the whole book with REPORT_SEE, else of one's own teams.

    Raises:
        NotPermitted: the actor may see neither.
    """
    whole = actor.may(Permission.REPORT_SEE)
    if not whole:
        may(actor, Permission.QUEUE_SEE)
    # Figures are sums over persons whom the reader need not be allowed to see one by one.
    with reading(system("figures") if whole else actor):
        return DayFigures(whole, _ways(day), _loads())


def plan_page(
    day: date,
    *,
    slots: Sequence[str],
    after: Cursor | None = None,
    teams: Collection[int] | None = None,
    channels: Collection[Channel] | None = None,
    states: Collection[PlanState] | None = None,
    rows_max: int = PAGE_ROWS_MAX,
    actor: Principal,
    now: datetime,
) -> PlanPage:
    """Return planned persons of a day, in the order of the slots, then of rank.

    ``teams``, ``channels`` and ``states`` narrow the rows to some of them; the database shows only
    persons that the actor may see in any case.

    Raises:
        NotPermitted: the actor may not see a plan.
    """
    may(actor, Permission.QUEUE_SEE)
    with reading(actor):
        found: list[Plan] = []
        for slot in slots:
            if after is not None and slots.index(slot) < slots.index(after.slot):
                continue
            rows = _slot(day, slot, after, teams)
            rows = rows if channels is None else rows.filter(channel__in=channels)
            rows = rows if states is None else rows.filter(state__in=states)
            found += rows.order_by("rank", "debtor_id")[: rows_max + 1 - len(found)]
            if len(found) > rows_max:
                break
        shown = found[:rows_max]
        cases = _cases([plan.debtor_id for plan in shown])
        names = roll([plan.debtor_id for plan in shown], now=now)
    rows = tuple(_row(plan, names[plan.debtor_id], cases.get(plan.debtor_id)) for plan in shown)
    last = shown[-1] if len(found) > rows_max else None
    return PlanPage(rows, Cursor(last.slot or "", last.rank or 0, last.debtor_id) if last else None)


def _ways(day: date | None) -> tuple[WayCount, ...]:
    counted = (
        Plan.objects.filter(day=day, team__isnull=False, channel__isnull=False)
        .values("team_id", "channel", "slot")
        .annotate(planned=Count("debtor_id"), still=Count("debtor_id", filter=_OPEN))
        .order_by("team_id", "channel", "slot")
    )
    return tuple(
        WayCount(
            each["team_id"],
            Channel(each["channel"]),
            each["slot"],
            each["planned"],
            each["still"],
        )
        for each in counted
    )


def _loads() -> tuple[TeamLoad, ...]:
    counted = (
        Case.objects.filter(closed_at__isnull=True)
        .values("team_id", "currency")
        .annotate(cases=Count("*"), overdue=Sum("overdue_minor"))
        .order_by("team_id", "currency")
    )
    return tuple(
        TeamLoad(each["team_id"], Currency(each["currency"]), each["cases"], each["overdue"] or 0)
        for each in counted
    )


def _slot(
    day: date, slot: str, after: Cursor | None, teams: Collection[int] | None
) -> QuerySet[Plan]:
    found = Plan.objects.filter(day=day, slot=slot, team__isnull=False, rank__isnull=False)
    if teams is not None:
        found = found.filter(team_id__in=teams)
    if after is not None and after.slot == slot:
        found = found.filter(
            Q(rank__gt=after.rank) | Q(rank=after.rank, debtor_id__gt=after.debtor_id)
        )
    return found


def _cases(debtors: Collection[int]) -> dict[int, Case]:
    opened = Case.objects.filter(debtor_id__in=debtors, closed_at__isnull=True)
    return {case.debtor_id: case for case in opened}


def _row(plan: Plan, name: Called, case: Case | None) -> PlanRow:
    return PlanRow(
        debtor_id=plan.debtor_id,
        debtor_ref=name.ref,
        name_masked=name.name_masked,
        team_id=plan.team_id,
        channel=Channel(plan.channel),
        slot=plan.slot or "",
        state=PlanState(plan.state),
        reason_en=plan.text_en,
        reason_zh=plan.text_zh,
        bucket=case.bucket if case else None,
        days_past_due=case.days_past_due if case else None,
        overdue_minor=case.overdue_minor if case else None,
        currency=Currency(case.currency) if case else None,
        case_id=case.pk if case else None,
        case_state=CaseState(case.state) if case else None,
        officer_id=case.officer_id if case else None,
        contact_point_id=plan.contact_point_id,
        loan_id=plan.loan_id,
    )
