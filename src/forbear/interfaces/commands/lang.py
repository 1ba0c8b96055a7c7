"""In which language does a command speak?"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from forbear.values.errors import InvalidInput

LANGS = ("en", "zh")
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def language_of(environment: Mapping[str, str]) -> str:
    """Return the language that the environment asks for, by the order that POSIX gives."""
    asked = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    return "zh" if asked.lower().startswith("zh") else "en"


def _known(lang: str) -> str:
    if lang not in LANGS:
        raise InvalidInput(
            f"--lang {lang} is not known.",
            remedy="Use en or zh.",
            message_zh=f"不认识 --lang {lang}。",
            remedy_zh="请使用 en 或 zh。",
        )
    return lang


Lang = Annotated[
    str,
    typer.Option(
        "--lang",
        callback=_known,
        default_factory=lambda: language_of(os.environ),
        show_default="by LC_ALL or LANG",
        help="en or zh (中文).",
    ),
]


def language_among(arguments: Sequence[str]) -> str:
    """Return the language of a command that may have failed before its options were read."""
    given = [
        after if each == "--lang" else each.removeprefix("--lang=")
        for each, after in zip(arguments, [*arguments[1:], ""], strict=True)
        if each == "--lang" or each.startswith("--lang=")
    ]
    return given[-1] if given and given[-1] in LANGS else language_of(os.environ)


def choose(lang: str, en: str, zh: str) -> str:
    """Return a sentence in the language of the reader."""
    return zh if lang == "zh" else en
