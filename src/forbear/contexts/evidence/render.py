"""How does a sealed document become pages that people read, print and keep?

The pages are set by Typst from the sealed JSON itself, which they carry as an attachment (PDF/A-3a
and PDF/UA-1, tagged). Nothing touches a disk: everything is handed over in memory.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from forbear.contexts.rulebook.library import open_documents
from forbear.policy.debt.steps import Row
from forbear.policy.wording.form import Both
from forbear.values.code import Language
from forbear.values.errors import BrokenInvariant

PAGES = {"PACK": "pack", "SETTLEMENT": "settlement", "RECEIPT": "receipt"}
# PDF/A for archives, at the level that keeps tags and attachments; PDF/UA for whoever cannot see
# the pages. The renderer refuses what breaks either.
STANDARDS = ["a-3a", "ua-1"]
_MISSING = re.compile(r"could not be displayed|font|glyph|notdef", re.IGNORECASE)
# Beyond these no font has every sign; what none has is written by its number.
_RARE_FROM = 0x10000


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
        return _set({**files, "shown.json": _numbered(shown).encode()})
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
    import typst

    made = typst.compile(
        files,
        format="pdf",
        font_paths=[_fonts()],
        ignore_system_fonts=True,
        pdf_standards=STANDARDS,
    )
    assert isinstance(made, bytes)
    return made


def _cannot(error: RuntimeError) -> CannotRender:
    # The renderer's words quote the source, never a value: only their kind is told all the same.
    return CannotRender(
        f"The pages could not be set ({type(error).__name__}).",
        remedy="Ask for JSON meanwhile, and report this.",
        message_zh=f"无法排版页面（{type(error).__name__}）。",
        remedy_zh="请暂时使用 JSON 格式，并报告此问题。",
    )


def _numbered(text: str) -> str:
    return "".join(
        f"(U+{ord(sign):04X})" if ord(sign) >= _RARE_FROM or 0xE000 <= ord(sign) <= 0xF8FF else sign
        for sign in text
    )


@cache
def _sources() -> dict[str, bytes]:
    folder = resources.files("forbear") / "contexts" / "evidence" / "page"
    return {each.name: each.read_bytes() for each in folder.iterdir() if each.name[-4:] == ".typ"}


@cache
def _fonts() -> Path:
    import manimgx_fonts_cjk

    return Path(str(manimgx_fonts_cjk.__file__)).parent


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
