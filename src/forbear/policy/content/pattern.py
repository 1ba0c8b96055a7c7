r"""How is a pattern of a content file written, and why can it not run away?

A pattern is a row of items, met in this order within one sentence:

- ``word``: as it stands; a star ends a stem (English).
- ``(one|two|three)``: any of these; ``(one|two)?``: or nothing.
- ``<kind>``: any word of that kind of the lexicon.
- ``#``: a number.
- ``~``: up to some characters of the same sentence.

Nothing else exists: no nesting, no repetition, so that the work of matching is bounded by the
length of the text times a constant.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from forbear.policy.content.lexicon import Lexicon

_ITEM: Final = re.compile(r"~|#|<(\w+)>(\??)|\(([^()<>~]+)\)(\??)|([^\s()<>~#|?]+)")
_MOST_GAPS: Final = 3
_GAP_EN: Final = r"[^.!?;\n]{0,40}?"
_GAP_ZH: Final = r"[^。!?;\n]{0,14}?"
_NUMBER: Final = r"[£$¥]?\d[\d,.]*"


class InvalidPattern(ValueError):
    """A pattern does not keep its form."""


def compile_pattern(written: str, lexicon: Lexicon) -> re.Pattern[str]:
    """Return a pattern as a regular expression.

    Raises:
        InvalidPattern: an item is unknown, or there are too many gaps.
    """
    parts: list[str] = []
    glue = False
    position = 0
    gaps = 0
    for found in _ITEM.finditer(written):
        if written[position : found.start()].strip():
            raise InvalidPattern(f"'{written[position : found.start()].strip()}' is no item")
        position = found.end()
        if found[0] == "~":
            gaps += 1
            parts.append(_GAP_EN if lexicon.spaced else _GAP_ZH)
            glue = False
            continue
        item, optional = _item(found, lexicon)
        join = r"[\s,'\":-]*" if lexicon.spaced and glue else ""
        parts.append(f"(?:{join}{item})?" if optional else f"{join}{item}")
        glue = True
    if written[position:].strip() or not parts:
        raise InvalidPattern(f"'{written[position:].strip()}' is no item")
    if gaps > _MOST_GAPS:
        raise InvalidPattern(f"has {gaps} gaps")
    return re.compile("".join(parts))


def _item(found: re.Match[str], lexicon: Lexicon) -> tuple[str, bool]:
    kind, kind_optional, group, group_optional, word = found.groups()
    if found[0] == "#":
        return _NUMBER, False
    if kind is not None:
        if kind not in lexicon.kinds:
            raise InvalidPattern(f"there is no kind '{kind}'")
        return _bounded(lexicon.alternatives(kind), lexicon), bool(kind_optional)
    quote: Callable[[str], str] = _word if lexicon.spaced else re.escape
    if group is not None:
        each = [_NUMBER if one == "#" else quote(one.strip().lower()) for one in group.split("|")]
        return _bounded("|".join(each), lexicon), bool(group_optional)
    return _bounded(quote(word.lower()), lexicon), False


def _word(written: str) -> str:
    plain = re.escape(written.removesuffix("*")).replace(r"\ ", r"\s+")
    return plain + (r"\w*" if written.endswith("*") else "")


def _bounded(alternatives: str, lexicon: Lexicon) -> str:
    return rf"(?<!\w)(?:{alternatives})(?!\w)" if lexicon.spaced else f"(?:{alternatives})"
