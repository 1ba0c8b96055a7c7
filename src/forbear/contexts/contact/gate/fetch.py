"""What do providers tell that must be asked, instead of telling by themselves?"""

from __future__ import annotations

import logging

from forbear.contexts.contact.channels.port import Tells
from forbear.contexts.contact.channels.registry import Providers
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.receipt import take_receipt
from forbear.contexts.database.transaction import reading
from forbear.values.principal import Principal

_log = logging.getLogger(__name__)


def fetch_receipts(providers: Providers, *, actor: Principal, clock: Clock = database_clock) -> int:
    """Fetch receipts and take each in; return how many came. One's fault holds up no other."""
    come = 0
    for name in providers.names:
        adapter = providers.named(name)
        receipts = adapter.receipts() if isinstance(adapter, Tells) else []
        if not receipts:
            continue
        with reading(actor):
            now = clock()
        for receipt in receipts:
            come += 1
            try:
                take_receipt(name, receipt, actor=actor, now=now)
            except Exception as error:  # noqa: BLE001  # the provider may tell it again
                _log.error("a receipt was lost", extra={"code": type(error).__name__})
    return come
