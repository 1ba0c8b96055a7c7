"""A lender's own system asks for a person's link: once for each id, and told once.

What leads to somebody's pages is kept nowhere, also not to be answered again: whoever repeats the
question is told that it was answered, and takes a new id where the answer was lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from forbear.contexts.access.actions.link import enter_link, needed_point
from forbear.contexts.access.models import Link
from forbear.contexts.access.token import new_token
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.held import held_person
from forbear.contexts.rulebook.library import open_portal
from forbear.values.errors import Conflict, Transient
from forbear.values.principal import Principal

_DAY = timedelta(days=1)


class LinkOfAnother(Conflict):
    """The id belongs to a link of another person, or to one that the system did not ask for."""

    code = "LINK_OF_ANOTHER"


class TooManyLinks(Transient):
    """The system asked for too many links of one person within a day."""

    code = "TOO_MANY_LINKS"


@dataclass(frozen=True, slots=True)
class LinkAsked:
    """A link that stands. ``token`` null: it was told before, and is told to nobody again."""

    ref: UUID
    token: str | None = field(repr=False)
    expires_at: datetime
    revoked_at: datetime | None


def ask_link(ref: UUID, debtor_ref: str, *, actor: Principal, now: datetime) -> LinkAsked:
    """Make the link with an id that the asker has drawn; asked again it is the same link.

    Raises:
        NotPermitted: PERSON_CHANGE is missing.
        UnknownRef, PersonErased, NoOwnNumber.
        LinkOfAnother: the id is in use.
        TooManyLinks: of this person, by this system, within a day.
    """
    with acting(actor):
        may(actor, Permission.PERSON_CHANGE)
        person = held_person(debtor_ref)
        known = Link.objects.filter(ref=ref).first()
        if known is not None:
            if (known.debtor_id, known.made_by) != (person.id, str(actor)):
                raise _of_another()
            return LinkAsked(known.ref, None, known.expires_at, known.revoked_at)
        _count(person.id, actor=actor, now=now)
        made = enter_link(needed_point(person.id), new_token(), ref=ref, actor=actor, now=now)
        return LinkAsked(made.ref, made.token, made.expires_at, None)


def _count(debtor_id: int, *, actor: Principal, now: datetime) -> None:
    """Refuse one more than a day may have; the person's row is held, so none is counted twice."""
    required()
    lately = Link.objects.filter(debtor_id=debtor_id, made_by=str(actor), made_at__gt=now - _DAY)
    if lately.count() < open_portal().limits.links_of_one_person_a_day:
        return
    oldest = lately.order_by("made_at").values_list("made_at", flat=True)[0]
    raise TooManyLinks(
        "Too many links were asked for this person today.",
        remedy="Use one that was made, or ask again tomorrow.",
        message_zh="今天为此人申请的链接过多。",
        remedy_zh="请使用已生成的链接，或明天再申请。",
        retry_after_s=int((oldest + _DAY - now).total_seconds()) + 1,
    )


def _of_another() -> LinkOfAnother:
    return LinkOfAnother(
        "This id belongs to another link.",
        remedy="Draw a random UUID for every link.",
        message_zh="此编号属于另一个链接。",
        remedy_zh="请为每个链接使用新的随机 UUID。",
    )
