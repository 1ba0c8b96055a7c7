"""By which ref do the lender's books know whoever is in?"""

from __future__ import annotations

from typing import Any

from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.queries.signer import ref_of_person


def ref_of(request: Any) -> str:
    """Return the ref of the person whose matter it is."""
    with reading(request.principal):
        return ref_of_person(request.inside.debtor_id)
