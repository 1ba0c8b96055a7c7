"""Persons of a day's agenda who are to be written to by machine, on a clock that tests move."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from forbear.contexts.cases.campaign.ask import Round, ask_due
from forbear.contexts.cases.campaign.figures import Live, Stand, live
from forbear.contexts.cases.campaign.layout import lay_out
from forbear.contexts.cases.campaign.words import compose
from forbear.contexts.cases.models import Asking, Plan
from forbear.contexts.contact.gate.worker import SENDER, Carried, Sender
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.ledger.models import Standing
from forbear.values.code import Channel
from tests.support.gate import Desk, Hand, Person, person
from tests.support.portfolio import SETUP

DAY = date(2026, 11, 25)
TEN = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
"""Ten in the morning in Shanghai, inside the first part of the day."""
MACHINES = (Channel.SMS, Channel.WECHAT, Channel.EMAIL, Channel.BOT, Channel.LETTER)
OWED = {"days_past_due": 12, "overdue_principal_minor": 100_000, "overdue_interest_minor": 23_456}


def planned(
    channel: str = "SMS", slot: str = "morning", *, day: date = DAY, zone: str = "Asia/Shanghai"
) -> Person:
    """Plan somebody who is twelve days late with 1,234.56 yuan."""
    who = person(name="林小满", time_zones=(zone,))
    with acting(SETUP):
        Plan.objects.create(
            day=day,
            debtor_id=who.debtor_id,
            night_id="night",
            outcome="PLANNED",
            text_en="Late.",
            text_zh="逾期。",
            loan_id=who.loan_id,
            contact_point_id=who.point_id,
            channel=channel,
            slot=slot,
            rank=1,
        )
        stands(who, day=day, **OWED)
    return who


def stands(who: Person, *, day: date = DAY, **given: int | date | None) -> None:
    """Let a person's loan stand at something, inside a transaction."""
    amounts = dict.fromkeys(
        (
            *("due_minor", "paid_minor", "credit_minor", "overdue_principal_minor"),
            *("overdue_interest_minor", "overdue_fee_minor", "penalty_accrued_minor"),
            *("penalty_minor", "outstanding_principal_minor", "accrued_interest_minor"),
            *("payoff_minor", "next_due_minor", "days_past_due", "instalments_overdue"),
        ),
        0,
    )
    found = {**amounts, "oldest_unpaid_date": day - timedelta(days=12), **given}
    found["overdue_minor"] = sum(
        found[f"overdue_{part}_minor"] for part in ("principal", "interest", "fee")
    )
    Standing.objects.update_or_create(
        loan_id=who.loan_id,
        defaults={
            "debtor_id": who.debtor_id,
            "as_of_date": day,
            "known_date": day,
            "bucket": "M1",
            "risk_class": "NORMAL",
            "bureau_code": "1",
            "computed_by": "NIGHT",
            "computed_at": TEN,
            **found,
        },
    )


@dataclass
class Campaign:
    """The agenda's way to the provider, round by round."""

    desk: Desk = field(default_factory=lambda: Desk(Hand(TEN)))
    early: bool = False

    def lay_out(self) -> int:
        """Lay out the day."""
        return lay_out([DAY], early=self.early, actor=SENDER)

    def ask(self, **given: object) -> Round:
        """Ask for whatever is due."""
        told = {"limit": 50, **given}
        return ask_due("simulated", MACHINES, actor=SENDER, clock=self.desk.hand, **told)

    def carry(self) -> Carried:
        """Carry what was allowed."""
        return Sender(self.desk.providers, compose, clock=self.desk.hand).carry()

    def round(self) -> None:
        """Ask and carry."""
        self.ask()
        self.carry()

    def live(self) -> Live:
        """How the day stands."""
        return live(DAY, actor=SENDER, now=self.desk.hand())

    def stands(self) -> Counter[Stand]:
        """How many stand where, over all channels."""
        total = Counter[Stand]()
        for each in self.live().counts.values():
            total.update(each)
        return +total


def row_of(who: Person) -> Asking:
    """A person's row of the day."""
    with reading(SETUP):
        return Asking.objects.get(day=DAY, debtor_id=who.debtor_id)
