"""How is the one confirmation asked for that an opt-out, or a wrong number, allows?

The gate decides about it as about any contact. It is asked for once; refused, it is not sent.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from forbear.contexts.contact.gate.ask import Wish
from forbear.contexts.contact.gate.authorise import Asked, authorise
from forbear.contexts.contact.gate.clock import Clock
from forbear.contexts.contact.gate.word import Way
from forbear.contexts.contact.inbound.table import InboundMessage
from forbear.contexts.contact.inbound.whose import whose
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.queries.find import points_at
from forbear.contexts.portfolio.queries.policy import facts_of_id
from forbear.contexts.portfolio.row import UnknownRef
from forbear.contexts.protection.store import open_values
from forbear.contexts.rulebook.library import open_wordings
from forbear.policy.inbound import Meaning
from forbear.policy.wording.form import UnknownWording
from forbear.values.code import Channel, ContactPurpose, Jurisdiction
from forbear.values.principal import Principal

_LASTS = timedelta(minutes=30)
_MESSAGES = {Meaning.WRONG_PERSON: "wrong_number", Meaning.STOP: "opt_out_confirmed"}
"""The end of the message's id, by what the person said; the first that was said counts."""


def confirm(ident: int, *, actor: Principal, clock: Clock) -> bool:
    """Ask the gate for a message's confirmation, if one is due; return whether one was."""
    with reading(actor):
        row = InboundMessage.objects.filter(pk=ident, confirm_due=True).first()
        asked = None if row is None else _asked(row, clock)
    if row is None:
        return False
    if asked is not None:
        authorise(asked, actor=actor, clock=clock)
    with acting(actor):
        InboundMessage.objects.filter(pk=ident).update(confirm_due=False)
    return True


def _asked(row: InboundMessage, clock: Clock) -> Asked | None:
    """Return the confirmation to ask for; None: there are no approved words for one."""
    now, channel = clock(), Channel(row.channel)
    sender = open_values(row, "sender", now=now)["sender"] or ""
    found = whose(points_at(sender, now=now, channel=channel), channel, now=now)
    if found is None:
        return None
    try:
        person = facts_of_id(found.point.debtor_id)
        loan = found.loan_id or next((each.no for each in person.loans), None)
        message = _message(person.jurisdiction, channel, row.meanings.split(), clock)
    except (UnknownRef, UnknownWording):
        return None
    if message is None:
        return None
    wish = Wish(
        found.point.debtor_id,
        found.point.id,
        channel,
        loan,
        ContactPurpose.OPT_OUT_CONFIRMATION,
    )
    ident = uuid5(NAMESPACE_URL, f"forbear:confirmation:{row.ref}")
    return Asked(ident, wish, Way.CAMPAIGN, row.provider, message, lasts=_LASTS)


def _message(
    law: Jurisdiction, channel: Channel, meanings: list[str], clock: Clock
) -> tuple[str, int] | None:
    said = next((name for each, name in _MESSAGES.items() if each.value in meanings), None)
    if said is None:
        return None
    name = f"{law.value.lower()}.{channel.value.lower()}.{said}"
    return name, open_wordings().on(name, as_of=clock().date()).version
