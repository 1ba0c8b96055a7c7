"""Which closed lists of words does the portfolio use beside those of the book?"""

from __future__ import annotations

from forbear.values.code import Code


class Source(Code):
    """By which way a row came in."""

    EXTRACT = "EXTRACT"
    """From a lender's files; the next extract tells it again."""
    API = "API"
    STAFF = "STAFF"
    PORTAL = "PORTAL"
    SYSTEM = "SYSTEM"


class VulnerabilityKind(Code):
    """What makes a person need more care."""

    HEALTH = "HEALTH"
    MENTAL_HEALTH = "MENTAL_HEALTH"
    BEREAVEMENT = "BEREAVEMENT"
    CARER = "CARER"
    DISABILITY = "DISABILITY"
    AGE = "AGE"
    LOW_INCOME = "LOW_INCOME"
    LANGUAGE = "LANGUAGE"
    VIOLENCE_AT_HOME = "VIOLENCE_AT_HOME"
    SELF_HARM_RISK = "SELF_HARM_RISK"
    OTHER = "OTHER"


class RepresentativeKind(Code):
    """In which capacity somebody acts for a person."""

    LAWYER = "LAWYER"
    GUARDIAN = "GUARDIAN"
    EXECUTOR = "EXECUTOR"
    DEBT_ADVISER = "DEBT_ADVISER"
    HELPER = "HELPER"


class Revealable(Code):
    """Which personal values somebody may ask to see in full."""

    NAME = "NAME"
    NATIONAL_ID = "NATIONAL_ID"
    ADDRESS = "ADDRESS"
    """Of a contact point."""
    NOTE = "NOTE"
    """Of a vulnerability."""
    REPRESENTATIVE_NAME = "REPRESENTATIVE_NAME"
    REPRESENTATIVE_ADDRESS = "REPRESENTATIVE_ADDRESS"


class ParticularKind(Code):
    """What the lender says of itself, and may say anew on a page.

    What it says it of, where there is more than one: a law, a creditor's code, a number, a product,
    a bucket, or a record.
    """

    LENDER_NAME = "LENDER_NAME"
    LICENCE = "LICENCE"
    COMPLAINT_PHONE = "COMPLAINT_PHONE"
    COMPLAINT_EMAIL = "COMPLAINT_EMAIL"
    ADDRESS = "ADDRESS"
    SITE = "SITE"
    """Where contacts are checked, and persons find the lender itself."""
    SERVICE_PHONE = "SERVICE_PHONE"
    """Which number messages give to call back, of a law."""
    OWN_NUMBER = "OWN_NUMBER"
    """A number that the lender calls from, by its name; without one it is the lender's no more."""
    CREDITOR_NAME = "CREDITOR_NAME"
    PRODUCT_NAME = "PRODUCT_NAME"
    PRODUCT_SAYS = "PRODUCT_SAYS"
    """What a product is, in a sentence."""
    BUCKET_NAME = "BUCKET_NAME"
    KEEPING = "KEEPING"
    """For how many years a record is kept, where a law holds."""
