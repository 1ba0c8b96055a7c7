"""Where is the reader of meaning, and is it whole?"""

from __future__ import annotations

import logging
from functools import cache
from importlib import resources
from threading import Lock

from forbear.contexts.rulebook.library import open_content
from forbear.policy.content.reader import Reader, absent_reader, read_reader
from forbear.values.errors import ForbearError

_READING = Lock()
_LOG = logging.getLogger(__name__)


def open_reader() -> Reader | None:
    """Return the reader of meaning; None where its file is absent or damaged.

    It is made at the first call and takes some 130 MB; what is amiss is said once in the log, and
    by ``forbear doctor``.
    """
    with _READING:
        return _reader()


@cache
def _reader() -> Reader | None:
    try:
        return load_reader_of_meaning()
    except ForbearError as error:
        _LOG.warning("%s %s", error.message, error.remedy)
        return None


def load_reader_of_meaning() -> Reader:
    """Read the file of the reader of meaning anew.

    Raises:
        UnreadableReader: it is absent, damaged, or another than ``reader.yaml`` names.
    """
    place = resources.files("forbear") / "policies" / "content" / "reader.bin"
    if not place.is_file():
        raise absent_reader()
    return read_reader(place.read_bytes(), file=open_content().counts.file)
