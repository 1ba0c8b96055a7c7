"""How is a webhook's secret kept? Sealed under a key of the endpoint's own, which the ring wraps.

So it rotates with the persons' keys, and is gone for good once that key is destroyed.
"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.exchange.models import Endpoint
from forbear.contexts.protection.cell import Place, Sealed
from forbear.contexts.protection.store import keys

_TABLE, _COLUMN = "exchange_endpoint", "secret"


def seal(endpoint: Endpoint, secret: str, *, now: datetime) -> None:
    """Seal a secret into an endpoint that is saved afterwards."""
    place = Place(_TABLE, _COLUMN, endpoint.key_id, endpoint.key_id)
    endpoint.secret = Sealed.text(secret, place=place, keys=keys(now=now)).cell


def opened(endpoint: Endpoint, *, now: datetime) -> str:
    """Return an endpoint's secret.

    Raises:
        ErasedPerson: the endpoint was retired.
    """
    sealed = Sealed(bytes(endpoint.secret), _TABLE, _COLUMN)
    return sealed.at(row=endpoint.key_id, person_key_id=endpoint.key_id).open(keys(now=now))
