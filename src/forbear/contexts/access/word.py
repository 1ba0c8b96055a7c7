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


class Shut(Code):
    """Why nobody gets in as a person for now."""

    TRIES = "TRIES"
    """There were too many tries within a day."""
    NUMBER = "NUMBER"
    """By one number the code fitted, and the identity number never did."""


class Known(Code):
    """How a member of staff made sure with whom they speak, before they open a way again."""

    CALLED_BACK = "CALLED_BACK"
    """They called back a number that was known before."""
    ANSWERED = "ANSWERED"
    """Whoever called answered what only the person knows."""
    SHOWED_PAPER = "SHOWED_PAPER"
    """The person came, and showed their identity paper."""
