"""Which providers are set up here?"""

from __future__ import annotations

from collections.abc import Iterable

from forbear.contexts.contact.channels.bridge import BRIDGED, Bridge
from forbear.contexts.contact.channels.port import Adapter, Receipt
from forbear.contexts.contact.gate.permit import LOST_AFTER, PERMIT_LASTS
from forbear.values.errors import BrokenInvariant

__all__ = ["BRIDGED", "Providers", "Receipt", "bridge_of"]


class Providers:
    """The providers of one process, by name."""

    def __init__(self, adapters: Iterable[Adapter] = ()) -> None:
        """Take the adapters that are set up here.

        Raises:
            BrokenInvariant: one may answer so late that its contact would be taken for lost.
        """
        self._by_name = {adapter.traits.name: adapter for adapter in adapters}
        for name, adapter in self._by_name.items():
            if PERMIT_LASTS + adapter.traits.timeout > LOST_AFTER:
                raise BrokenInvariant(f"{name} may answer after its contact was taken for lost.")

    def named(self, name: str) -> Adapter | None:
        """Return a provider; None: it is not set up here."""
        return self._by_name.get(name)

    @property
    def names(self) -> tuple[str, ...]:
        """All that are set up here."""
        return tuple(self._by_name)


def bridge_of(provider: str) -> Adapter:
    """Return what connects an agency's calls."""
    return Bridge(provider)
