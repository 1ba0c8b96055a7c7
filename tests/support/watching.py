"""A day to watch over, in tests: contacts let through and refused, filings, looks. All invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID

from django.conf import settings

from forbear.contexts.cases.campaign.words import compose
from forbear.contexts.contact.gate.worker import Sender
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.actions.reveal import reveal_value
from forbear.contexts.portfolio.word import Revealable, Source
from forbear.contexts.protection.reveal import RevealReason
from forbear.contexts.rights.actions.complaint import ComplaintSaid, file_complaint
from forbear.contexts.rights.actions.dispute import file_dispute
from forbear.contexts.rights.actions.hardship import HardshipSaid, declare_hardship
from forbear.contexts.rights.filing import FilingSaid
from forbear.contexts.rights.models import Filing
from forbear.contexts.rights.word import Intake
from forbear.values.code import Channel
from forbear.values.principal import Principal
from tests.support.desk import Late, Shop, noon_now, zone_where
from tests.support.gate import Desk, Hand
from tests.support.portfolio import SETUP

CANARY = "我从未签过这份合同"
_NUMBERS = count(1)
MESSAGE = ("cn.reminder.sms", 1)


@dataclass(frozen=True)
class Contacts:
    """What the gate answered: one call let through, one refused, and one text that left."""

    called: UUID
    refused: UUID
    late: Late
    other: Late


def today() -> date:
    """The lender's own day, now."""
    return settings.FORBEAR_MORNING.day(datetime.now(UTC))


def contacts(shop: Shop) -> Contacts:
    """Ask the gate for a call at noon, and for one deep at night."""
    late = shop.late(rank=11)
    other = shop.late(rank=12, time_zones=(zone_where(2),), name="沈拟")
    desk = Desk(Hand(datetime.now(UTC)))
    called, refused = desk.ask(late.who), desk.ask(other.who)
    assert called.attempt_id is not None
    return Contacts(called.id, refused.id, late, other)


def texted(shop: Shop, message: tuple[str, int]) -> tuple[UUID, Late]:
    """Let a text message leave, in the approved words."""
    late = shop.late(rank=13, channel="SMS", time_zones=(noon_now(),))
    desk = Desk(Hand(datetime.now(UTC)))
    asked = desk.ask(late.who, Channel.SMS, message=message)
    desk.hand.on(seconds=5)
    Sender(desk.providers, compose, clock=desk.hand).carry()
    return asked.id, late


def looked(late: Late, actor: Principal) -> None:
    """Let somebody see a name in full."""
    why = RevealReason.VERIFY_IDENTITY
    reveal_value(Revealable.NAME, late.who.ref, why, actor=actor, now=datetime.now(UTC))


def filing_id(ref: str) -> int:
    """Return the id under which a filing has its page."""
    with reading(SETUP):
        return Filing.objects.get(ref=ref).pk


def _said(late: Late, reason: str, days_ago: int, text: str | None) -> FilingSaid:
    received = today() - timedelta(days=days_ago)
    ref = f"filing-{next(_NUMBERS)}"
    return FilingSaid(ref, late.who.ref, reason, Intake.PHONE, received, text=text)


def _by(actor: Principal) -> dict[str, object]:
    return {"source": Source.STAFF, "actor": actor, "today": today(), "now": datetime.now(UTC)}


def disputed(late: Late, *, days_ago: int = 0, actor: Principal = SETUP) -> int:
    """File a dispute; return its id."""
    said = _said(late, "NOT_MINE", days_ago, CANARY)
    file_dispute(said, **_by(actor))  # type: ignore[arg-type]
    return filing_id(said.ref)


def complained(
    late: Late,
    reason: str,
    *,
    days_ago: int = 0,
    actor: Principal = SETUP,
    about: int | None = None,
) -> int:
    """File a complaint; return its id."""
    said = _said(late, reason, days_ago, "有人在夜里打电话来。")
    file_complaint(ComplaintSaid(said, about_staff=about), **_by(actor))  # type: ignore[arg-type]
    return filing_id(said.ref)


def hardship(late: Late, *, days_ago: int = 0, actor: Principal = SETUP) -> int:
    """Declare a loss of work; return the filing's id."""
    said = _said(late, "JOB_LOSS", days_ago, "十月起失业，目前靠零工维持。")
    declare_hardship(HardshipSaid(said, severity=3), **_by(actor))  # type: ignore[arg-type]
    return filing_id(said.ref)
