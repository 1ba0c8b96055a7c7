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
