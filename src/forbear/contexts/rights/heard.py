"""What is done when somebody writes words that let fear for them, or tell of a death at home?

Nothing is weighed first: what the words let fear holds the whole person, and somebody looks.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from forbear.contexts.cases.desk.check import hold_for, signs_in
from forbear.contexts.contact.inbound.listen import Heard
from forbear.contexts.portfolio.actions.hold import enter_hold
from forbear.contexts.portfolio.queries.policy import PersonFacts, facts_of_id
from forbear.contexts.portfolio.said import HoldSaid
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.actions.hardship import signal_within
from forbear.contexts.rights.filing import FilingSaid
from forbear.contexts.rights.word import HardshipCategory, Intake
from forbear.contexts.rulebook.library import pack_in_force
from forbear.values.code import Channel, HoldKind
from forbear.values.principal import Principal

FOUND = "DISTRESS"
_ACUTE = frozenset({HoldKind.SELF_HARM, HoldKind.CRISIS})
_INTAKES = {Channel.EMAIL: Intake.EMAIL, Channel.LETTER: Intake.LETTER}


def hear(heard: Heard, actor: Principal, now: datetime) -> tuple[str, ...]:
    """Place the holds of every sign of distress in a message, and call somebody trained."""
    signs = signs_in(heard.text)
    if not signs:
        return ()
    person = facts_of_id(heard.debtor_id)
    today = now.astimezone(ZoneInfo(next(iter(person.zones), "UTC"))).date()
    pack = pack_in_force(person.jurisdiction, today)
    kinds = dict.fromkeys(kind for sign in signs if (kind := hold_for(sign, pack)) is not None)
    if _ACUTE & {kind for sign in signs for kind in sign.sign.kinds}:
        _signal(heard, person, actor=actor, today=today, now=now)
    for kind in kinds:
        if kind not in _ACUTE:
            said = HoldSaid(
                f"inbound-{heard.message_id}-{kind.value.lower()}",
                person.ref,
                kind,
                start_date=today,
            )
            enter_hold(said, source=Source.SYSTEM, actor=actor, now=now)
    return (FOUND,)


def signal_written(heard: Heard, *, actor: Principal, now: datetime) -> None:
    """Stop contact for somebody whose words let fear for their life, and call somebody trained.

    It runs inside the transaction that tells of the message, and does nothing a second time.
    """
    person = facts_of_id(heard.debtor_id)
    today = now.astimezone(ZoneInfo(next(iter(person.zones), "UTC"))).date()
    _signal(heard, person, actor=actor, today=today, now=now)


def _signal(
    heard: Heard, person: PersonFacts, *, actor: Principal, today: date, now: datetime
) -> None:
    said = FilingSaid(
        ref=f"inbound-{heard.message_id}",
        debtor_ref=person.ref,
        reason=HardshipCategory.DISTRESS.value,
        intake=_INTAKES.get(heard.channel, Intake.MESSAGE),
        received_date=today,
    )
    signal_within(said, source=Source.SYSTEM, actor=actor, today=today, now=now)
