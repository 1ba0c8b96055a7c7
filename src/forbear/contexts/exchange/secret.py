"""How is a webhook's secret kept? Sealed under a key of its row's own, which the ring wraps.

So it rotates with the persons' keys, and is gone for good once that key is destroyed.
"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.database.transaction import required
from forbear.contexts.exchange.models import Endpoint, ReceiptSource
from forbear.contexts.protection.cell import Place, Sealed
from forbear.contexts.protection.store import destroy_key, keys, make_key, new_key_id

Row = Endpoint | ReceiptSource
_COLUMN = "secret"
_TABLES = {Endpoint: "exchange_endpoint", ReceiptSource: "exchange_receiptsource"}


def add_sealed(row: Row, secret: str, *, now: datetime) -> None:
    """Save a new row with its secret sealed under a key of its own, inside a transaction."""
    required()
    row.key_id = new_key_id()
    make_key(row.key_id, debtor_id=None, now=now)
    place = Place(_TABLES[type(row)], _COLUMN, row.key_id, row.key_id)
    row.secret = Sealed.text(secret, place=place, keys=keys(now=now)).cell
    row.save(force_insert=True)


def retire(row: Row, *, now: datetime) -> bool:
    """Forget a locked row's secret for good; False: it was retired before."""
    required()
    if row.retired_at is not None:
        return False
    row.retired_at = now
    row.save(update_fields=["retired_at"])
    destroy_key(row.key_id, now=now)
    return True


def opened(row: Row, *, now: datetime) -> str:
    """Return a row's secret.

    Raises:
        ErasedPerson: the row was retired.
    """
    sealed = Sealed(bytes(row.secret), _TABLES[type(row)], _COLUMN)
    return sealed.at(row=row.key_id, person_key_id=row.key_id).open(keys(now=now))
