"""Which providers are set up here?"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forbear.contexts.contact.channels.bridge import BRIDGED, Bridge
from forbear.contexts.contact.channels.file import read_channels
from forbear.contexts.contact.channels.install import CALLS, CALLS_ZH
from forbear.contexts.contact.channels.kind import Cost, Entry, Setting, kind_of
from forbear.contexts.contact.channels.port import Adapter, Checks, Closes, Receipt, Seen
from forbear.contexts.contact.channels.secret import Reference, secret_if
from forbear.contexts.contact.gate.permit import LOST_AFTER, PERMIT_LASTS
from forbear.values.code import Channel
from forbear.values.errors import BrokenInvariant, ForbearError, InvalidInput

if TYPE_CHECKING:
    from forbear.contexts.contact.channels.voice.fixed import Prompt
    from forbear.contexts.contact.channels.voice.headset_setting import HeadsetSettings
    from forbear.contexts.contact.channels.wechat.callback import Account
    from forbear.contexts.contact.channels.wechat.login import Login
    from forbear.contexts.contact.transcript.machine import Hears

__all__ = [
    "BRIDGED",
    "CALLS",
    "CALLS_ZH",
    "DESK",
    "Cost",
    "Entry",
    "Providers",
    "Receipt",
    "Reference",
    "Setting",
    "account_named",
    "bridge_of",
    "carrier_of",
    "chosen",
    "filed",
    "fixed_words",
    "headset_installed",
    "headset_setting",
    "login_by_wechat",
    "look_at_recogniser",
    "providers_named",
    "read_channels",
    "recogniser_of",
    "refuse_unknown",
    "secret_if",
    "serve_calls",
    "telephone_installed",
    "trunks_named",
    "try_channel",
]


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

    def close(self) -> None:
        """Let every provider go that keeps something open."""
        for adapter in self._by_name.values():
            if isinstance(adapter, Closes):
                adapter.close()


def bridge_of(provider: str) -> Adapter:
    """Return what connects an agency's calls, or those of a desk."""
    return Bridge(provider)


DESK = "desk"
"""The provider of calls that the lender's own telephone system connects by their permits."""
_SIMULATED = Entry("simulated", "simulated", frozenset(Channel))
"""It needs no file, so that things can be tried out by its name alone."""


def filed() -> tuple[Entry, ...]:
    """Return what the file of channels names (FORBEAR_CHANNELS); without a file: nothing.

    Raises:
        InvalidChannels: the file of channels is wrong.
    """
    from django.conf import settings

    path: Path | None = settings.FORBEAR_CHANNELS
    return () if path is None else read_channels(path)


