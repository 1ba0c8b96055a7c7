"""How is the simulated provider set up?"""

from __future__ import annotations

from dataclasses import replace

from forbear.contexts.contact.channels.kind import Entry, Kind, Setting
from forbear.contexts.contact.channels.port import Adapter
from forbear.policy.reading import Field
from forbear.values.code import Channel
from forbear.values.errors import InvalidInput


def _read(settings: Field) -> None:
    settings.only()


def _make(entry: Entry, setting: Setting) -> Adapter:
    from forbear.contexts.contact.channels.simulated.adapter import TRAITS, SimulatedAdapter
    from forbear.contexts.contact.channels.simulated.journal import JournalledProvider
    from forbear.contexts.contact.channels.simulated.provider import Behaviour

    if setting.in_earnest:
        raise InvalidInput(
            "The simulated provider reaches nobody, so it is no provider in earnest.",
            remedy="Take it out of FORBEAR_PROVIDERS, and out of the file of channels.",
            message_zh="模拟服务商不会联系任何人，不能用于正式环境。",
            remedy_zh="请从 FORBEAR_PROVIDERS 和渠道文件中移除。",
        )
    ledger = "ledger" if entry.name == "simulated" else entry.name
    path = setting.home / "simulated" / f"{ledger}.jsonl"
    provider = JournalledProvider(setting.clock, path, behaviour=Behaviour())
    traits = replace(TRAITS, name=entry.name, channels=entry.carries)
    return SimulatedAdapter(provider, traits=traits)


KIND = Kind(frozenset(Channel), _read, _make)
