"""How is the XML of a callback read, without doing what it might ask of a parser?

No document type, no entities, no nesting beyond what the platforms send; names and texts alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from forbear.contexts.contact.channels.wechat.crypt import refused

SIZE_BYTES_MAX = 64 * 1024
"""More than any callback holds; what is larger is not read at all."""
_DEPTH_MAX = 4
_ELEMENTS_MAX = 200


@dataclass
class _Element:
    name: str
    text: str = ""
    inside: list[_Element] = field(default_factory=list)


class Said:
    """One element and what stands in it."""

    def __init__(self, element: _Element) -> None:
        self._element = element
        self._texts = {each.name: each.text.strip() for each in element.inside}

    def of(self, name: str) -> str:
        """Return the text of a child; "" where there is none."""
        return self._texts.get(name, "")

    def each(self, name: str) -> Iterator[Said]:
        """Yield every child of a name, at whatever depth it stands."""
        for child in self._element.inside:
            if child.name == name:
                yield Said(child)
            yield from Said(child).each(name)

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts of the children by their names."""
        return self._texts


def read_xml(octets: bytes) -> Said:
    """Return the outermost element.

    Raises:
        CallbackRefused: it is no XML of the platforms' form.
    """
    if len(octets) > SIZE_BYTES_MAX:
        raise refused()
    reader = _Reader()
    try:
        reader.parser.Parse(octets, True)  # expat's own flag: this is all
    except (expat.ExpatError, _Unfit, ValueError, LookupError):
        raise refused() from None
    if reader.whole is None:
        raise refused()
    return Said(reader.whole)


class _Unfit(Exception):  # it never leaves this module
    """Something that the platforms do not send."""


class _Reader:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        unfit: Any = self._unfit
        self.parser.StartDoctypeDeclHandler = unfit
        self.parser.EntityDeclHandler = unfit
        self.parser.ExternalEntityRefHandler = unfit
        self.parser.ProcessingInstructionHandler = unfit
        self.whole: _Element | None = None
        self._open: list[_Element] = []
        self._count = 0

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        self._count += 1
        if attributes or len(self._open) >= _DEPTH_MAX or self._count > _ELEMENTS_MAX:
            raise _Unfit
        element = _Element(name)
        if self._open:
            self._open[-1].inside.append(element)
        else:
            self.whole = element
        self._open.append(element)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        self._open[-1].text += text

    def _unfit(self, *_: object) -> None:
        raise _Unfit