def chosen(names: Sequence[str], entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the channels that serve here, the preferred first, without making them ready.

    ``names`` (FORBEAR_PROVIDERS) chooses among those of the file of channels, ``entries``; empty:
    all of the file, in its order. Names that are not known are left out.
    """
    if not names:
        return tuple(entries)
    known = {entry.name: entry for entry in (_SIMULATED, *entries)}
    return tuple(known[name] for name in dict.fromkeys(names) if name in known)


def carrier_of(channel: Channel, names: Sequence[str]) -> str | None:
    """Return the first of some providers that carries a channel; None: none of them does."""
    serving = chosen(names, filed())
    return next((entry.name for entry in serving if channel in entry.carries), None)


def providers_named(names: Sequence[str], setting: Setting) -> Providers:
    """Return providers by name, ready to use.

    Raises:
        InvalidInput: none is named, one is not known, or it may not be used here.
    """
    entries = filed()
    refuse_unknown(names, entries)
    serving = [(entry, kind_of(entry.kind)) for entry in chosen(names, entries)]
    return Providers(kind.make(entry, setting) for entry, kind in serving if not kind.apart)


def trunks_named(names: Sequence[str]) -> tuple[Entry, ...]:
    """Return the trunks that serve here: what the switchboard carries, and no sender.

    Raises:
        InvalidChannels: the file of channels is wrong.
    """
    return tuple(entry for entry in chosen(names, filed()) if kind_of(entry.kind).apart)


def headset_setting(names: Sequence[str]) -> HeadsetSettings | None:
    """Return how browsers may be the telephones of those who call; None: no trunk here lets them.

    Raises:
        InvalidChannels: the file of channels is wrong.
    """
    found = (entry.settings.headset for entry in trunks_named(names))
    return next((each for each in found if each is not None), None)


def headset_installed() -> bool:
    """Say whether what browser headsets need is installed on this machine."""
    return importlib.util.find_spec("aiortc") is not None


async def serve_calls(trunks: tuple[Entry, ...], *, going: Callable[[], bool], **told: Any) -> None:
    """Place the calls of some trunks until told to stop; ``told`` is what ``Board`` takes.

    Raises:
        InvalidInput: there is no trunk.
        NoTelephone, TrunkRefused: it cannot begin.
    """
    from forbear.contexts.contact.channels.voice.switchboard import Board, Switchboard

    if not trunks:
        raise InvalidInput(
            "No trunk is set up, so no call can be placed.",
            remedy="Name one of the kind sip in the file of channels.",
            message_zh="未配置任何线路，无法呼叫。",
            remedy_zh="请在渠道文件中添加一条 sip 类型的线路。",
        )
    await Switchboard(Board(entries=trunks, **told)).run(going)


def sound_of_recording(pieces: Sequence[bytes], *, from_s: int = 0) -> bytes:
    """Return the pieces of a recording, from a second on, as a WAV file of two channels."""
    from forbear.contexts.contact.channels.voice.recorded import wav_of_pieces

    return wav_of_pieces(pieces, from_s=from_s)


def recogniser_of(name: str, *, models: Path) -> Hears:
    """Return what writes recordings down here; ``models``: where it keeps what it needs.

    Raises:
        NoRecogniser: none is chosen, it is not known, or what it needs is not installed.
    """
    from forbear.contexts.contact.channels.voice.recogniser import BothSides, recogniser_named

    return BothSides(recogniser_named(name, models=models))


def telephone_installed() -> bool:
    """Say whether what telephone calls need is installed on this machine."""
    return importlib.util.find_spec("baresip") is not None


def look_at_recogniser(name: str, *, models: Path) -> None:
    """See whether a recogniser could write recordings down here, without making it ready.

    Raises:
        NoRecogniser: none is chosen, it is not known, or what it needs is not installed.
    """
    from forbear.contexts.contact.channels.voice.recogniser import look_at

    look_at(name, models=models)


def account_named(name: str) -> Account | None:
    """Return the account that tells us something under a name; None: there is none here.

    Raises:
        InvalidInput: its token or key cannot be had.
    """
    entry = next((each for each in filed() if each.name == name), None)
    if entry is None or entry.kind not in {"wechat", "wecom"}:
        return None
    from forbear.contexts.contact.channels.wechat.callback import Account
    from forbear.contexts.contact.channels.wecom.callback import Enterprise

    return Account(entry) if entry.kind == "wechat" else Enterprise(entry)


def login_by_wechat(names: Sequence[str]) -> Login | None:
    """Return the official account by which people may say who they are; None: none serves here."""
    entry = next((each for each in chosen(names, filed()) if each.kind == "wechat"), None)
    if entry is None:
        return None
    from forbear.contexts.contact.channels.wechat.login import Login

    return Login(entry)


def try_channel(entry: Entry, setting: Setting) -> list[Seen]:
    """Try a channel up to the step that would send; return what was seen, faults included."""
    kind = kind_of(entry.kind)
    if kind.apart:
        return [*_trunk_seen(entry, setting), *_headset_seen(entry)]
    try:
        adapter = kind.make(entry, setting)
    except ForbearError as wrong:
        return [Seen("settings", wrong.message, good=False)]
    try:
        return _looked(adapter.check) if isinstance(adapter, Checks) else [_READY]
    finally:
        if isinstance(adapter, Closes):
            adapter.close()


_READY = Seen("ready", "", good=True)


def _looked(check: Callable[[], Iterable[Seen]]) -> list[Seen]:
    """Return what a check saw, and what ended it."""
    seen: list[Seen] = []
    try:
        seen.extend(check())
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what was seen
        seen.append(Seen("fault", type(error).__name__, good=False))
    return seen


def _trunk_seen(entry: Entry, setting: Setting) -> list[Seen]:
    """Return what is to be seen of a trunk, whose calls the switchboard carries."""
    from django.conf import settings

    from forbear.contexts.contact.channels.voice.check import check_trunk

    seen = [Seen("settings", "read; a process of its own carries it", good=True)]
    if not telephone_installed():
        seen.append(Seen("telephone", f"not installed: {CALLS}", good=False))
    today = settings.FORBEAR_MORNING.day(setting.clock())
    trunk, prompts = entry.settings, settings.FORBEAR_PROMPTS
    return [*seen, *_looked(lambda: check_trunk(trunk, prompts, today=today))]


def _headset_seen(entry: Entry) -> list[Seen]:
    if entry.settings.headset is None:
        return []
    if not headset_installed():
        return [Seen("headset", f"not installed: {CALLS}", good=False)]
    try:
        entry.settings.headset.see_secret()
    except ForbearError as missing:
        return [Seen("headset", missing.message, good=False)]
    return [Seen("headset", "browsers may be telephones", good=True)]


def fixed_words(folder: Path, *, as_of: date, make: bool = False) -> tuple[tuple[Prompt, ...], int]:
    """Return what machines say in calls that is always the same, and how much was made now.

    Raises:
        NoSound: a voice program failed.
    """
    from forbear.contexts.contact.channels.voice.fixed import make_prompts, prompts

    if not make:
        return prompts(folder, as_of=as_of), 0
    return make_prompts(folder, trunks_named(()), as_of=as_of)


def refuse_unknown(names: Sequence[str], entries: Sequence[Entry]) -> None:
    """Refuse to send where no provider is named, or one that the file of channels does not name.

    Raises:
        InvalidInput: that is so.
    """
    known = dict.fromkeys(entry.name for entry in (_SIMULATED, *entries))
    unknown = sorted(set(names) - known.keys())
    if unknown:
        raise InvalidInput(
            f"There is no provider {unknown[0]} here.",
            remedy=f"Use: {', '.join(known)}.",
            message_zh=f"这里没有服务商 {unknown[0]}。",
            remedy_zh=f"可选：{'、'.join(known)}。",
        )
    if not chosen(names, entries):
        raise InvalidInput(
            "No provider is set up, so nothing can be sent.",
            remedy="Name the file of channels in FORBEAR_CHANNELS; to try things out, set "
            "FORBEAR_PROVIDERS to simulated.",
            message_zh="未配置任何服务商，因此不会发送。",
            remedy_zh="请在 FORBEAR_CHANNELS 中指定渠道文件；试用可将 FORBEAR_PROVIDERS 设为 "
            "simulated。",
        )
