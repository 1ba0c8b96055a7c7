"""What is done of what somebody wrote back, beside what its words already mean for contact?

Words of danger that the assistant knows stop contact here as they do in a conversation. Where the
lender has switched it on, an approved short answer that names no debt goes back through the gate.
Everything else is put before staff when they look. A fault of the reading is no reason to lose the
message: what others do of it goes on.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from forbear.contexts.cases.desk.check import signs_in
from forbear.contexts.contact.gate.ask import Wish
from forbear.contexts.contact.gate.authorise import Asked, authorise_within
from forbear.contexts.contact.gate.word import Way
from forbear.contexts.contact.inbound.listen import Heard
from forbear.contexts.portfolio.queries.policy import PersonFacts, facts_of_id
from forbear.contexts.rights.heard import FOUND, signal_written
from forbear.contexts.rulebook.library import (
    open_inbound,
    open_understanding,
    open_wordings,
    open_written,
)
from forbear.policy.assistant.intent import Intent
from forbear.policy.assistant.understand import Understood
from forbear.policy.wording.form import UnknownWording
from forbear.values.code import (
    ConsentKind,
    ConsentState,
    ContactPurpose,
    PointQuality,
    Relation,
)
from forbear.values.principal import Principal

_LASTS = timedelta(minutes=30)
"""An answer that comes later answers nobody."""
_log = logging.getLogger(__name__)


def hear_written(heard: Heard, actor: Principal, now: datetime) -> tuple[str, ...]:
    """Stop contact where a message lets fear for a life, or answer it; return what was found."""
    try:
        read = open_understanding().understand(heard.text, as_of=now.date())
        calm = not signs_in(heard.text) and not open_inbound().meanings_of(heard.text)
        answer = open_written().answer_to(read) if calm else None
    except Exception as error:  # noqa: BLE001  # stop words and distress must not wait for it
        _log.error("a message could not be read", extra={"code": type(error).__name__})
        return ()
    if _is_of_danger(read):
        signal_written(heard, actor=actor, now=now)
        return (FOUND,)
    if answer is not None:
        _answer(heard, answer, actor=actor, now=now)
    return ()


def _is_of_danger(read: Understood) -> bool:
    return Intent.SELF_HARM in read.meant


def _is_left_alone(person: PersonFacts, heard: Heard) -> bool:
    """Whether the person has ended this way: they were told that nothing more comes by it."""
    said = [
        each.state
        for each in person.consents
        if each.kind is ConsentKind.CHANNEL
        and each.contact_point_no in {None, heard.point_id}
        and each.channel in {None, heard.channel}
    ]
    return said[-1:] == [ConsentState.WITHDRAWN]


def _answer(heard: Heard, name: str, *, actor: Principal, now: datetime) -> None:
    """Ask the gate for the answer, inside the transaction; refused, or without words, none goes."""
    person = facts_of_id(heard.debtor_id)
    point = next((each for each in person.points if each.no == heard.point_id), None)
    if point is None or point.relation is not Relation.OWN:
        return
    if point.quality is not PointQuality.CONFIRMED or _is_left_alone(person, heard):
        return
    ident = f"{person.jurisdiction.value.lower()}.{heard.channel.value.lower()}.{name}"
    try:
        version = open_wordings().on(ident, as_of=now.date()).version
    except UnknownWording:
        return
    loan = next((each.no for each in person.loans), None)
    wish = Wish(person.id, point.no, heard.channel, loan, ContactPurpose.REPLY)
    wanted = uuid5(NAMESPACE_URL, f"forbear:answer:{heard.ref}")
    asked = Asked(wanted, wish, Way.CAMPAIGN, heard.provider, (ident, version), lasts=_LASTS)
    # The instant at which the message is worked on, which its other effects have too.
    authorise_within(asked, actor=actor, clock=lambda: now)
