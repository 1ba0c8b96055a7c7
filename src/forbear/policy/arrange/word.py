"""Which closed lists of words do budgets and arrangements use?"""

from __future__ import annotations

from forbear.values.code import Code


class Every(Code):
    """How often an amount comes in or goes out."""

    MONTH = "MONTH"
    FORTNIGHT = "FORTNIGHT"
    WEEK = "WEEK"


class IncomeKind(Code):
    """Where money comes from."""

    WAGE = "WAGE"
    SELF_EMPLOYED = "SELF_EMPLOYED"
    PENSION = "PENSION"
    BENEFIT = "BENEFIT"
    FAMILY = "FAMILY"
    """What others in the household or family give."""
    RENT = "RENT"
    OTHER = "OTHER"


class OutgoingKind(Code):
    """What money must go out for."""

    HOUSING = "HOUSING"
    FOOD = "FOOD"
    UTILITIES = "UTILITIES"
    CLOTHING = "CLOTHING"
    TRANSPORT = "TRANSPORT"
    COMMUNICATION = "COMMUNICATION"
    HEALTH = "HEALTH"
    CARE = "CARE"
    """Of children, elders or others."""
    EDUCATION = "EDUCATION"
    INSURANCE = "INSURANCE"
    TAX = "TAX"
    MAINTENANCE = "MAINTENANCE"
    """What is paid for somebody by order of a court or by agreement."""
    OTHER = "OTHER"


class StepCode(Code):
    """One step from what comes in to what can be paid."""

    INCOME = "INCOME"
    LIVING = "LIVING"
    OUTGOINGS = "OUTGOINGS"
    KEPT_BACK = "KEPT_BACK"
    OTHER_DEBTS = "OTHER_DEBTS"
    SAID = "SAID"
    """The person says what they can pay; it counts where it is less."""
    NOTHING_LEFT = "NOTHING_LEFT"
    """Less than nothing is left; nothing is affordable."""


class CautionCode(Code):
    """What whoever offers an arrangement must bear in mind."""

    NOT_CHECKED = "NOT_CHECKED"
    """Only the person's own word says what they can pay."""
    LIVING_RAISED = "LIVING_RAISED"
    """What the person told for living is below what is protected."""
    SAID_MORE = "SAID_MORE"
    """The person said more than is left; what is left counts."""
    OTHERS_WHOLE = "OTHERS_WHOLE"
    """Other lenders are paid whole first, since what is owed to them is not known."""
    NOTHING_AFFORDABLE = "NOTHING_AFFORDABLE"
    """No arrangement fits; help with hardship does."""
    FLOOR_UNVERIFIED = "FLOOR_UNVERIFIED"
    """The protected cost of living is a house figure that rests on no text that was read."""


class Target(Code):
    """Up to where an arrangement leads."""

    ARREARS = "ARREARS"
    """What is overdue, beside the instalments of the contract that fall due meanwhile."""
    PAYOFF = "PAYOFF"
    """All that it would take to end the contracts today."""


class PlanKind(Code):
    """How the instalments of an arrangement lie."""

    EQUAL = "EQUAL"
    STEPPED = "STEPPED"
    """They begin lower and rise."""
    PAUSE_FIRST = "PAUSE_FIRST"
    """Some months without, then equal ones."""


class Treatment(Code):
    """What happens to interest and penalty while an arrangement is kept."""

    FROZEN = "FROZEN"
    """Nothing more is added."""
    ACCRUES = "ACCRUES"
    """Simple interest on what is left, agreed beforehand and never more than that."""


class Waiver(Code):
    """When penalty that an arrangement gives up is given up, as its text says."""

    KEPT = "KEPT"
    """Once the arrangement is kept to its end."""
    SIGNED = "SIGNED"
    """From signing on; it is owed again where the arrangement is not kept."""
    SIGNED_FOR_GOOD = "SIGNED_FOR_GOOD"
    """From signing on, also where the arrangement is not kept."""


class LeftOut(Code):
    """Why a kind of arrangement is not offered."""

    NOTHING_OWED = "NOTHING_OWED"
    BELOW_MINIMUM = "BELOW_MINIMUM"
    BELOW_REGULAR = "BELOW_REGULAR"
    """The month's own instalments and charges leave nothing for what is overdue."""
    TOO_LONG = "TOO_LONG"
    NOT_FROZEN = "NOT_FROZEN"
    """A pause at the start would let the debt grow."""
    SAME = "SAME"
    """It would be the same as another one."""
    BEYOND_MEANS = "BEYOND_MEANS"
    """So few instalments would take more a month than can be afforded."""


class Keeping(Code):
    """How an arrangement is kept on a day."""

    KEPT = "KEPT"
    LATE = "LATE"
    BROKEN = "BROKEN"
    COMPLETED = "COMPLETED"


class Content(Code):
    """What an agreement must say."""

    BALANCE = "BALANCE"
    """What is owed, of what it consists, in which currency."""
    SCHEDULE = "SCHEDULE"
    CHARGES = "CHARGES"
    """Whether interest and fees run on."""
    NO_NEW_CREDIT = "NO_NEW_CREDIT"
    """What the person undertakes about new credit until the debt is settled."""
    RIGHTS = "RIGHTS"
    """Rights and duties, and what it means when the agreement is not kept."""
    OTHER = "OTHER"


class Promised(Code):
    """How a promise stands on a day."""

    OPEN = "OPEN"
    KEPT = "KEPT"
    PARTLY_KEPT = "PARTLY_KEPT"
    BROKEN = "BROKEN"
