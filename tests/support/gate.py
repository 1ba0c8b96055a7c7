"""A person who may be contacted, a clock that tests set, and a provider, for tests of the gate."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from forbear.contexts.contact.channels.registry import Providers
from forbear.contexts.contact.channels.simulated.adapter import SimulatedAdapter
from forbear.contexts.contact.channels.simulated.provider import FLAWLESS, Behaviour, Provider
from forbear.contexts.contact.gate.ask import Wish
from forbear.contexts.contact.gate.authorise import Answer, Asked, authorise
from forbear.contexts.contact.gate.intent import Composing
from forbear.contexts.contact.gate.word import DispatchState, Way
from forbear.contexts.contact.gate.worker import Sender
from forbear.contexts.contact.models import Attempt, Dispatch
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.models import ContactPoint, Debtor, Loan
from forbear.values.code import Channel, ContactPurpose, Outcome
from forbear.values.principal import Principal, system
from tests.support.portfolio import SETUP, new_loan, new_person, new_point

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
"""Midday in Shanghai, a Wednesday."""
DIALLER = system("dialler")


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


@dataclass
class Desk:
    """A gate with its clock and provider."""

    hand: Hand = field(default_factory=Hand)
    behaviour: Behaviour = FLAWLESS
    seed: int = 1

    def __post_init__(self) -> None:
        self.provider = Provider(self.hand, seed=self.seed, behaviour=self.behaviour)
        self.providers = Providers([SimulatedAdapter(self.provider)])

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
