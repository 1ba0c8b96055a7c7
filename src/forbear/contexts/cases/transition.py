"""In which states can a case be, and which follow which?"""

from __future__ import annotations

from typing import NamedTuple

from forbear.values.code import Code


class CaseState(Code):
    """Where a case stands."""

    NEW = "NEW"
    """In the care of a team; nobody has worked on it yet."""
    WORKING = "WORKING"
    """Somebody is at it."""
    WAITING = "WAITING"
    """A promise, a payment in transit or a callback is awaited."""
    ON_HOLD = "ON_HOLD"
    """A hold forbids collection."""
    ARRANGED = "ARRANGED"
    """A signed arrangement is being kept."""
    LEGAL = "LEGAL"
    """With a court or a mediator."""
    CLOSED = "CLOSED"
    """Nothing is owed today, or nothing more will be done."""


class CaseEnd(Code):
    """Why a case was closed."""

    CURED = "CURED"
    SETTLED = "SETTLED"
    WRONG_PERSON = "WRONG_PERSON"
    WRITTEN_OFF = "WRITTEN_OFF"
    TIME_BARRED = "TIME_BARRED"
    SOLD = "SOLD"
    DECEASED = "DECEASED"


_S = CaseState
NEXT: dict[CaseState, frozenset[CaseState]] = {
    _S.NEW: frozenset({_S.WORKING, _S.WAITING, _S.ON_HOLD, _S.ARRANGED, _S.LEGAL, _S.CLOSED}),
    _S.WORKING: frozenset({_S.WAITING, _S.ON_HOLD, _S.ARRANGED, _S.LEGAL, _S.CLOSED}),
    _S.WAITING: frozenset({_S.WORKING, _S.ON_HOLD, _S.ARRANGED, _S.LEGAL, _S.CLOSED}),
    _S.ON_HOLD: frozenset({_S.WORKING, _S.WAITING, _S.ARRANGED, _S.LEGAL, _S.CLOSED}),
    _S.ARRANGED: frozenset({_S.WORKING, _S.ON_HOLD, _S.LEGAL, _S.CLOSED}),
    _S.LEGAL: frozenset({_S.WORKING, _S.ON_HOLD, _S.ARRANGED, _S.CLOSED}),
    _S.CLOSED: frozenset(),
}
"""A closed case stays closed; who falls behind again gets a new one."""


class Said(NamedTuple):
    """The same in both languages; English in lower case, to stand inside a sentence."""

    en: str
    zh: str


STATES = {
    CaseState.NEW: Said("new", "新案"),
    CaseState.WORKING: Said("being worked on", "处理中"),
    CaseState.WAITING: Said("waiting", "等待中"),
    CaseState.ON_HOLD: Said("on hold", "暂停"),
    CaseState.ARRANGED: Said("under an arrangement", "履行安排中"),
    CaseState.LEGAL: Said("with a court or mediator", "诉讼或调解中"),
    CaseState.CLOSED: Said("closed", "已结案"),
}
ENDS = {
    CaseEnd.CURED: Said("nothing is overdue any more", "已无逾期"),
    CaseEnd.SETTLED: Said("settled", "已结清"),
    CaseEnd.WRONG_PERSON: Said("wrong person", "非本人"),
    CaseEnd.WRITTEN_OFF: Said("written off", "已核销"),
    CaseEnd.TIME_BARRED: Said("time for suing has run out", "诉讼时效已过"),
    CaseEnd.SOLD: Said("sold", "已转让"),
    CaseEnd.DECEASED: Said("the person has died", "债务人已去世"),
}
