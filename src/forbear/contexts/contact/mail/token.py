"""By which words in an address is a mail of ours found again?

They name the contact's permit and end with a keyed check, so that nobody makes up one.
"""

from __future__ import annotations

import hmac
import re
from uuid import UUID

from forbear.contexts.protection.store import keyed_for

_PURPOSE = "mail.token"
_CHECK_SIGNS = 16
_TOKEN = re.compile(r"([0-9a-f]{32})([0-9a-f]{16})")
BOUNCE, UNSUBSCRIBE = "bounce", "unsubscribe"


def token_of(permit_id: UUID) -> str:
    """Return the word for a contact."""
    return f"{permit_id.hex}{_checks(permit_id)[0]}"


def permit_of(token: str) -> UUID | None:
    """Return the contact of a word; None: it is none of ours."""
    found = _TOKEN.fullmatch(token.strip().lower())
    if found is None:
        return None
    permit_id = UUID(found[1])
    good = [hmac.compare_digest(check, found[2]) for check in _checks(permit_id)]
    return permit_id if any(good) else None


def address_of_return(permit_id: UUID, domain: str, *, what: str = BOUNCE) -> str:
    """Return the address to which bounces, or wishes to unsubscribe, of a mail come."""
    return f"{what}+{token_of(permit_id)}@{domain}"


def read_return(address: str) -> tuple[str, UUID] | None:
    """Return what an address of ours is for, and for which contact; None: it is none."""
    local, _, _ = address.partition("@")
    what, _, token = local.partition("+")
    permit_id = permit_of(token)
    if permit_id is None or what.lower() not in {BOUNCE, UNSUBSCRIBE}:
        return None
    return what.lower(), permit_id


def _checks(permit_id: UUID) -> list[str]:
    found = []
    for keyed in keyed_for(_PURPOSE):
        one = keyed.copy()
        one.update(permit_id.bytes)
        found.append(one.finalize().hex()[:_CHECK_SIGNS])
    return found
