"""Links to a person's own pages, for the lender's own way of writing to them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Query, Router
from pydantic import BaseModel

from forbear.contexts.access.actions.ask_link import ask_link
from forbear.contexts.access.actions.link import revoke_link
from forbear.contexts.access.lead import PATH
from forbear.contexts.access.queries import live_links
from forbear.contexts.exchange.scope import Scope
from forbear.contexts.rulebook.library import open_portal
from forbear.interfaces.api.call import Request, Told, call
from forbear.interfaces.api.field import Ref, Sent
from forbear.interfaces.api.page import Page, Paged, after, page

router = Router(tags=["portal links"])


class LinkSent(Sent):
    """Whose link. ``id``: random; sent again it is the same link, which is not told again."""

    id: UUID


class LinkGiven(BaseModel):
    """A link that stands. ``new`` false: it was made before.

    ``address`` null: it was told before, and is kept nowhere. It begins with ``/`` where the
    lender has not said where the pages are. ``revoked_at`` null: it was not taken back.
    """

    id: UUID
    address: str | None
    expires_at: datetime
    revoked_at: datetime | None
    new: bool


class LinkListed(BaseModel):
    """A link that can be used. ``made_by``: such as ``token:3``; a message's is ``system:gate``.

    ``for_representative``: it is for somebody who acts for the person.
    """

    id: UUID
    made_at: datetime
    made_by: str
    expires_at: datetime
    for_representative: bool


class LinkEnded(BaseModel):
    """Whether the link could be used until now."""

    ended: bool


@call(
    router,
    "POST",
    "/debtors/{ref}/portal-links",
    scope=Scope.PORTAL_LINKS_MANAGE,
    answer=LinkGiven,
    status=201,
    once=True,
)
def make_portal_link(request: Request, ref: Ref, said: LinkSent) -> object:
    """Make a link to a person's own pages. It opens nothing by itself.

    Whoever follows it is sent a code and types the last four of the identity number. The address
    is told in this one answer. Sent again with the same id, the call tells that the link stands,
    without its address; where the answer was lost, take that link back and make another.
    """
    asked = ask_link(said.id, ref, actor=request.actor, now=request.now)
    address = None
    if asked.token is not None:
        address = (open_portal().address or "") + PATH.format(token=asked.token)
    given = LinkGiven(
        id=asked.ref,
        address=address,
        expires_at=asked.expires_at,
        revoked_at=asked.revoked_at,
        new=asked.token is not None,
    )
    return Told(201 if given.new else 200, given)


@call(
    router,
    "GET",
    "/debtors/{ref}/portal-links",
    scope=Scope.PORTAL_LINKS_MANAGE,
    answer=Page[LinkListed],
)
def list_portal_links(request: Request, ref: Ref, asked: Query[Paged]) -> object:
    """List a person's links that can be used, whoever made them; never their addresses."""
    found = live_links(
        ref, after=after(asked), rows=asked.limit + 1, actor=request.actor, now=request.now
    )
    return page(found, asked.limit, lambda row: row.number)


@call(
    router,
    "POST",
    "/portal-links/{link_id}/revocation",
    scope=Scope.PORTAL_LINKS_MANAGE,
    answer=LinkEnded,
)
def revoke_portal_link(request: Request, link_id: UUID) -> object:
    """Take a link back at once; whoever is in by it is out."""
    return LinkEnded(ended=revoke_link(link_id, actor=request.actor, now=request.now))
