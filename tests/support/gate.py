"""A person who may be contacted, a clock that tests set, and a provider, for tests of the gate."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from forbear.contexts.contact.channels.port import Envelope, Handed
from forbear.contexts.contact.channels.registry import Providers
from forbear.contexts.contact.channels.simulated.adapter import SimulatedAdapter
from forbear.contexts.contact.channels.simulated.provider import FLAWLESS, Behaviour, Provider
from forbear.contexts.contact.gate.ask import Wish
from forbear.contexts.contact.gate.authorise import Answer, Asked, authorise
from forbear.contexts.contact.gate.clock import Clock
from forbear.contexts.contact.gate.intent import Composing
from forbear.contexts.contact.gate.permit import Permit
from forbear.contexts.contact.gate.word import DispatchState, Way
from forbear.contexts.contact.gate.worker import Sender
from forbear.contexts.contact.models import Attempt, Dispatch
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.actions.loan import set_loan_state
from forbear.contexts.portfolio.models import ContactPoint, Creditor, Debtor, Loan
from forbear.contexts.portfolio.word import Source
from forbear.contexts.protection.cell import Sealed
from forbear.contexts.protection.field import place_of
from forbear.contexts.protection.models import PersonKey
from forbear.contexts.protection.person import wrapping_key_id
from forbear.contexts.protection.store import keys, new_key_id, tools
from forbear.values.code import (
    Channel,
    ContactPurpose,
    Jurisdiction,
    LoanState,
    Origin,
    Outcome,
    PointKind,
    PointQuality,
    Relation,
)
from forbear.values.principal import Principal, system
from tests.support.portfolio import CREDITOR, NOW, SETUP, new_loan, new_person, new_point

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
"""Midday in Shanghai, a Wednesday."""
DIALLER = system("dialler")
_NUMBERS = itertools.count(3_000_000_000)
FILLED = (
    "portfolio_debtor", "portfolio_contactpoint", "portfolio_loan", "protection_personkey",
)  # fmt: skip
"""What ``people`` fills."""


@dataclass
class Hand:
    """A clock that tests move."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        """Return the instant."""
        return self.at

    def on(self, **by: float) -> None:
        """Move it forward."""
        self.at += timedelta(**by)


def quickened(started: datetime, real: Clock, *, since: datetime = NOON, times: int = 60) -> Clock:
    """Return a clock that shows ``since`` at an instant of a real one and then runs faster."""
    return lambda: since + (real() - started) * times


@dataclass(frozen=True)
class Person:
    """Somebody with one number and one loan."""

    debtor_id: int
    point_id: int
    loan_id: int
    ref: str

    def wish(
        self,
        channel: Channel = Channel.VOICE,
        purpose: ContactPurpose = ContactPurpose.COLLECT,
    ) -> Wish:
        """A contact about the loan."""
        return Wish(self.debtor_id, self.point_id, channel, self.loan_id, purpose)


def person(**given: object) -> Person:
    """Record somebody in Shanghai who may be called at midday."""
    facts = {"time_zones": ("Asia/Shanghai",), **given}
    ref = new_person(**facts)
    point, loan = new_point(ref), new_loan(ref)
    with reading(SETUP):
        return Person(
            Debtor.objects.get(ref=ref).pk,
            ContactPoint.objects.get(ref=point).pk,
            Loan.objects.get(ref=loan).pk,
            ref,
        )


def people(count: int, *, zone: str = "Asia/Shanghai") -> list[Person]:
    """Lay down many such persons at once, one statement a table; nothing is entered of it."""
    mark = uuid4().hex[:12]
    known = {"source": Source.API, "recorded_at": NOW}
    with acting(SETUP):
        creditor = Creditor.objects.get(code=CREDITOR)
        debtors = Debtor.objects.bulk_create(
            Debtor(
                ref=f"person-{mark}-{number}",
                key_id=new_key_id(),
                jurisdiction=Jurisdiction.CN,
                time_zones=[zone],
                **known,
            )
            for number in range(count)
        )
        held = give_keys(debtors)
        points = ContactPoint.objects.bulk_create(_points(debtors, held, mark, known))
        loans = Loan.objects.bulk_create(_loans(debtors, creditor, mark, known))
    return [
        Person(one.pk, point.pk, loan.pk, one.ref)
        for one, point, loan in zip(debtors, points, loans, strict=True)
    ]


def give_keys(debtors):
    """Give persons who have just been written their keys; return those, to seal values with."""
    vault = tools(now=NOW).vault
    wrapped = {one.pk: vault.new_key(one.key_id) for one in debtors}
    PersonKey.objects.bulk_create(
        PersonKey(
            id=one.key_id,
            debtor_id=one.pk,
            ring_key=wrapping_key_id(wrapped[one.pk]),
            wrapped=wrapped[one.pk],
            made_at=NOW,
        )
        for one in debtors
    )
    return keys(now=NOW, of=[one.key_id for one in debtors])


def _points(debtors, held, mark, known):
    for number, one in enumerate(debtors):
        point = ContactPoint(
            ref=f"point-{mark}-{number}",
            debtor=one,
            kind=PointKind.MOBILE,
            relation=Relation.OWN,
            origin=Origin.CONTRACT,
            quality=PointQuality.UNTRIED,
            **known,
        )
        sealed = Sealed.text(f"1{next(_NUMBERS):010d}", place=place_of(point, "address"), keys=held)
        point.address = sealed
        yield point


def _loans(debtors, creditor, mark, known):
    for number, one in enumerate(debtors):
        yield Loan(
            ref=f"loan-{mark}-{number}",
            debtor=one,
            creditor=creditor,
            product="instalment_loan",
            currency="CNY",
            contract_date=date(2026, 1, 5),
            disbursed_date=date(2026, 1, 6),
            principal_minor=120_000,
            annual_rate_bp=1_200,
            state=LoanState.OPEN,
            **known,
        )


def settle_loan(who: Person) -> None:
    """Let the lender say that the loan is paid."""
    with reading(SETUP):
        ref = Loan.objects.get(pk=who.loan_id).ref
    state, since = LoanState.SETTLED, NOON.date()
    set_loan_state(ref, state, since=since, source=Source.API, actor=SETUP, now=NOON)


@dataclass(frozen=True)
class Said:
    """Words for tests."""

    text: str = "测试用语"
    subject: str | None = None

    @property
    def sha256(self) -> str:
        """The hash."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def compose(_asked: Composing) -> Said:
    """Say always the same."""
    return Said()


