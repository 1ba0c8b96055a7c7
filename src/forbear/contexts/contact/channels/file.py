"""Which channels does the lender's file of channels name?

channels:
  - name: carrier-a
    kind: smpp
    carries: [SMS]
    cost: {per_part_minor: 5, currency: CNY}
    settings: {host: smsc.example, system_id: forbear, password: "env:CARRIER_A_PASSWORD"}

The file is read once by each process; a change counts from the next start.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from forbear.contexts.contact.channels.kind import KINDS, Cost, Entry, kind_of
from forbear.contexts.rulebook.named import NamedFile
from forbear.policy.reading import Field
from forbear.values.code import Channel
from forbear.values.errors import InvalidInput

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_TAKEN = frozenset({"desk"})
"""Names that mean something already: who connects the calls of a desk."""
_CURRENCY = re.compile(r"[A-Z]{3}")


class InvalidChannels(InvalidInput):
    """The file of channels does not keep its form."""

    code = "INVALID_CHANNELS"


_FILE = NamedFile("channels", "渠道", "a list of channels", "FORBEAR_CHANNELS", InvalidChannels)


@lru_cache(maxsize=8)
def read_channels(path: Path) -> tuple[Entry, ...]:
    """Return the channels of a file, in its order; nothing is made ready and no secret opened.

    Raises:
        InvalidChannels: the file cannot be read, or something in it is wrong; it names the field.
    """
    return _FILE.read(path, _all)


def _all(whole: Field) -> tuple[Entry, ...]:
    whole.only("channels")
    return _alone([_entry(each) for each in whole.parts("channels")], whole)


def _entry(said: Field) -> Entry:
    said.only("name", "kind", "carries", "cost", "settings")
    name = said.get("name", str)
    if not _NAME.fullmatch(name) or name in _TAKEN:
        raise said.fail("name", "is no name for a channel", "Use a-z, 0-9, _ and -, 40 at most.")
    word = said.get("kind", str)
    if word not in KINDS:
        raise said.fail("kind", f"'{word[:40]}' is not known", f"Use one of: {', '.join(KINDS)}.")
    kind = kind_of(word)
    carries = said.words("carries", Channel) if said.has("carries") else kind.carries
    if carries - kind.carries:
        able = ", ".join(sorted(kind.carries))
        raise said.fail("carries", f"names what {word} cannot carry", f"Use: {able}.")
    has = said.has("settings")
    settings = said.part("settings") if has else Field(said.file, said.path, {}, said.line)
    return Entry(name, word, carries, kind.read(settings), _cost(said))


def _cost(said: Field) -> Cost | None:
    if not said.has("cost"):
        return None
    cost = said.part("cost").only("per_part_minor", "currency")
    currency = cost.get("currency", str)
    if not _CURRENCY.fullmatch(currency):
        raise cost.fail("currency", "is not a currency", "Write its three letters, such as CNY.")
    return Cost(cost.count("per_part_minor", low=0), currency)


def _alone(entries: list[Entry], whole: Field) -> tuple[Entry, ...]:
    names = [entry.name for entry in entries]
    for index, name in enumerate(names):
        if name in names[:index]:
            remedy = "Give each channel a name of its own."
            raise whole.fail(f"channels[{index}].name", f"'{name}' is named twice", remedy)
    return tuple(entries)
