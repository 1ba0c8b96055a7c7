"""What follows from a mail that came back, from a complaint, and from a wish to unsubscribe?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forbear.contexts.contact.channels.registry import Receipt
from forbear.contexts.contact.gate.receipt import take_within
from forbear.contexts.contact.inbound.keep import Came, keep
from forbear.contexts.contact.inbound.work import work
from forbear.contexts.contact.mail.report import Kind, Read, read_mail
from forbear.contexts.contact.mail.token import permit_of
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import acting
from forbear.contexts.portfolio.actions.consent import enter_consent
from forbear.contexts.portfolio.actions.point import enter_quality
from forbear.contexts.portfolio.contract import hold_person
from forbear.contexts.portfolio.queries.find import PointAt, point_by_id
from forbear.contexts.portfolio.said import ConsentSaid
from forbear.contexts.portfolio.word import Source
from forbear.values.code import Channel, ConsentKind, ConsentState, Outcome, PointQuality
from forbear.values.principal import system

POSTMAN = system("mail")
_OUTCOMES = {
    Kind.HARD_BOUNCE: Outcome.NOT_CONNECTED,
    Kind.SOFT_BOUNCE: Outcome.NOT_CONNECTED,
    Kind.DELIVERED: Outcome.DELIVERED,
    # Whoever complains of a mail, or wants no more, has had it.
    Kind.COMPLAINT: Outcome.DELIVERED,
    Kind.UNSUBSCRIBE: Outcome.DELIVERED,
}
_STOPS = {Kind.COMPLAINT, Kind.UNSUBSCRIBE}


@dataclass(frozen=True, slots=True)
class Took:
    """What a mail was. ``ours`` False: it names no mail of ours."""

    kind: Kind
    ours: bool


def take_mail(octets: bytes, *, now: datetime) -> Took:
    """Take in a mail that came to us, whatever it is; the same one again changes nothing."""
    read = read_mail(octets)
    digest = hashlib.sha256(octets).hexdigest()
    if read.kind is Kind.WORDS:
        came = Came(
            provider="mail",
            event_id=read.message_id or digest,
            channel=Channel.EMAIL,
            sender=read.sender,
            to=read.to,
            text=read.text,
            at=now,
        )
        keep(came, actor=POSTMAN, now=now)
        work(actor=POSTMAN, now=now)
        return Took(read.kind, ours=read.permit_id is not None)
    return Took(read.kind, ours=_take(read, f"mail:{digest}", now=now))


def unsubscribe(token: str, *, now: datetime) -> None:
    """End mails to where a mail went, by the word in it; of a word that is none nothing is told."""
    permit_id = permit_of(token)
    if permit_id is not None:
        read = Read(Kind.UNSUBSCRIBE, permit_id, "", "", "", "")
        _take(read, f"mail:unsubscribe:{permit_id}", now=now)


def unreachable(contact_point_id: int, debtor_id: int, *, now: datetime) -> None:
    """Write down that a server knows no such address: nothing goes there any more."""
    with acting(POSTMAN):
        hold_person(debtor_id)
        point = point_by_id(contact_point_id)
        if point is not None:
            enter_quality(point.ref, PointQuality.INVALID, actor=POSTMAN, now=now)


def _take(read: Read, event_id: str, *, now: datetime) -> bool:
    with acting(POSTMAN):
        row = _contact(read.permit_id)
        if row is None:
            return False
        hold_person(row.debtor_id)
        outcome = _OUTCOMES.get(read.kind)
        told = Receipt(event_id, row.permit_id, outcome, now)
        new = take_within(row.provider, told, actor=POSTMAN, now=now)
        point = point_by_id(row.attempt.contact_point_id)
        if new and point is not None:
            _bind(read, point, now=now)
        return True


def _contact(permit_id: UUID | None) -> Dispatch | None:
    rows = Dispatch.objects.select_related("attempt")
    return rows.filter(permit_id=permit_id, channel=Channel.EMAIL.value).first()


def _bind(read: Read, point: PointAt, *, now: datetime) -> None:
    if read.kind is Kind.HARD_BOUNCE:
        enter_quality(point.ref, PointQuality.INVALID, actor=POSTMAN, now=now)
    if read.kind in _STOPS:
        assert read.permit_id is not None, "else no contact was found"
        said = ConsentSaid(
            ref=f"unsubscribed-{read.permit_id.hex}",
            debtor_ref=point.debtor_ref,
            kind=ConsentKind.CHANNEL,
            state=ConsentState.WITHDRAWN,
            contact_point_ref=point.ref,
            channel=Channel.EMAIL,
        )
        enter_consent(said, source=Source.SYSTEM, actor=POSTMAN, now=now)
