"""Which closed lists of words does credit reporting use?"""

from __future__ import annotations

from forbear.values.code import Code


class Form(Code):
    """In which form a bureau takes its monthly file."""

    LINES = "LINES"
    """One line of comma-separated values a loan, with a header and totals; the bureau's own
    message is made of it by the lender's reporting software."""
    METRO2 = "METRO2"
    """Header, base segments and trailer of 426 characters each."""


class Portfolio(Code):
    """What kind of credit an account is."""

    INSTALMENT = "INSTALMENT"
    REVOLVING = "REVOLVING"


class Mark(Code):
    """What a line says of a dispute about it; a line without one says nothing."""

    DISPUTED = "DISPUTED"
    """The person says that it is wrong, and it is being looked into."""
    RESOLVED = "RESOLVED"
    """It was looked into, and the person agrees with the answer."""
    DISAGREES = "DISAGREES"
    """It was looked into, and the person still disagrees."""


class Special(Code):
    """What else a line says about how the loan is paid."""

    PAUSED = "PAUSED"
    """Days do not count now: a moratorium or a payment holiday."""


class LineCause(Code):
    """Why a line was written."""

    MONTH = "MONTH"
    """The month's first line of the loan."""
    LATE_FACT = "LATE_FACT"
    """A fact became known later, such as a back-dated payment, a reversal or a pause."""
    MARK = "MARK"
    """A dispute about it began or ended."""
    RULING = "RULING"
    """A dispute was decided: the line was wrong."""


class Told(Code):
    """Who was told of a correction, beside the bureaus that get the file."""

    PERSON = "PERSON"
    CREDITOR = "CREDITOR"
    OTHER = "OTHER"
    """Somebody else who had used the line."""