class Heard(SimulatedAdapter):
    """A provider that also shows what was handed over."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(provider)
        self.texts: list[str] = []

    def hand_over(self, permit: Permit, envelope: Envelope) -> Handed:
        """Listen, and hand over."""
        self.texts.append(envelope.text)
        return super().hand_over(permit, envelope)


@dataclass
class Desk:
    """A gate with its clock and provider."""

    hand: Hand = field(default_factory=Hand)
    behaviour: Behaviour = FLAWLESS
    seed: int = 1

    def __post_init__(self) -> None:
        self.provider = Provider(self.hand, seed=self.seed, behaviour=self.behaviour)
        self.heard = Heard(self.provider)
        self.providers = Providers([self.heard])

    def ask(
        self,
        who: Person,
        channel: Channel = Channel.VOICE,
        *,
        way: Way = Way.AGENDA,
        id: UUID | None = None,  # noqa: A002  # the field's own name
        actor: Principal = DIALLER,
        **given: object,
    ) -> Answer:
        """Ask the gate for a contact."""
        purpose = given.pop("purpose", ContactPurpose.COLLECT)
        assert isinstance(purpose, ContactPurpose)
        wish = who.wish(channel, purpose)
        asked = Asked(id or uuid4(), wish, way, "simulated", **given)  # type: ignore[arg-type]
        return authorise(asked, actor=actor, clock=self.hand)

    def sender(self) -> Sender:
        """A worker of its own."""
        return Sender(self.providers, compose, clock=self.hand)


def state_of(answer: Answer) -> tuple[DispatchState, Outcome]:
    """Return where a contact stands."""
    with reading(SETUP):
        row = Dispatch.objects.select_related("attempt").get(pk=answer.attempt_id)
        return DispatchState(row.state), Outcome(row.attempt.outcome)


def attempts(who: Person) -> list[str]:
    """Return the outcomes of a person's attempts, the oldest first."""
    with reading(SETUP):
        rows = Attempt.objects.filter(debtor_id=who.debtor_id).order_by("id")
        return list(rows.values_list("outcome", flat=True))
