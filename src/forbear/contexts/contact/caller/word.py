"""Which closed lists of words does the check of callers use?"""

from __future__ import annotations

from forbear.values.code import Code


class Asked(Code):
    """What was asked, or told."""

    CODE = "CODE"
    NUMBER = "NUMBER"
    TIME = "TIME"
    REPORT = "REPORT"


class Checked(Code):
    """What was answered."""

    GENUINE = "GENUINE"
    """The code stands for a contact of ours, and was not checked before."""
    USED = "USED"
    """It stands for one, and was checked before."""
    NOT_OURS = "NOT_OURS"
    """There is no such code, or its time has passed."""
    REGISTERED = "REGISTERED"
    """The number is the lender's, or an agency's that acts for it."""
    NOT_REGISTERED = "NOT_REGISTERED"
    BY_CODE = "BY_CODE"
    """Nothing is told by a number alone."""
    CONTACTED = "CONTACTED"
    """That number was contacted at about that time."""
    NOT_CONTACTED = "NOT_CONTACTED"
    REPORTED = "REPORTED"


class Pretence(Code):
    """What somebody did who was not us."""

    CLAIMED_TO_BE_US = "CLAIMED_TO_BE_US"
    """Used the lender's or an agency's name."""
    ASKED_FOR_PAYMENT = "ASKED_FOR_PAYMENT"
    """Wanted money to an account that is not the lender's."""
    ASKED_FOR_SECRETS = "ASKED_FOR_SECRETS"
    """Wanted a password, a code, or a whole card or identity number."""
    THREATENED = "THREATENED"
    GAVE_A_FALSE_CODE = "GAVE_A_FALSE_CODE"
    OFFERED_PAID_HELP = "OFFERED_PAID_HELP"
    """Offered to settle the debt, for a fee."""
