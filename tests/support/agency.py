"""Agencies with keys of their own, whose calls to the API happen at an instant that tests set."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from forbear.contexts.contact.agency.begin import begin
from forbear.contexts.contact.agency.permit import ask_permit
from forbear.contexts.contact.gate.budget import budget
from forbear.contexts.database.transaction import acting
from forbear.contexts.exchange.actions.token import make_token
from forbear.contexts.exchange.scope import FOR_AGENCIES, OF_AGENCIES, Scope
from forbear.contexts.people.actions.team import add_team
from forbear.contexts.portfolio.contract import give_to_team
from forbear.contexts.portfolio.models import ContactPoint, Loan
from forbear.values.principal import Principal, PrincipalKind, Sight
from tests.support.api import Caller
from tests.support.gate import Hand, Person, person
from tests.support.portfolio import SETUP


@dataclass
class House:
    """A lender's system, and the clock by which everybody lives."""

    hand: Hand
    api: Caller

    def agency(self, code: str = "far-agency") -> Agency:
        """Add an agency, with a key for its system."""
        team = add_team(
            code=code,
            name_en="Far Agency (invented)",
            name_zh="远方机构（虚构）",
            time_zone="Asia/Shanghai",
            agency=True,
            actor=SETUP,
            now=self.hand(),
        )
        made = make_token(code, FOR_AGENCIES, days=30, agency=code, actor=SETUP, now=self.hand())
        return Agency(team, code, self.hand, Caller(made.text, Client()))


@dataclass
class Agency:
    """An agency's system."""

    team_id: int
    code: str
    hand: Hand
    api: Caller

    @property
    def provider(self) -> str:
        """Its name for the gate."""
        return f"agency:{self.team_id}"

    @property
    def actor(self) -> Principal:
        """As whom its key acts."""
        held = frozenset({"CONTACT_MAKE", "PERSON_SEE", "CONTACTS_SEE"})
        return Principal(
            PrincipalKind.TOKEN, "77", Sight.TEAMS, teams=(self.team_id,), permissions=held
        )

    def person(self, **given: object) -> Cared:
        """Record somebody in the agency's care."""
        return self.care_for(person(**given))

    def care_for(self, who: Person) -> Cared:
        """Take somebody into care."""
        with acting(SETUP):
            give_to_team(who.debtor_id, self.team_id)
            point = ContactPoint.objects.get(pk=who.point_id).ref
            loan = Loan.objects.get(pk=who.loan_id).ref
        return Cared(who, point, loan)

    def ask(self, who: Cared, **given: object) -> dict:
        """Ask for a permit."""
        answer = self.api.post("/agency/permits", {**who.asked(), **given})
        assert answer.status_code == 200, answer.content
        return answer.json()

    def begin(self, permit: dict):
        """Use a permit."""
        return self.api.post(f"/agency/permits/{permit['id']}/begin")

    def begun(self, who: Cared) -> dict:
        """Ask for a permit and use it."""
        answer = self.begin(self.ask(who))
        assert answer.status_code == 200, answer.content
        assert answer.json()["begun_at"], answer.content
        return answer.json()

    def tell(self, permit: dict, outcome: str, event_id: str, *, at: str | None = None):
        """Tell an outcome, of now or of another instant."""
        said = {"event_id": event_id, "outcome": outcome, "at": at or self.hand().isoformat()}
        return self.api.post(f"/agency/permits/{permit['id']}/outcomes", said)

    def report(self, *contacts: dict, day: str = "2026-11-25") -> dict:
        """Report a day."""
        answer = self.api.post("/agency/reports", {"day": day, "contacts": list(contacts)})
        assert answer.status_code == 200, answer.content
        return answer.json()

    def contact(self, who: Cared, permit: dict | None = None, **given: object) -> dict:
        """What a report says of one contact."""
        return {
            "ref": uuid4().hex,
            "permit_id": None if permit is None else permit["id"],
            "debtor_ref": who.who.ref,
            "channel": "VOICE",
            "started_at": self.hand().isoformat(),
            "outcome": "RANG",
            **given,
        }


@dataclass(frozen=True)
class Cared:
    """Somebody in an agency's care."""

    who: Person
    point: str
    loan: str

    def asked(self) -> dict[str, str]:
        """The body of a request for a permit."""
        return {
            "id": str(uuid4()),
            "debtor_ref": self.who.ref,
            "loan_ref": self.loan,
            "contact_point_ref": self.point,
        }


@pytest.fixture
def house(portfolio: object, monkeypatch: pytest.MonkeyPatch) -> House:
    """A lender with one clock, at midday in Shanghai, for the gate and for the API."""
    hand = Hand()
    one_clock(hand, monkeypatch)
    monkeypatch.setattr(settings, "FORBEAR_API_CALLS_PER_MINUTE_MAX", 1_000_000)
    own = set(Scope) - OF_AGENCIES
    made = make_token("the lender", own, days=30, actor=SETUP, now=hand())
    return House(hand, Caller(made.text, Client()))


def one_clock(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let agencies' permits and every call of the API happen at one instant that tests set."""
    from forbear.interfaces.api import call

    for function in (ask_permit, begin, budget):
        monkeypatch.setitem(function.__kwdefaults__, "clock", hand)
    monkeypatch.setattr(call, "timezone", SimpleNamespace(now=hand))
