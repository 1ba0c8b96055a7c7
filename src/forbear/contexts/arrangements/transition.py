"""In which states can an arrangement or a promise be, and which follow which?"""

from __future__ import annotations

from forbear.contexts.cases.transition import Said
from forbear.values.code import Code


class ArrangementState(Code):
    """Where an arrangement stands."""

    PROPOSED = "PROPOSED"
    """Worked out to the minor unit, for the person to decide."""
    OFFERED = "OFFERED"
    """The person was shown the whole text of the agreement."""
    ACTIVE = "ACTIVE"
    """Signed, and kept up to now."""
    LATE = "LATE"
    """An instalment is beyond its days of grace; the arrangement goes on."""
    PAUSED = "PAUSED"
    """By agreement no instalment falls due for some months."""
    BROKEN = "BROKEN"
    """An instalment stayed unpaid for too long; the contracts count again."""
    COMPLETED = "COMPLETED"
    """Everything that was agreed is paid."""
    RENEGOTIATED = "RENEGOTIATED"
    """Another signed arrangement has taken its place."""
    WITHDRAWN = "WITHDRAWN"
    """Taken back before signing, or by the person soon after."""
    LAPSED = "LAPSED"
    """Not signed while it was open."""


_S = ArrangementState
NEXT: dict[ArrangementState, frozenset[ArrangementState]] = {
    _S.PROPOSED: frozenset({_S.OFFERED, _S.WITHDRAWN, _S.LAPSED}),
    _S.OFFERED: frozenset({_S.ACTIVE, _S.WITHDRAWN, _S.LAPSED}),
    _S.ACTIVE: frozenset(
        {_S.LATE, _S.PAUSED, _S.BROKEN, _S.COMPLETED, _S.RENEGOTIATED, _S.WITHDRAWN}
    ),
    _S.LATE: frozenset(
        {_S.ACTIVE, _S.PAUSED, _S.BROKEN, _S.COMPLETED, _S.RENEGOTIATED, _S.WITHDRAWN}
    ),
    _S.PAUSED: frozenset(
        {_S.ACTIVE, _S.LATE, _S.BROKEN, _S.COMPLETED, _S.RENEGOTIATED, _S.WITHDRAWN}
    ),
    _S.BROKEN: frozenset({_S.ACTIVE, _S.LATE, _S.PAUSED, _S.COMPLETED}),
    _S.COMPLETED: frozenset({_S.ACTIVE, _S.LATE, _S.PAUSED, _S.BROKEN}),
    _S.RENEGOTIATED: frozenset(),
    _S.WITHDRAWN: frozenset(),
    _S.LAPSED: frozenset(),
}
"""What was broken, or completed, is found to be otherwise only by payments or reversals that count
from an earlier day and became known later."""

UNSIGNED = frozenset({_S.PROPOSED, _S.OFFERED})
LIVE = frozenset({_S.ACTIVE, _S.LATE, _S.PAUSED})
"""The loans are covered: collection stands still."""
RECKONED = LIVE | {_S.BROKEN, _S.COMPLETED}
"""Payments say which of these it is."""

STATES = {
    _S.PROPOSED: Said("proposed", "已拟定"),
    _S.OFFERED: Said("shown to the person", "已向本人出示"),
    _S.ACTIVE: Said("signed and being kept", "已签订，履行中"),
    _S.LATE: Said("an instalment is late", "有一期逾期"),
    _S.PAUSED: Said("paused", "暂停中"),
    _S.BROKEN: Said("ended because it was not kept", "未能履行，已终止"),
    _S.COMPLETED: Said("kept to its end", "已履行完毕"),
    _S.RENEGOTIATED: Said("replaced by another one", "已由新安排替代"),
    _S.WITHDRAWN: Said("withdrawn", "已撤回"),
    _S.LAPSED: Said("lapsed", "已失效"),
}


class PromiseState(Code):
    """Where a promise to pay stands."""

    OPEN = "OPEN"
    """Its day, with the days of grace, has not passed."""
    KEPT = "KEPT"
    PARTLY_KEPT = "PARTLY_KEPT"
    """Some of it was paid in time."""
    BROKEN = "BROKEN"
    """Nothing of it was paid in time."""
    WITHDRAWN = "WITHDRAWN"


_P = PromiseState
PROMISE_NEXT: dict[PromiseState, frozenset[PromiseState]] = {
    _P.OPEN: frozenset({_P.KEPT, _P.PARTLY_KEPT, _P.BROKEN, _P.WITHDRAWN}),
    _P.KEPT: frozenset({_P.OPEN, _P.PARTLY_KEPT, _P.BROKEN}),
    _P.PARTLY_KEPT: frozenset({_P.KEPT, _P.BROKEN}),
    _P.BROKEN: frozenset({_P.KEPT, _P.PARTLY_KEPT}),
    _P.WITHDRAWN: frozenset(),
}
"""A payment that counts from an earlier day, or a reversal, may show that it was otherwise."""

PROMISE_STATES = {
    _P.OPEN: Said("open", "待履行"),
    _P.KEPT: Said("kept", "已履行"),
    _P.PARTLY_KEPT: Said("partly kept", "部分履行"),
    _P.BROKEN: Said("not kept", "未履行"),
    _P.WITHDRAWN: Said("withdrawn", "已撤回"),
}
