"""Who is in: by which ref do the lender's books know them, and what do they hold of them?"""

from __future__ import annotations

from typing import Any

from django.conf import settings

from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.queries.person import get_person
from forbear.contexts.portfolio.queries.shown import PersonShown
from forbear.contexts.portfolio.queries.signer import ref_of_person
from forbear.contexts.portfolio.queries.who import Who, get_who


def ref_of(request: Any) -> str:
    """Return the ref of the person whose matter it is."""
    with reading(request.principal):
        return ref_of_person(request.inside.debtor_id)


def person_of(request: Any) -> PersonShown:
    """Return the person whose matter it is, masked."""
    by = by_of(request)
    return get_person(ref_of(request), as_of=by["today"], actor=by["actor"], now=by["now"])


def who_of(request: Any) -> Who:
    """Return whose matter it is, without what is held of them."""
    return get_who(request.inside.debtor_id, actor=request.principal)


def by_of(request: Any) -> dict[str, Any]:
    """Return who acts, on which of the lender's days, and when."""
    today = settings.FORBEAR_MORNING.day(request.now)
    return {"actor": request.principal, "today": today, "now": request.now}
