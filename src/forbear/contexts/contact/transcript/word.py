"""Who spoke, what was found there, and what somebody made of it?"""

from __future__ import annotations

from forbear.values.code import Code


class Side(Code):
    """Who says a sentence; each is recorded apart, so nothing is guessed."""

    US = "US"
    """A colleague, or our machine."""
    PERSON = "PERSON"


class TranscriptState(Code):
    """How far the writing down of a call is."""

    TRYING = "TRYING"
    """A recogniser is at it, or died over it; it is tried again."""
    KEPT = "KEPT"
    GIVEN_UP = "GIVEN_UP"
    """It failed as often as it is tried; a transcript can still be handed in."""


class MomentKind(Code):
    """What a moment is about."""

    ACT = "ACT"
    """What a colleague said may be a forbidden act; the moment's code names the act."""
    DISTRESS = "DISTRESS"
    """What the person said may be a sign of distress; the code names what it lets fear."""
    STOP = "STOP"
    """The person may have asked not to be called any more."""
    WRONG_PERSON = "WRONG_PERSON"
    """Somebody else may have answered."""


class Verdict(Code):
    """What somebody who listened made of a moment."""

    SO = "SO"
    """It was said, and means that."""
    NOT_SO = "NOT_SO"
    """It was misheard, or means something else."""
