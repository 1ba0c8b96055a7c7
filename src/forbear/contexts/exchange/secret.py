"""How is a webhook's secret kept? Sealed under a key of its row's own, which the ring wraps.

So it rotates with the persons' keys, and is gone for good once that key is destroyed.
"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.exchange.models import Endpoint, ReceiptSource
from forbear.contexts.protection.cell import Place, Sealed
from forbear.contexts.protection.store import keys

Row = Endpoint | ReceiptSource
_COLUMN = "secret"
_TABLES = {Endpoint: "exchange_endpoint", ReceiptSource: "exchange_receiptsource"}


def seal(row: Row, secret: str, *, now: datetime) -> None:
    """Seal a secret into a row that is saved afterwards."""
    place = Place(_TABLES[type(row)], _COLUMN, row.key_id, row.key_id)
    row.secret = Sealed.text(secret, place=place, keys=keys(now=now)).cell


def opened(row: Row, *, now: datetime) -> str:
    """Return a row's secret.

    Raises:
        ErasedPerson: the row was retired.
    """
    sealed = Sealed(bytes(row.secret), _TABLES[type(row)], _COLUMN)
    return sealed.at(row=row.key_id, person_key_id=row.key_id).open(keys(now=now))
