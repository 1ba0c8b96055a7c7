"""What does a machine say in one call, filled in as it is true now?

All steps are filled in at once, inside the gate's second decision, so that the call needs nothing
more, and what may be said is fixed by one hash. What tells of the debt supposes that the person has
said who they are: it is said after that key alone.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid5

from django.conf import settings

from forbear.contexts.cases.campaign.words import (
    Ground,
    compose,
    fill_in,
    ground_leaving,
    message_for,
)
from forbear.contexts.contact.channels.registry import carrier_of
from forbear.contexts.contact.gate.ask import Wish
from forbear.contexts.contact.gate.authorise import Asked, authorise
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.intent import Composing, Words
from forbear.contexts.contact.gate.word import Way
from forbear.contexts.contact.named import wish_of_permit
from forbear.contexts.database.transaction import reading
from forbear.contexts.ledger.owed import owed_on
from forbear.contexts.rulebook.library import open_menus, open_wordings
from forbear.policy.menu import Menu, MenuStep
from forbear.policy.wording.form import Wording
from forbear.policy.wording.render import WordingRefused
from forbear.values.code import Channel, Jurisdiction
from forbear.values.principal import Principal
from forbear.values.wording import Fact, MessagePart

_LINKS = UUID("1f6c0f44-8d0d-5c7c-93ac-5d1b9d3c5c0a")
_AFTER = frozenset({MenuStep.FACTS, MenuStep.LINK})
"""What is said after the person has said that it is them."""


@dataclass(frozen=True, slots=True)
class MenuSaid:
    """All that a machine may say in one call, by step, and what keys mean."""

    text: str = field(repr=False)
    sha256: str
    subject: str | None = None


def menu_message(
    law: Jurisdiction, channel: Channel, days_past_due: int, *, as_of: date
) -> tuple[str, int] | None:
    """Return id and version of what a machine's call is about; None: no machine calls then."""
    menu = open_menus().get(law)
    chosen = None if menu is None or channel is not Channel.BOT else menu.facts(days_past_due)
    return None if chosen is None else (chosen, open_wordings().on(chosen, as_of=as_of).version)


def compose_call(asked: Composing) -> Words:
    """Fill in the words of any contact; those of a machine's call step by step.

    Raises:
        WordingRefused, UnknownWording: as ``compose``.
    """
    ground = ground_leaving(asked) if asked.channel is Channel.BOT else None
    if ground is None:
        return compose(asked)
    menu = open_menus().get(ground.person.jurisdiction)
    facts = open_wordings().on(asked.message[0], as_of=ground.today)
    if menu is None or facts.version != asked.message[1]:
        return compose(asked)
    return _filled(menu, facts, ground)


def _filled(menu: Menu, facts: Wording, ground: Ground) -> MenuSaid:
    lines = {
        step: open_wordings().on(ident, as_of=ground.today) for step, ident in menu.says.items()
    }
    lines[MenuStep.FACTS] = facts
    beside: frozenset[MessagePart] = lines[MenuStep.IDENTIFY].parts | facts.parts
    says = {}
    for step, line in lines.items():
        also = frozenset(
            {Fact.ADDRESSEE_IS_DEBTOR} if step in _AFTER and ground.who.certain else ()
        )
        if step is MenuStep.VOICEMAIL:
            # Heard by anybody, and alone: nothing else of the call stands beside it.
            also, beside_it = frozenset({Fact.VOICEMAIL}), frozenset[MessagePart]()
        else:
            beside_it = beside
        try:
            says[step.value] = fill_in(line, ground, also=also, beside=beside_it).text
        except WordingRefused:
            if step is not MenuStep.VOICEMAIL:
                raise
    told = {
        "language": ground.language.value,
        "says": says,
        "keys": {key: word.value for key, word in menu.keys.items()},
        "wait_s": menu.wait_s,
        "repeats": menu.repeats,
    }
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return MenuSaid(text, hashlib.sha256(text.encode()).hexdigest())


def send_link(permit_id: UUID, *, actor: Principal, clock: Clock = database_clock) -> bool:
    """Ask the gate for the text message that a person asked for in a call; False: it may not go.

    It is asked for under an id of its own, so that asking again is no second message.
    """
    with reading(actor):
        found = wish_of_permit(permit_id)
        owed = None if found is None or found.loan_id is None else owed_on(found.loan_id)
        today = clock().date()
    provider = carrier_of(Channel.SMS, settings.FORBEAR_PROVIDERS)
    if found is None or owed is None or provider is None:
        return False
    message = message_for(found.law, Channel.SMS, owed.days_past_due, as_of=today)
    if message is None:
        return False
    asked = Asked(
        uuid5(_LINKS, str(permit_id)),
        Wish(found.debtor_id, found.contact_point_id, Channel.SMS, found.loan_id),
        Way.BOT,
        provider,
        message=message,
    )
    return authorise(asked, actor=actor, clock=clock).allowed
