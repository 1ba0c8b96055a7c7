"""How are pages set? Words reach them as data, so that no word can be a command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path


def typeset(files: Mapping[str, bytes], *, standards: Sequence[str]) -> bytes:
    """Return the PDF that ``main.typ`` among the files makes of the others, its fonts inside.

    The same files make the same pages: nothing else is read, and no instant is written.

    Raises:
        RuntimeError: a file is wrong, or some sign has no shape in the fonts.
    """
    # The compiler is large, and most processes never set a page.
    import typst

    made = typst.compile(
        dict(files),
        format="pdf",
        font_paths=[_fonts()],
        ignore_system_fonts=True,
        pdf_standards=list(standards),
    )
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> Path:
    import manimgx_fonts_cjk

    return Path(str(manimgx_fonts_cjk.__file__)).parent
