"""How does text become HTML without a chance to escape its place?

Every piece of a page is either ``Html``, which is safe by construction, or plain text, which is
escaped when it is put into an element. A ``Pair`` is one statement in both languages; both stand
in the page and the style sheet shows the chosen one, so a reader without scripts sees both.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias


class Html(str):
    """Text that is already safe to stand in a page."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """The same statement in English and in simplified Chinese."""

    en: Piece
    zh: Piece


Piece: TypeAlias = "str | Html | Pair | Iterable[Piece] | None"

_VOID = frozenset({"br", "col", "input", "meta"})


def same(text: str) -> Pair:
    """Return a pair whose two sides are the same text."""
    return Pair(text, text)


def render(piece: Piece) -> Html:
    """Return any piece as safe HTML; plain text is escaped."""
    if piece is None:
        return Html("")
    if isinstance(piece, Html):
        return piece
    if isinstance(piece, Pair):
        return _both(piece)
    if isinstance(piece, str):
        return Html(html.escape(piece, quote=False))
    return Html("".join(render(part) for part in piece))


def _both(pair: Pair) -> Html:
    english, chinese = render(pair.en), render(pair.zh)
    if english == chinese:
        return english
    return Html(f'<span lang="en">{english}</span><span lang="zh-Hans">{chinese}</span>')


def tag(name: str, /, *children: Piece, **attributes: str | int | bool | None) -> Html:
    """Return an element; ``class_`` and ``data_x`` become ``class`` and ``data-x``.

    >>> tag("p", "a < b", class_="note")
    '<p class="note">a &lt; b</p>'
    """
    opening = name + "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{opening}>")
    return Html(f"<{opening}>{render(children)}</{name}>")


def _attribute(key: str, value: str | int | bool | None) -> str:  # noqa: FBT001 - an attribute
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{html.escape(str(value))}"'


def original(text: str) -> Html:
    """Return a title that stays in the language it was written in, marked where it is Chinese."""
    chinese = any("\u4e00" <= character <= "\u9fff" for character in text)
    # Another tag than the one by which the page's own Chinese is shown and hidden.
    return tag("span", text, lang="zh-CN") if chinese else render(text)


def name_code(name: str) -> Html:
    """Return a dotted, underscored name as code that may break after its marks."""
    return tag("code", Html(render(name).replace("_", "_<wbr>").replace(".", ".<wbr>")))


def embed_json(value: object) -> Html:
    r"""Return JSON that may stand inside a script element and cannot end it.

    >>> embed_json("</script>")
    '"\\u003c/script\\u003e"'
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for character in ("<", ">", "&", "\u2028", "\u2029"):
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Html(text)
