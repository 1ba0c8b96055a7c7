"""Which closed lists of words do payments use?"""

from __future__ import annotations

from forbear.values.code import Code


class IntentState(Code):
    """How far a payment that was begun has come, as far as its page has told."""

    OPEN = "OPEN"
    """Begun; nothing was told yet."""
    FAILED = "FAILED"
    """The page told that no money moved. It may still be paid until its time is over, or later."""
    PAID = "PAID"
    """Money came."""
    RETURNED = "RETURNED"
    """All of the money went back."""


class NoticeKind(Code):
    """What a page tells of a payment."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    RETURNED = "RETURNED"
    """Refunded or charged back, in whole or in part."""


class NoticeState(Code):
    """What was done with what was told."""

    BOOKED = "BOOKED"
    """The ledger says it."""
    NOTED = "NOTED"
    """There was nothing to book: no money moved, or it was booked before."""
    KEPT = "KEPT"
    """It could not be booked; it is kept as it was told until somebody has looked into it."""


class Why(Code):
    """Why somebody should look at what was told."""

    UNKNOWN_REFERENCE = "UNKNOWN_REFERENCE"
    """It names no loan and no payment of ours."""
    OTHER_CURRENCY = "OTHER_CURRENCY"
    """The money is not in the loan's currency."""
    OTHER_CONTENT = "OTHER_CONTENT"
    """The same payment was told before, with another amount, loan or currency."""
    PAYMENT_NOT_KNOWN = "PAYMENT_NOT_KNOWN"
    """Money went back of which it was not told yet that it came."""
    RETURN_TOO_LARGE = "RETURN_TOO_LARGE"
    """More went back than had come."""
    NOT_BOOKABLE = "NOT_BOOKABLE"
    """The ledger refused it."""
    OTHER_AMOUNT = "OTHER_AMOUNT"
    """Booked as it came, though another amount was begun."""
    OVERPAID = "OVERPAID"
    """Booked; part of it is more than was owed, and belongs to the person."""
    LOAN_SETTLED = "LOAN_SETTLED"
    """Booked, though the loan was settled: all of it belongs to the person."""


class Settled(Code):
    """How somebody dealt with what had been kept."""

    MATCHED = "MATCHED"
    """It was booked on the loan that somebody named."""
    SENT_BACK = "SENT_BACK"
    """The money was paid back to whoever sent it."""
    LOOKED_AT = "LOOKED_AT"
    """Nothing more was to be done."""
    BY_ITSELF = "BY_ITSELF"
    """What was missing came later."""
