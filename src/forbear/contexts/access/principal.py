"""As whom does somebody act who is in: the person, or somebody who acts for them?"""

from __future__ import annotations

from forbear.contexts.people.role import Permission
from forbear.values.principal import Principal, PrincipalKind, Sight, system

# Rows are looked up as the house itself: whoever asks has not said yet who they are.
DOOR = system("door")
_OWN = frozenset(
    each.value
    for each in (
        Permission.PERSON_SEE,
        Permission.EVIDENCE_MAKE,
        Permission.FILINGS_TAKE,
        Permission.ARRANGEMENT_MAKE,
        Permission.BUREAU_SEE,
        Permission.PAYMENT_ASK,
    )
)
"""What a person may do with their own matter; the database shows them no other."""


def person(debtor_id: int) -> Principal:
    """Return the person who owes; they see themselves alone."""
    return Principal(
        PrincipalKind.DEBTOR, str(debtor_id), Sight.PERSON, person=debtor_id, permissions=_OWN
    )


def acting_for(debtor_id: int, representative_id: int) -> Principal:
    """Return somebody who acts for a person; the record names them, not the person."""
    return Principal(
        PrincipalKind.REPRESENTATIVE,
        str(representative_id),
        Sight.PERSON,
        person=debtor_id,
        permissions=_OWN,
    )
