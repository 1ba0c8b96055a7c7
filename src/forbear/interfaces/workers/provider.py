"""Which providers does this installation name, and how are they set up?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from django.conf import settings

from forbear.contexts.contact.channels.port import Adapter
from forbear.contexts.contact.channels.registry import Providers
from forbear.values.errors import InvalidInput


def providers_named() -> Providers:
    """Return the providers that the settings name, ready to use.

    Raises:
        InvalidInput: none is named, one is not known, or it may not be used here.
    """
    refuse_unknown(settings.FORBEAR_PROVIDERS)
    return Providers(_SET_UP[name]() for name in settings.FORBEAR_PROVIDERS)


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


def _simulated() -> Adapter:
    from forbear.contexts.contact.channels.simulated.adapter import SimulatedAdapter
    from forbear.contexts.contact.channels.simulated.journal import JournalledProvider
    from forbear.contexts.contact.channels.simulated.provider import Behaviour

    if settings.FORBEAR_IN_EARNEST:
        raise InvalidInput(
            "The simulated provider reaches nobody, so it is no provider in earnest.",
            remedy="Take it out of FORBEAR_PROVIDERS.",
            message_zh="模拟服务商不会联系任何人，不能用于正式环境。",
            remedy_zh="请从 FORBEAR_PROVIDERS 中移除。",
        )
    path = settings.FORBEAR_HOME / "simulated" / "ledger.jsonl"
    return SimulatedAdapter(JournalledProvider(_now, path, behaviour=Behaviour()))


def _now() -> datetime:
    return datetime.now(UTC)


_SET_UP: dict[str, Callable[[], Adapter]] = {"simulated": _simulated}
