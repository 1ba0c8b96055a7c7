"""Nights that were run: list and show them."""

from __future__ import annotations

from typing import Annotated

from ninja import Query, Router
from pydantic import StringConstraints

from forbear.contexts.exchange.scope import Scope
from forbear.contexts.nightly.listing import NightListed, get_night, list_nights
from forbear.interfaces.api.call import Request, call
from forbear.interfaces.api.page import Page, Paged, after_text, page

router = Router(tags=["nights"])
NightId = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[\w.:-]+$")]


class NightsAsked(Paged):
    """Which nights are asked for."""


@call(router, "GET", "/nights", scope=Scope.NIGHTS_READ, answer=Page[NightListed])
def list_all_nights(request: Request, asked: Query[NightsAsked]) -> object:
    """List nights, the latest day first."""
    found = list_nights(before=after_text(asked), rows=asked.limit + 1, actor=request.actor)
    return page(found, asked.limit, lambda row: row.id)


@call(router, "GET", "/nights/{night_id}", scope=Scope.NIGHTS_READ, answer=NightListed)
def show_night(request: Request, night_id: NightId) -> object:
    """Show one night."""
    return get_night(night_id, actor=request.actor)
