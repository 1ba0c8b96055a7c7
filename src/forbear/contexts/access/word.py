"""Which closed lists of words does access use?"""

from __future__ import annotations

from forbear.values.code import Code


class Left(Code):
    """Why a visit ended."""

    ASKED = "ASKED"
    IDLE = "IDLE"
    TOO_LONG = "TOO_LONG"
    REVOKED = "REVOKED"
    """Somebody who may took the way in back."""


class Tried(Code):
    """What came of a try to enter. Whoever tries is told only whether they are in."""

    IN = "IN"
    NO_FIT = "NO_FIT"
    """The code did not fit, whatever else was typed."""
    CODE_ALONE = "CODE_ALONE"
    """The code did, the number of the identity paper did not."""
    NOTHING_HELD = "NOTHING_HELD"
    """The code did, and no identity number is held that could be compared."""
