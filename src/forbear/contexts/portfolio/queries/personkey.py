"""Under which key is what belongs to a person sealed, for contexts with things of their own?"""

from __future__ import annotations

from uuid import UUID

from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio.models import Debtor
from forbear.contexts.portfolio.row import unknown_person


def person_key_id(debtor_id: int) -> UUID:
    """Return the id of a person's key, inside a transaction.

    Raises:
        UnknownRef: there is no such person for this reader.
    """
    required()
    found = Debtor.objects.filter(pk=debtor_id).values_list("key_id", flat=True).first()
    if found is None:
        raise unknown_person(str(debtor_id))
    return UUID(str(found))
