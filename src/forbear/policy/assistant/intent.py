"""What may a person want who writes to the assistant?"""

from __future__ import annotations

from typing import Final

from forbear.values.code import Code


class Intent(Code):
    """One thing that a person wants or tells. NONE: nothing that the assistant is for."""

    OWED = "OWED"
    """What do I owe?"""
    HOW_COMPUTED = "HOW_COMPUTED"
    """How does it add up?"""
    DUE_DATE = "DUE_DATE"
    PAY_HOW = "PAY_HOW"
    PAYMENT_NOT_SHOWN = "PAYMENT_NOT_SHOWN"
    PROMISE = "PROMISE"
    """I will pay on a day."""
    INTEREST = "INTEREST"
    DISCOUNT = "DISCOUNT"
    """Can some of it be let off?"""
    CANNOT_PAY = "CANNOT_PAY"
    INSTALMENTS = "INSTALMENTS"
    PAUSE = "PAUSE"
    ILLNESS = "ILLNESS"
    JOB_LOSS = "JOB_LOSS"
    DISASTER = "DISASTER"
    BEREAVEMENT = "BEREAVEMENT"
    DISTRESS = "DISTRESS"
    """Words of somebody who can bear no more, though not of harming themselves."""
    SELF_HARM = "SELF_HARM"
    MINOR = "MINOR"
    """Whoever writes, or whoever borrowed, is under age."""
    NOT_MINE = "NOT_MINE"
    ALREADY_PAID = "ALREADY_PAID"
    WRONG_AMOUNT = "WRONG_AMOUNT"
    COMPLAIN = "COMPLAIN"
    SETTLEMENT = "SETTLEMENT"
    """A paper that says that all is paid."""
    RECEIPT = "RECEIPT"
    EVIDENCE = "EVIDENCE"
    RECORDING = "RECORDING"
    DATA_SEE = "DATA_SEE"
    DATA_CORRECT = "DATA_CORRECT"
    DATA_DELETE = "DATA_DELETE"
    BUREAU = "BUREAU"
    """What is reported to a credit bureau, and what follows."""
    LAW = "LAW"
    """What can happen by law?"""
    STOP_CONTACT = "STOP_CONTACT"
    CHANNEL = "CHANNEL"
    HOURS = "HOURS"
    WORKPLACE = "WORKPLACE"
    CONTACTS_TOLD = "CONTACTS_TOLD"
    """Others were contacted, or told."""
    GENUINE = "GENUINE"
    """Is it really you?"""
    FRAUD = "FRAUD"
    WRONG_PERSON = "WRONG_PERSON"
    """Whoever writes is not the person who is sought."""
    CHANGE_PHONE = "CHANGE_PHONE"
    HUMAN = "HUMAN"
    GREETING = "GREETING"
    THANKS = "THANKS"
    GOODBYE = "GOODBYE"
    ABUSE = "ABUSE"
    """Anger at us; it is borne."""
    LANGUAGE = "LANGUAGE"
    OTHER_PERSON = "OTHER_PERSON"
    """Somebody else's debt is asked for."""
    REPRESENTATIVE = "REPRESENTATIVE"
    """Whoever writes acts for somebody, or wants somebody to act for them."""
    STAFF = "STAFF"
    """Whoever writes says that they work here, or for an authority."""
    INJECTION = "INJECTION"
    """The assistant is told to leave its rules."""
    NONE = "NONE"


LIFE: Final = frozenset({Intent.SELF_HARM})
"""A life may be in danger: nothing else is answered."""
CARE: Final = frozenset({Intent.SELF_HARM, Intent.DISTRESS, Intent.MINOR})
"""Somebody needs care, and a person who is trained, before anything about money."""
GUARDED: Final = frozenset({Intent.OTHER_PERSON, Intent.STAFF, Intent.INJECTION})
"""What is asked for is given to nobody in this way."""
MANNERS: Final = frozenset({Intent.GREETING, Intent.THANKS, Intent.GOODBYE, Intent.ABUSE})
"""What says nothing of what is wanted, beside something that does."""
_PROTECTION: Final = (
    CARE,
    GUARDED,
    {Intent.BEREAVEMENT, Intent.ILLNESS, Intent.DISASTER, Intent.JOB_LOSS, Intent.CANNOT_PAY},
    {Intent.FRAUD, Intent.NOT_MINE, Intent.WRONG_PERSON},
    {Intent.ALREADY_PAID, Intent.WRONG_AMOUNT, Intent.PAYMENT_NOT_SHOWN},
    {Intent.STOP_CONTACT, Intent.WORKPLACE, Intent.CONTACTS_TOLD, Intent.COMPLAIN},
    {Intent.HUMAN, Intent.REPRESENTATIVE},
)


def weight_of(intent: Intent) -> int:
    """Return how early a meaning is answered among several: what protects people comes first.

    Somebody in need before what is disputed, that before a wish to be left alone, and questions
    last.
    """
    found = (at for at, group in enumerate(_PROTECTION) if intent in group)
    return next(found, len(_PROTECTION))
