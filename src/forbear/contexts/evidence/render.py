"""How does a sealed document become pages that people read, print and keep?

The pages are set by Typst from the sealed JSON itself, which they carry as an attachment (PDF/A-3a
and PDF/UA-1, tagged). Nothing touches a disk: everything is handed over in memory.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from typing import Any

from forbear.contexts.rulebook.library import open_documents
from forbear.contexts.typeset import typeset
from forbear.policy.debt.steps import Row
from forbear.policy.wording.form import Both
from forbear.values.code import Language
from forbear.values.errors import BrokenInvariant

PAGES = {"PACK": "pack", "SETTLEMENT": "settlement", "RECEIPT": "receipt"}
# PDF/A for archives, at the level that keeps tags and attachments; PDF/UA for whoever cannot see
# the pages. The renderer refuses what breaks either.
STANDARDS = ["a-3a", "ua-1"]
_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
# Signs below are in every font; of a script that a font has in part, nothing could be read.
_SCRIPTS_FROM, _SCRIPT_SIGNS = 0x0500, 0x100
_HAN = (range(0x2E80, 0xA000), range(0xF900, 0xFB00), range(0x10000, 0x110000))
_TRIES = 24
# Every sign of a document on one page of its own: which of them has no font is soon known.
_PROBE = b"""#set document(title: "signs", date: datetime(year: 2026, month: 1, day: 1))
#set text(font: "Noto Sans CJK SC", lang: "en")
#json("signs.json").join(" ")
"""


class CannotRender(BrokenInvariant):
    """The pages could not be set."""

    code = "CANNOT_RENDER"


def pages(document: bytes, told: Row, language: Language, *, key: str) -> bytes:
    """Return a sealed document as PDF, in a language, not yet signed; ``key``: whose seal it has.

    A sign that no font has is written as its number, so that a name is never silently cut.

    Raises:
        CannotRender: a defect of the pages.
    """
    shown = _shown(told, key)
    files = _sources() | {"evidence.json": document, "words.json": _words(told, language)}
    files["main.typ"] = files[f"{PAGES[told['kind']]}.typ"]
    try:
        return _set({**files, "shown.json": shown.encode()})
    except RuntimeError as error:
        if not _MISSING.search(str(error)):
            raise _cannot(error) from None
    # The attachment stays the sealed one; only what is shown is written otherwise.
    try:
        return _set({**files, "shown.json": _numbered(shown, _without_font(shown)).encode()})
    except RuntimeError as error:
        raise _cannot(error) from None


def _shown(told: Row, key: str) -> str:
    """Return what the pages show of a document: all but proofs and the decisions' whole texts."""
    proof = told["proof"]
    counts = {
        "quoted": 0 if proof is None else len(proof["entries"]),
        "waiting": 0 if proof is None else len(proof["waiting"]),
    }
    contacts = [
        {**row, "decisions": [{**one, "text": None} for one in row["decisions"]]}
        for row in told.get("contacts", ())
    ]
    shown = {**told, "proof": counts, "contacts": contacts, "key": key}
    return json.dumps(shown, ensure_ascii=False)


def _set(files: dict[str, bytes]) -> bytes:
    return typeset(files, standards=STANDARDS)


def _cannot(error: RuntimeError) -> CannotRender:
    # The renderer's words quote the source, never a value: only their kind is told all the same.
    return CannotRender(
        f"The pages could not be set ({type(error).__name__}).",
        remedy="Ask for JSON meanwhile, and report this.",
        message_zh=f"无法排版页面（{type(error).__name__}）。",
        remedy_zh="请暂时使用 JSON 格式，并报告此问题。",
    )


def _without_font(text: str) -> set[str]:
    """Return the signs of a text that no font has: of a script that is missing, every sign."""
    left = {sign for sign in text if ord(sign) >= _SCRIPTS_FROM}
    gone: set[str] = set()
    for _ in range(_TRIES):
        signs = json.dumps(sorted(left), ensure_ascii=False).encode()
        try:
            _set({"main.typ": _PROBE, "signs.json": signs})
        except RuntimeError as error:
            found = _MISSING.search(str(error))
            if found is None:
                raise _cannot(error) from None
            said = _ESCAPED.sub(lambda hit: chr(int(hit[1], 16)), found[1])
            more = {sign for sign in left for one in said if _goes_with(sign, one)}
            left, gone = left - more, gone | more
            if more:
                continue
        break
    return gone


def _goes_with(sign: str, missing: str) -> bool:
    """Say whether a sign is written by its number because another one is missing."""
    if any(ord(missing) in each for each in _HAN):
        return sign == missing
    return ord(sign) // _SCRIPT_SIGNS == ord(missing) // _SCRIPT_SIGNS


def _numbered(text: str, signs: set[str]) -> str:
    """Write signs by their numbers, those that stand together in one bracket."""
    found = re.compile("[" + "".join(map(re.escape, sorted(signs))) + "]+") if signs else None
    return text if found is None else found.sub(_by_number, text)


def _by_number(run: re.Match[str]) -> str:
    return "(U+" + " ".join(f"{ord(sign):04X}" for sign in run[0]) + ")"


@cache
def _sources() -> dict[str, bytes]:
    folder = resources.files("forbear") / "contexts" / "evidence" / "page"
    return {each.name: each.read_bytes() for each in folder.iterdir() if each.name[-4:] == ".typ"}


def _words(told: Row, language: Language) -> bytes:
    """Return the approved sentences, by the versions that the document names, in one language."""
    documents = open_documents()
    says = documents.texts_named(told["wording"])
    words: dict[str, Any] = {
        "lang": language.value.lower(),
        "texts": {name: _in(text, language) for name, text in says.items()},
        "words": {
            kind: {code: _in(text, language) for code, text in named.items()}
            for kind, named in documents.words.items()
        },
    }
    return json.dumps(words, ensure_ascii=False).encode()


def _in(text: Both, language: Language) -> str:
    return text.zh if language is Language.ZH else text.en
