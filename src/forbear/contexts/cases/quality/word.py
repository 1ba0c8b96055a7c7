"""By what is a call judged, and from which kinds of calls is one drawn?"""

from __future__ import annotations

from forbear.contexts.cases.transition import Said
from forbear.values.code import Code, Outcome


class Stratum(Code):
    """Which kind of call it was; each kind has the same chance to be drawn."""

    SPOKEN = "SPOKEN"
    """With the person, about the debt."""
    ANSWERED = "ANSWERED"
    """Somebody answered, and it went no further."""
    NOBODY = "NOBODY"


class Point(Code):
    """What is looked at in a call, in the order in which a call goes."""

    IDENTITY = "IDENTITY"
    LISTENING = "LISTENING"
    FACTS = "FACTS"
    OPTIONS = "OPTIONS"
    TONE = "TONE"


MARK_MAX = 2
SPOKEN = frozenset({Outcome.CONVERSATION, Outcome.RIGHT_PARTY})
ANSWERED = frozenset({Outcome.ANSWERED, Outcome.WRONG_PERSON, Outcome.REPLIED})
STRATA = {
    Stratum.SPOKEN: Said("spoken with the person", "与本人通话"),
    Stratum.ANSWERED: Said("somebody answered", "有人接听"),
    Stratum.NOBODY: Said("reached nobody", "未接通"),
}
POINTS = {
    Point.IDENTITY: Said(
        "Certain who it is before anything of the debt is said", "确认身份后才谈及欠款"
    ),
    Point.LISTENING: Said("Listens, and lets the person finish", "认真倾听，不打断"),
    Point.FACTS: Said("Amounts, days and rights are right and clear", "金额、日期与权利准确清楚"),
    Point.OPTIONS: Said("Offers what helps: time, an arrangement, advice", "提供可行的帮助与方案"),
    Point.TONE: Said("Calm and kind; no pressure", "语气平和友善，不施压"),
}
MARKS = {
    0: Said("not yet", "尚未做到"),
    1: Said("in part", "部分做到"),
    2: Said("well done", "做得好"),
}


def stratum_of(outcome: str | None) -> Stratum:
    """Return which kind of call it was."""
    known = None if outcome is None else Outcome(outcome)
    if known in SPOKEN:
        return Stratum.SPOKEN
    return Stratum.ANSWERED if known in ANSWERED else Stratum.NOBODY
