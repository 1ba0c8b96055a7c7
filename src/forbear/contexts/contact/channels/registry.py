"""Which provider carries which channel here?"""

from __future__ import annotations

from collections.abc import Iterable

from forbear.contexts.contact.channels.port import Adapter
from forbear.values.code import Channel


class Providers:
    """The providers of one process, by name; for a channel, the first that carries it."""

    def __init__(self, adapters: Iterable[Adapter] = ()) -> None:
        """Take adapters in the order in which they are preferred."""
        self._by_name = {adapter.traits.name: adapter for adapter in adapters}

    def named(self, name: str) -> Adapter | None:
        """Return a provider; None: it is not set up here."""
        return self._by_name.get(name)

    def carrier(self, channel: Channel) -> str | None:
        """Return who carries a channel; None: nobody here."""
        return next(
            (name for name, one in self._by_name.items() if channel in one.traits.channels), None
        )

    @property
    def names(self) -> tuple[str, ...]:
        """All that are set up here."""
        return tuple(self._by_name)
