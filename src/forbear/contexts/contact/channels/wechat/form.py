"""How do approved words go out as a template of WeChat's, word for word?

An account's template is written in the file of channels as WeChat approved it. Words fit it only if
they are exactly that text with its places filled; the fillings are then what is sent. So what a
person reads is what was approved here, and nothing is cut or put in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_PLACE = re.compile(r"\{\{\s*([A-Za-z_]+\d*)\.DATA\s*\}\}")
_KIND = re.compile(r"[A-Za-z_]+")
_LENGTHS_MAX = {
    "thing": 20,
    "number": 32,
    "letter": 32,
    "symbol": 5,
    "character_string": 32,
    "time": 40,
    "date": 40,
    "amount": 16,
    "phone_number": 17,
    "car_number": 8,
    "name": 20,
    "phrase": 5,
    "const": 20,
}
"""So many signs WeChat takes in a place of each kind; kinds that it retired took more."""
_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class Form:
    """A template. ``by``: template or subscribe, the interface that it was approved for."""

    template_id: str
    by: str
    url: str
    text: str

    def fitted(self, words: str) -> Mapping[str, str] | str:
        """Return what fills the places, or a word for why the words do not fit."""
        found = self._pattern().fullmatch(words.strip())
        if found is None:
            return "WORDS_DO_NOT_FIT"
        filled = {name: value.strip() for name, value in found.groupdict().items()}
        long = any(len(value) > _length_max(name) for name, value in filled.items())
        return "FIELD_TOO_LONG" if long else filled

    def _pattern(self) -> re.Pattern[str]:
        parts = _PLACE.split(self.text.strip())
        texts, names = parts[::2], parts[1::2]
        said = re.escape(texts[0])
        for name, text in zip(names, texts[1:], strict=True):
            said += f"(?P<{name}>[^\n]+?){re.escape(text)}"
        return re.compile(said)


def fitting(forms: Sequence[Form], words: str) -> tuple[Form, Mapping[str, str]] | str:
    """Return the template that words fit, with its fillings, or a word for why they fit none."""
    why = "WORDS_DO_NOT_FIT"
    for form in forms:
        found = form.fitted(words)
        if not isinstance(found, str):
            return form, found
        why = found if found != "WORDS_DO_NOT_FIT" else why
    return why


def wrong_in(text: str) -> str | None:
    """Return what is wrong in a template's text; None: nothing."""
    parts = _PLACE.split(text.strip())
    names, between = parts[1::2], parts[2:-1:2]
    if not names:
        return "has no place such as {{thing1.DATA}}"
    if len(set(names)) < len(names):
        return "names a place twice"
    if any(not each.strip() for each in between):
        return "has two places with nothing between them"
    return None


def _length_max(name: str) -> int:
    found = _KIND.match(name)
    return _LENGTHS_MAX.get(found.group().rstrip("_") if found else "", _LENGTH_MAX)
