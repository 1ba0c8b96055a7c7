"""What do contracts say: terms, the schedule that counts, and pauses?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.database.bulk import newest_id
from forbear.contexts.database.prepared import Question, ask
from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio.models import Debtor, Hold, Instalment, Loan
from forbear.contexts.portfolio.word import Source
from forbear.values.code import HoldKind


@dataclass(frozen=True, slots=True)
class Term:
    """One instalment that counts. Amounts in minor units."""

    number: int
    due_date: date
    principal_minor: int
    interest_minor: int
    fee_minor: int


@dataclass(frozen=True, slots=True)
class Paused:
    """A pause on [start_date, end_date); end null: still open."""

    start_date: date
    end_date: date | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Contract:
    """One loan with its schedule, in order, and the pauses that bind it."""

    loan_id: int
    ref: str
    debtor_id: int
    product: str
    currency: str
    disbursed_date: date
    principal_minor: int
    annual_rate_bp: int
    state: str
    instalments: tuple[Term, ...]
    pauses: tuple[Paused, ...]


def contracts(loan_ids: Collection[int]) -> dict[int, Contract]:
    """Return contracts by loan id; what may not be seen is left out."""
    required()
    loans = list(Loan.objects.filter(id__in=loan_ids))
    schedules: dict[int, list[Term]] = defaultdict(list)
    rows = Instalment.objects.filter(loan_id__in=loan_ids, superseded_at__isnull=True)
    for row in rows.order_by("loan_id", "number"):
        schedules[row.loan_id].append(
            Term(
                row.number,
                row.due_date,
                row.principal_minor,
                row.interest_minor,
                row.fee_minor,
            )
        )
    pauses = _pauses({loan.debtor_id for loan in loans})
    return {
        loan.id: Contract(
            loan.id,
            loan.ref,
            loan.debtor_id,
            loan.product,
            loan.currency,
            loan.disbursed_date,
            loan.principal_minor,
            loan.annual_rate_bp,
            loan.state,
            tuple(schedules[loan.id]),
            tuple(
                pause
                for loan_id, pause in pauses[loan.debtor_id]
                if loan_id is None or loan_id == loan.id
            ),
        )
        for loan in loans
    }


def _pauses(debtor_ids: Collection[int]) -> dict[int, list[tuple[int | None, Paused]]]:
    found: dict[int, list[tuple[int | None, Paused]]] = defaultdict(list)
    holds = Hold.objects.filter(
        debtor_id__in=debtor_ids, kind=HoldKind.PAUSE.value, absent_since__isnull=True
    )
    for hold in holds.order_by("id"):
        paused = Paused(hold.start_date, hold.end_date, hold.recorded_at)
        found[hold.debtor_id].append((hold.loan_id, paused))
    return found


@dataclass(frozen=True, slots=True)
class NewPause:
    """A pause that an extract told; loan null: it binds all of the person's."""

    debtor_id: int
    loan_id: int | None
    pause: Paused


def latest_hold() -> int:
    """Return the number of the newest hold; 0: there is none."""
    return newest_id("portfolio_hold")


def extract_pauses_after(hold_id: int) -> list[NewPause]:
    """Return the pauses that extracts told since a hold."""
    required()
    found = Hold.objects.filter(
        id__gt=hold_id,
        kind=HoldKind.PAUSE.value,
        source=Source.EXTRACT.value,
        absent_since__isnull=True,
    )
    return [
        NewPause(row.debtor_id, row.loan_id, Paused(row.start_date, row.end_date, row.recorded_at))
        for row in found.order_by("id")
    ]


def loans_by_person(debtor_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Return the loans of several persons by the person's id, the oldest first."""
    required()
    found: dict[int, tuple[int, ...]] = {}
    rows = Loan.objects.filter(debtor_id__in=debtor_ids).order_by("id")
    for debtor_id, loan_id in rows.values_list("debtor_id", "id"):
        found[debtor_id] = (*found.get(debtor_id, ()), loan_id)
    return found


def loans_of(debtor_id: int) -> tuple[int, ...]:
    """Return the ids of a person's loans that the night would reckon with."""
    required()
    rows = Loan.objects.filter(debtor_id=debtor_id, absent_since__isnull=True)
    return tuple(rows.order_by("id").values_list("id", flat=True))


def loan_by_ref(ref: str) -> tuple[int, int] | None:
    """Return a loan's id and its debtor's, by the lender's id; None: not known, or not seen."""
    required()
    return Loan.objects.filter(ref=ref).values_list("id", "debtor_id").first()


def hold_person(debtor_id: int) -> bool:
    """Lock a person's row for the rest of the transaction; say whether there is one to lock.

    Whatever changes what may be done to a person holds this row, so such changes queue up.
    """
    required()
    return bool(ask(*about_holding(debtor_id)))


def about_holding(debtor_id: int) -> Question:
    """Return what ``hold_person`` asks the database."""
    return "SELECT 1 FROM portfolio_debtor WHERE id = %s FOR UPDATE", [debtor_id]


def team_of(debtor_id: int) -> int | None:
    """Return the id of the team in whose care a person is; None: no team."""
    required()
    return Debtor.objects.filter(id=debtor_id).values_list("team_id", flat=True).first()


def give_to_team(debtor_id: int, team_id: int) -> None:
    """Give a person into the care of a team, inside an action's transaction."""
    required()
    Debtor.objects.filter(id=debtor_id).update(team_id=team_id)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom and what a hold binds; loan null: everything of the person's."""

    debtor_id: int
    loan_id: int | None
    kind: HoldKind
    start_date: date


def reach_of_hold(hold_id: int) -> Reach:
    """Return what a hold binds, which the doer has just placed or released."""
    required()
    hold = Hold.objects.get(id=hold_id)
    return Reach(hold.debtor_id, hold.loan_id, HoldKind(hold.kind), hold.start_date)


@dataclass(frozen=True, slots=True)
class HoldSpan:
    """From when until before when a hold binds; null: no end is known."""

    debtor_ref: str
    kind: HoldKind
    start_date: date
    end_date: date | None
    released: bool


def hold_span(ref: str) -> HoldSpan | None:
    """Return a hold by its ref; None: there is none, or not for this reader."""
    required()
    row = Hold.objects.filter(ref=ref).select_related("debtor").first()
    if row is None:
        return None
    released = row.released_at is not None
    return HoldSpan(row.debtor.ref, HoldKind(row.kind), row.start_date, row.end_date, released)


def latest_start(debtor_id: int, kind: HoldKind) -> date | None:
    """Return the day on which a person's latest hold of a kind began; None: there was none."""
    required()
    rows = Hold.objects.filter(debtor_id=debtor_id, kind=kind.value, absent_since__isnull=True)
    return rows.order_by("-start_date").values_list("start_date", flat=True).first()


def people_by_ref(refs: Collection[str]) -> dict[str, int]:
    """Return ids of persons by the lender's ids."""
    required()
    return dict(Debtor.objects.filter(ref__in=refs).values_list("ref", "id"))
