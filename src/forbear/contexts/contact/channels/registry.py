"""Which providers are set up here?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from forbear.contexts.contact.channels.bridge import BRIDGED, Bridge
from forbear.contexts.contact.channels.port import Adapter, Receipt
from forbear.contexts.contact.gate.permit import LOST_AFTER, PERMIT_LASTS
from forbear.values.code import Channel
from forbear.values.errors import BrokenInvariant, InvalidInput

__all__ = ["BRIDGED", "DESK", "Providers", "Receipt", "bridge_of", "carrier_of"]


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
    """Return what connects an agency's calls, or those of a desk."""
    return Bridge(provider)


DESK = "desk"
"""The provider of calls that the lender's own telephone system connects by their permits."""


def carrier_of(channel: Channel, names: Sequence[str]) -> str | None:
    """Return the first of some providers that carries a channel; None: none of them does."""
    return next((name for name in names if channel in _CARRIES.get(name, frozenset())), None)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where providers are set up. ``in_earnest``: real persons are contacted from here."""

    home: Path
    clock: Callable[[], datetime]
    in_earnest: bool


def providers_named(names: Sequence[str], setting: Setting) -> Providers:
    """Return providers by name, ready to use.

    Raises:
        InvalidInput: none is named, one is not known, or it may not be used here.
    """
    refuse_unknown(names)
    return Providers(_SET_UP[name](setting) for name in names)


def refuse_unknown(names: Sequence[str]) -> None:
    """Refuse to send where no provider is named, or one that is not known.

    Raises:
        InvalidInput: that is so.
    """
    unknown = sorted(set(names) - _SET_UP.keys())
    if unknown:
        raise InvalidInput(
            f"There is no provider {unknown[0]} here.",
            remedy=f"Use: {', '.join(_SET_UP)}.",
            message_zh=f"这里没有服务商 {unknown[0]}。",
            remedy_zh=f"可选：{'、'.join(_SET_UP)}。",
        )
    if not names:
        raise InvalidInput(
            "No provider is set up, so nothing can be sent.",
            remedy="Name one in FORBEAR_PROVIDERS; to try things out: simulated.",
            message_zh="未配置任何服务商，因此不会发送。",
            remedy_zh="请在 FORBEAR_PROVIDERS 中指定；试用可填 simulated。",
        )


def _simulated(setting: Setting) -> Adapter:
    from forbear.contexts.contact.channels.simulated.adapter import SimulatedAdapter
    from forbear.contexts.contact.channels.simulated.journal import JournalledProvider
    from forbear.contexts.contact.channels.simulated.provider import Behaviour

    if setting.in_earnest:
        raise InvalidInput(
            "The simulated provider reaches nobody, so it is no provider in earnest.",
            remedy="Take it out of FORBEAR_PROVIDERS.",
            message_zh="模拟服务商不会联系任何人，不能用于正式环境。",
            remedy_zh="请从 FORBEAR_PROVIDERS 中移除。",
        )
    path = setting.home / "simulated" / "ledger.jsonl"
    return SimulatedAdapter(JournalledProvider(setting.clock, path, behaviour=Behaviour()))


_SET_UP: dict[str, Callable[[Setting], Adapter]] = {"simulated": _simulated}
_CARRIES: dict[str, frozenset[Channel]] = {"simulated": frozenset(Channel)}
"""What each provider carries, for whoever asks without making one ready."""
