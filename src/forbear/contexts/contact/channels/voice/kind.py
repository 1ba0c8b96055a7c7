"""How is a trunk set up? Its calls are placed by the switchboard, a process of its own."""

from __future__ import annotations

from forbear.contexts.contact.channels.kind import Entry, Kind, Setting
from forbear.contexts.contact.channels.port import Adapter
from forbear.contexts.contact.channels.voice.setting import read_settings
from forbear.values.code import Channel
from forbear.values.errors import BrokenInvariant


def _make(entry: Entry, setting: Setting) -> Adapter:
    del setting
    raise BrokenInvariant(f"{entry.name} is a trunk: the switchboard alone makes it ready.")


KIND = Kind(frozenset({Channel.VOICE, Channel.BOT}), read_settings, _make, apart=True)
