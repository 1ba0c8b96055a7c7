"""How is a way in made for a person, and taken back?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from forbear.contexts.access.models import Link, Visit
from forbear.contexts.access.token import digest_of, new_token
from forbear.contexts.access.visit import end_visits
from forbear.contexts.access.word import Left
from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.held import held_person
from forbear.contexts.portfolio.queries.door import OwnPoint, own_point_of
from forbear.contexts.rulebook.library import open_portal
from forbear.values.errors import Conflict, NotFound
from forbear.values.principal import Principal


class UnknownLink(NotFound):
    """There is no such link, or the doer may not see it."""

    code = "UNKNOWN_LINK"


class NoOwnNumber(Conflict):
    """No mobile number of the person's own is in use, to which a code could go."""

    code = "NO_OWN_NUMBER"


@dataclass(frozen=True, slots=True)
class LinkMade:
    """A link. ``token`` stands in its address and is told this once."""

    ref: UUID
    token: str = field(repr=False)
    expires_at: datetime


def make_link(debtor_ref: str, *, actor: Principal, now: datetime) -> LinkMade:
    """Make a link for a person. It opens nothing by itself: a code and four signs have to fit.

    Codes go to the number of the person's own that serves best today.

    Raises:
        NotPermitted: PERSON_CHANGE is missing.
        UnknownRef, PersonErased.
        NoOwnNumber: there is none in use.
    """
    with acting(actor):
        may(actor, Permission.PERSON_CHANGE)
        person = held_person(debtor_ref)
        return enter_link(needed_point(person.id), new_token(), actor=actor, now=now)


def needed_point(debtor_id: int) -> OwnPoint:
    """Return the number of a person's own that serves best, inside an action.

    Raises:
        NoOwnNumber.
    """
    point = own_point_of(debtor_id)
    if point is None:
        raise NoOwnNumber(
            "No mobile number of the person's own is in use.",
            remedy="Record one, or write to the person.",
            message_zh="没有可用的本人手机号码。",
            remedy_zh="请登记本人手机号码，或以书面方式联系。",
        )
    return point


def enter_link(
    point: OwnPoint, token: str, *, ref: UUID | None = None, actor: Principal, now: datetime
) -> LinkMade:
    """Let a token be a person's link inside another action, the person's row held."""
    required()
    row = Link.objects.create(
        ref=ref or uuid4(),
        digest=digest_of("link", token),
        debtor_id=point.debtor_id,
        contact_point_id=point.contact_point_id,
        made_at=now,
        made_by=str(actor),
        expires_at=now + timedelta(days=open_portal().link_days),
    )
    note(AuditEvent.ACCESS_LINK_MADE, row, actor=actor, now=now)
    return LinkMade(row.ref, token, row.expires_at)


def revoke_link(ref: UUID, *, actor: Principal, now: datetime) -> bool:
    """Take a link back; whoever is in by it is out. False: it had been taken back before.

    Raises:
        NotPermitted: PERSON_CHANGE is missing, and it is not one's own.
        UnknownLink.
    """
    with acting(actor):
        row = Link.objects.select_for_update().filter(ref=ref).first()
        if row is None:
            raise UnknownLink(
                "There is no such link.",
                remedy="Check its ref.",
                message_zh="没有这个链接。",
                remedy_zh="请核对编号。",
            )
        if actor.person != row.debtor_id:
            may(actor, Permission.PERSON_CHANGE)
        return take_back(row, actor=actor, now=now)


def take_back(row: Link, *, actor: Principal, now: datetime) -> bool:
    """Take a held link back inside another action."""
    required()
    if row.revoked_at is not None:
        return False
    row.revoked_at = now
    row.save(update_fields=["revoked_at"])
    inside = Visit.objects.select_for_update().filter(link=row, ended_at__isnull=True)
    end_visits(list(inside), Left.REVOKED, actor=actor, now=now)
    note(AuditEvent.ACCESS_LINK_REVOKED, row, actor=actor, now=now)
    return True


def note(event: AuditEvent, row: Link, *, actor: Principal, now: datetime) -> None:
    """Write down what was done about a link, inside its action."""
    required()
    record(
        event,
        actor=actor,
        subject=f"access_link:{row.pk}",
        debtor_id=row.debtor_id,
        now=now,
        body={"for_representative": row.representative_id},
    )
