"""How is one letter set as a page? Words reach it as data, so that no word can be a command."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources

from forbear.contexts.typeset import typeset


@dataclass(frozen=True, slots=True)
class Page:
    """What a letter says. ``to``: the name, then the address line by line."""

    to: tuple[str, ...] = field(repr=False)
    back: str
    subject: str
    text: str = field(repr=False)
    date: date
    lang: str
    mark: str


def set_page(page: Page) -> bytes:
    """Return a letter as PDF/A with its fonts inside.

    Raises:
        RuntimeError: some sign has no shape in the fonts.
    """
    told = {
        "to": list(page.to),
        "back": page.back,
        "subject": page.subject,
        "title": page.subject or page.back,
        "parts": [part for part in page.text.split("\n\n") if part.strip()],
        "date": page.date.isoformat(),
        "lang": page.lang,
        "mark": page.mark,
    }
    files = {"main.typ": _source(), "letter.json": json.dumps(told, ensure_ascii=False).encode()}
    return typeset(files, standards=["a-2b"])


@cache
def _source() -> bytes:
    folder = resources.files("forbear") / "contexts" / "contact" / "channels" / "letter"
    return (folder / "letter.typ").read_bytes()
