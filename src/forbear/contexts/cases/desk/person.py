"""Everything about one person that somebody at a desk needs before them, as of now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from forbear.contexts.cases.desk.claim import Held, held_now
from forbear.contexts.cases.desk.draft import draft_of
from forbear.contexts.cases.desk.talk import TalkNow, talk_now
from forbear.contexts.cases.models import Callback, Case, Plan, PlanState
from forbear.contexts.cases.transition import CaseEnd, CaseState
from forbear.contexts.contact.gate.ask import Wish
from forbear.contexts.contact.gate.budget import Budget, budgets
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.database.transaction import reading
from forbear.contexts.ledger.owed import Account, accounts_of
from forbear.contexts.people.care import code_of_team
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.listing import refs_by_id
from forbear.contexts.portfolio.queries.person import get_person
from forbear.contexts.portfolio.queries.shown import LoanShown, PersonShown, PointShown
from forbear.contexts.portfolio.row import unknown_person
from forbear.values.code import Channel, LoanState, PointKind
from forbear.values.money import Currency
from forbear.values.principal import Principal, PrincipalKind

WAYS = {
    PointKind.MOBILE: (Channel.VOICE, Channel.SMS),
    PointKind.LANDLINE: (Channel.VOICE,),
    PointKind.WECHAT: (Channel.WECHAT,),
    PointKind.EMAIL: (Channel.EMAIL,),
    PointKind.POSTAL: (Channel.LETTER, Channel.VISIT),
}
"""By which channels somebody at a desk may want to use a contact point."""


@dataclass(frozen=True, slots=True)
class CaseAtDesk:
    """The open case, or the last one. Null: nobody's, not closed, nobody has it, no call due."""

    id: int
    state: CaseState
    ended_as: CaseEnd | None
    version: int
    team_id: int | None
    officer_id: int | None
    opened_at: datetime
    bucket: str
    days_past_due: int
    currency: Currency
    overdue_minor: int
    held: Held | None
    callback_at: datetime | None

    @property
    def is_open(self) -> bool:
        """There is work left."""
        return self.state is not CaseState.CLOSED


@dataclass(frozen=True, slots=True)
class LoanAtDesk:
    """A contract and what it stands at; null: nothing has worked it out yet."""

    loan: LoanShown
    account: Account | None


@dataclass(frozen=True, slots=True)
class WayAtDesk:
    """One way to contact the person, and what the gate would answer about it now."""

    wish: Wish
    point: PointShown
    budget: Budget


@dataclass(frozen=True, slots=True)
class PlanAtDesk:
    """What today's agenda says of the person."""

    state: PlanState
    channel: Channel | None
    slot: str | None
    contact_point_id: int | None
    reason_en: str
    reason_zh: str


@dataclass(frozen=True, slots=True)
class PersonDesk:
    """One person at a desk.

    ``case``, ``plan``, ``talk`` null: there is none. ``about``: of which loan a contact would
    speak; null: of none. ``draft``: what the reader has begun to write, with the note's ref.
    """

    at: datetime
    person: PersonShown
    case: CaseAtDesk | None
    plan: PlanAtDesk | None
    loans: tuple[LoanAtDesk, ...]
    about: int | None
    ways: tuple[WayAtDesk, ...]
    talk: TalkNow | None
    draft: tuple[UUID, str] | None
    zone: str

    def mine(self, actor: Principal) -> bool:
        """Say whether the reader has the case now."""
        held = None if self.case is None else self.case.held
        return held is not None and held.by(actor)


def person_desk(
    debtor_id: int,
    *,
    loan_id: int | None = None,
    today: date,
    actor: Principal,
    now: datetime,
    clock: Clock = database_clock,
) -> PersonDesk:
    """Return what somebody at a desk needs. ``loan_id``: of which loan they want to speak.

    How many questions the database is asked does not depend on how much there is.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        UnknownRef: there is no such person for this reader.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        ref = refs_by_id([debtor_id]).get(debtor_id)
        if ref is None:
            raise unknown_person(str(debtor_id))
        person = get_person(ref, as_of=today, actor=actor, now=now)
        case, plan = _case(debtor_id, now=now), _plan(debtor_id, today)
        accounts = accounts_of(debtor_id)
        talk = None if case is None else talk_now(case.id, actor=actor)
        team = None if case is None else code_of_team(case.team_id)
        reads = actor.kind is PrincipalKind.STAFF and case is not None
        draft = draft_of(case.id, actor=actor, now=now) if case is not None and reads else None
    loans = tuple(LoanAtDesk(loan, accounts.get(loan.id)) for loan in person.loans)
    about = _about(loans, plan, loan_id)
    wishes = dict(_wishes(person, about))
    found = budgets(wishes, actor=actor, clock=clock, teams={debtor_id: team})
    return PersonDesk(
        at=clock_of(found, now),
        person=person,
        case=case,
        plan=None if plan is None else _planned(plan),
        loans=loans,
        about=about,
        ways=tuple(WayAtDesk(wish, point, found[wish]) for wish, point in wishes.items()),
        talk=talk,
        draft=draft,
        zone=next(iter(person.time_zones), "UTC"),
    )


def clock_of(found: Mapping[Wish, Budget], now: datetime) -> datetime:
    """Return the instant at which the gate was asked; ``now`` where it was not."""
    return next((each.at for each in found.values()), now)


def _case(debtor_id: int, *, now: datetime) -> CaseAtDesk | None:
    rows = Case.objects.filter(debtor_id=debtor_id)
    row = rows.filter(closed_at__isnull=True).first() or rows.order_by("-closed_at").first()
    if row is None:
        return None
    due = Callback.objects.filter(case=row, done_at__isnull=True)
    return CaseAtDesk(
        id=row.pk,
        state=CaseState(row.state),
        ended_as=CaseEnd(row.ended_as) if row.ended_as else None,
        version=row.version,
        team_id=row.team_id,
        officer_id=row.officer_id,
        opened_at=row.opened_at,
        bucket=row.bucket,
        days_past_due=row.days_past_due,
        currency=Currency(row.currency),
        overdue_minor=row.overdue_minor,
        held=held_now([row.pk], now=now).get(row.pk),
        callback_at=due.values_list("due_at", flat=True).first(),
    )


def _plan(debtor_id: int, today: date) -> Plan | None:
    return Plan.objects.filter(debtor_id=debtor_id, day=today).first()


def _planned(plan: Plan) -> PlanAtDesk:
    channel = Channel(plan.channel) if plan.channel else None
    state, point = PlanState(plan.state), plan.contact_point_id
    return PlanAtDesk(state, channel, plan.slot, point, plan.text_en, plan.text_zh)


def _about(loans: tuple[LoanAtDesk, ...], plan: Plan | None, wanted: int | None) -> int | None:
    """Return the loan asked for, else that of the plan, else the one that is latest."""
    known = {each.loan.id for each in loans if each.loan.absent_since is None}
    for each in (wanted, None if plan is None else plan.loan_id):
        if each in known:
            return each
    late = [each for each in loans if each.loan.id in known and each.account is not None]
    late.sort(key=lambda each: each.account.days_past_due if each.account else 0, reverse=True)
    open_ones = [each for each in late if each.loan.state != LoanState.SETTLED.value]
    return next((each.loan.id for each in open_ones), None)


def _wishes(person: PersonShown, about: int | None) -> Iterator[tuple[Wish, PointShown]]:
    if person.erased_at is not None:
        return
    for point in person.points:
        if point.retired_at is None and point.absent_since is None:
            for channel in WAYS[PointKind(point.kind)]:
                yield Wish(person.id, point.id, channel, about), point
