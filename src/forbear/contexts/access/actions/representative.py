"""How does a person let somebody act for them, for a while, and end it?

The person gives a link and a code, by whatever way they like; nothing is sent. Entering also takes
the last four signs of the person's own identity number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from forbear.contexts.access.actions.link import UnknownLink, note, take_back
from forbear.contexts.access.enter import given_code_digest
from forbear.contexts.access.models import Link
from forbear.contexts.access.queries import representative_ref, themselves
from forbear.contexts.access.token import digest_of, new_digits, new_token
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import doing
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.actions.representative import (
    enter_authority,
    enter_end_of_authority,
    enter_representative,
)
from forbear.contexts.portfolio.queries.day import from_now_on
from forbear.contexts.portfolio.queries.signer import ref_of_person
from forbear.contexts.portfolio.said import RepresentativeSaid
from forbear.contexts.portfolio.word import RepresentativeKind, Source
from forbear.contexts.rulebook.library import open_portal
from forbear.values.errors import InvalidInput
from forbear.values.principal import Principal

CODE_DIGITS = 10
"""It is good for weeks, so it is longer than one that is sent."""
_EVIDENCE = "portal:granted"


class TooLong(InvalidInput):
    """Nobody is let act for so long at once."""

    code = "AUTHORITY_TOO_LONG"


@dataclass(frozen=True, slots=True)
class Granted:
    """What the person hands on. ``token`` and ``code`` are told this once."""

    ref: UUID
    token: str = field(repr=False)
    code: str = field(repr=False)
    until: date


def let_act(
    name: str,
    kind: RepresentativeKind,
    *,
    days: int,
    actor: Principal,
    today: date,
    now: datetime,
) -> Granted:
    """Let somebody act for the person who is in, for so many days.

    Raises:
        NotPermitted: it is not the person themselves who asks.
        TooLong: for more days than the lender allows at once, or for none.
        InvalidField: the name.
    """
    person = themselves(actor)
    if not 1 <= days <= open_portal().representative_days:
        most = open_portal().representative_days
        raise TooLong(
            f"Somebody may act for you for 1 to {most} days at once.",
            remedy="You can let them act again afterwards.",
            message_zh=f"一次授权可为 1 至 {most} 天。",
            remedy_zh="到期后可以再次授权。",
            field="days",
        )
    by, ref, token = doing(actor, Permission.PERSON_CHANGE), uuid4(), new_token()
    until, code = today + timedelta(days=days), new_digits(CODE_DIGITS)
    with acting(actor):
        said = RepresentativeSaid(
            ref=representative_ref(ref),
            debtor_ref=ref_of_person(person),
            kind=kind,
            from_date=from_now_on(person, today=today, now=now),
            name=name,
            until_date=until,
        )
        row = enter_representative(said, source=Source.PORTAL, actor=by, now=now)
        enter_authority(said.ref, evidence=_EVIDENCE, actor=by, now=now)
        link = Link(
            ref=ref,
            digest=digest_of("link", token),
            debtor_id=person,
            representative_id=row.id,
            code_digest=b"",
            made_at=now,
            made_by=str(actor),
            expires_at=now + timedelta(days=days),
        )
        link.save()
        link.code_digest = given_code_digest(link.pk, code)
        link.save(update_fields=["code_digest"])
        note(AuditEvent.ACCESS_LINK_MADE, link, actor=actor, now=now)
    return Granted(ref, token, code, until)


def end_acting(ref: UUID, *, actor: Principal, now: datetime) -> bool:
    """Let somebody act no longer; whoever is in by their link is out at once. False: it had ended.

    Raises:
        NotPermitted: it is not the person themselves who asks.
        UnknownLink: nobody of that ref acts for them.
    """
    themselves(actor)
    by = doing(actor, Permission.PERSON_CHANGE)
    with acting(actor):
        rows = Link.objects.select_for_update(of=("self",))
        row = rows.filter(ref=ref, representative__isnull=False).first()
        if row is None:
            raise UnknownLink(
                "Nobody of this kind acts for you.",
                remedy="Load the page again.",
                message_zh="没有这项授权。",
                remedy_zh="请刷新页面。",
            )
        enter_end_of_authority(representative_ref(ref), actor=by, now=now)
        return take_back(row, actor=actor, now=now)
