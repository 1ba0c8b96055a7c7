"""How are letters set up that a printing house prints and posts?"""

from __future__ import annotations

from dataclasses import dataclass

from forbear.contexts.contact.channels.kind import Entry, Kind, Setting
from forbear.contexts.contact.channels.port import Adapter
from forbear.policy.reading import Field
from forbear.values.code import Channel


@dataclass(frozen=True, slots=True)
class Read:
    """``back``: the sender's line, seen above the address. ``lang``: zh or en."""

    back: str
    lang: str


def _read(settings: Field) -> Read:
    settings.only("back", "lang")
    lang = settings.get("lang", str, default="zh")
    if lang not in {"zh", "en"}:
        raise settings.fail("lang", f"'{lang[:10]}' is not known", "Use: zh, en.")
    return Read(settings.get("back", str), lang)


def _make(entry: Entry, setting: Setting) -> Adapter:
    from forbear.contexts.contact.channels.letter.adapter import LetterAdapter

    return LetterAdapter(entry, entry.settings, setting)


KIND = Kind(frozenset({Channel.LETTER}), _read, _make)
