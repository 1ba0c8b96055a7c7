"""In which states can a filing be, and which follow which? One literal table a kind."""

from __future__ import annotations

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.transition import Said
from forbear.contexts.rights.word import FilingKind
from forbear.values.code import Code


class FilingState(Code):
    """Where a filing stands."""

    FILED = "FILED"
    """Taken in; nobody has looked at it yet."""
    ACKNOWLEDGED = "ACKNOWLEDGED"
    """The person was told that it is here, and until when an answer is due."""
    WORKING = "WORKING"
    """Somebody looks into it."""
    ASKED = "ASKED"
    """The person was asked something; clocks go on all the same."""
    DECIDED = "DECIDED"
    """Answered with reasons."""
    ESCALATED = "ESCALATED"
    """With an authority or an ombudsman."""
    GRANTED = "GRANTED"
    """Something is done for the person, until its review."""
    ENDED = "ENDED"
    """What was granted has run its time, or is needed no more."""
    WITHDRAWN = "WITHDRAWN"
    """The person took it back."""


_S = FilingState
NEXT: dict[FilingKind, dict[FilingState, frozenset[FilingState]]] = {
    FilingKind.DISPUTE: {
        _S.FILED: frozenset({_S.WORKING, _S.ASKED, _S.DECIDED, _S.WITHDRAWN}),
        _S.WORKING: frozenset({_S.ASKED, _S.DECIDED, _S.WITHDRAWN}),
        _S.ASKED: frozenset({_S.WORKING, _S.DECIDED, _S.WITHDRAWN}),
        _S.DECIDED: frozenset({_S.WORKING}),
        _S.WITHDRAWN: frozenset({_S.WORKING}),
    },
    FilingKind.COMPLAINT: {
        _S.FILED: frozenset({_S.ACKNOWLEDGED, _S.ESCALATED, _S.WITHDRAWN}),
        _S.ACKNOWLEDGED: frozenset({_S.WORKING, _S.ESCALATED, _S.WITHDRAWN}),
        _S.WORKING: frozenset({_S.ASKED, _S.DECIDED, _S.ESCALATED, _S.WITHDRAWN}),
        _S.ASKED: frozenset({_S.WORKING, _S.DECIDED, _S.ESCALATED, _S.WITHDRAWN}),
        _S.DECIDED: frozenset({_S.WORKING, _S.ESCALATED}),
        _S.ESCALATED: frozenset({_S.WORKING, _S.DECIDED}),
        _S.WITHDRAWN: frozenset({_S.WORKING}),
    },
    FilingKind.HARDSHIP: {
        _S.FILED: frozenset({_S.WORKING, _S.ASKED, _S.GRANTED, _S.DECIDED, _S.WITHDRAWN}),
        _S.WORKING: frozenset({_S.ASKED, _S.GRANTED, _S.DECIDED, _S.WITHDRAWN}),
        _S.ASKED: frozenset({_S.WORKING, _S.GRANTED, _S.DECIDED, _S.WITHDRAWN}),
        _S.GRANTED: frozenset({_S.WORKING, _S.ENDED}),
        _S.DECIDED: frozenset({_S.WORKING}),
        _S.ENDED: frozenset({_S.WORKING}),
        _S.WITHDRAWN: frozenset({_S.WORKING}),
    },
    FilingKind.DATA_REQUEST: {
        _S.FILED: frozenset({_S.WORKING, _S.ASKED, _S.DECIDED, _S.WITHDRAWN}),
        _S.WORKING: frozenset({_S.ASKED, _S.DECIDED, _S.WITHDRAWN}),
        _S.ASKED: frozenset({_S.WORKING, _S.DECIDED, _S.WITHDRAWN}),
        _S.DECIDED: frozenset({_S.WORKING}),
        _S.WITHDRAWN: frozenset({_S.WORKING}),
    },
}
"""Nothing is hidden by closing: whatever was answered or taken back can be taken up again."""
SETTLED = frozenset({_S.DECIDED, _S.ENDED, _S.WITHDRAWN})
"""Where nothing is owed to the person for now; from here on a filing is reopened."""
MUTE = frozenset({_S.GRANTED, *SETTLED})
"""Where no clock for an answer runs."""
EVENTS: dict[FilingState, AuditEvent] = {
    _S.FILED: AuditEvent.FILING_FILED,
    _S.ACKNOWLEDGED: AuditEvent.FILING_ACKNOWLEDGED,
    _S.WORKING: AuditEvent.FILING_TAKEN_UP,
    _S.ASKED: AuditEvent.FILING_ASKED,
    _S.DECIDED: AuditEvent.FILING_DECIDED,
    _S.ESCALATED: AuditEvent.FILING_ESCALATED,
    _S.GRANTED: AuditEvent.FILING_GRANTED,
    _S.ENDED: AuditEvent.FILING_ENDED,
    _S.WITHDRAWN: AuditEvent.FILING_WITHDRAWN,
}
"""What is written down on the way into a state."""
STATES = {
    _S.FILED: Said("filed", "已提交"),
    _S.ACKNOWLEDGED: Said("acknowledged", "已受理"),
    _S.WORKING: Said("being looked into", "处理中"),
    _S.ASKED: Said("waiting for the person's answer", "待本人补充"),
    _S.DECIDED: Said("decided", "已答复"),
    _S.ESCALATED: Said("with an authority", "已转监管机构"),
    _S.GRANTED: Said("granted", "已给予帮助"),
    _S.ENDED: Said("ended", "已结束"),
    _S.WITHDRAWN: Said("taken back", "已撤回"),
}


class ReferralState(Code):
    """Where a hand-over to somebody who helps stands."""

    OFFERED = "OFFERED"
    """The person was told of it, with how to get there by themselves."""
    HANDED_OVER = "HANDED_OVER"
    """With the person's consent, whoever helps was told of them."""
    DECLINED = "DECLINED"
    ENDED = "ENDED"


_R = ReferralState
REFERRAL_NEXT: dict[ReferralState, frozenset[ReferralState]] = {
    _R.OFFERED: frozenset({_R.HANDED_OVER, _R.DECLINED, _R.ENDED}),
    _R.HANDED_OVER: frozenset({_R.ENDED}),
    _R.DECLINED: frozenset({_R.HANDED_OVER}),
    _R.ENDED: frozenset(),
}
REFERRAL_EVENTS = {
    _R.OFFERED: AuditEvent.REFERRAL_OFFERED,
    _R.HANDED_OVER: AuditEvent.REFERRAL_HANDED_OVER,
    _R.DECLINED: AuditEvent.REFERRAL_DECLINED,
    _R.ENDED: AuditEvent.REFERRAL_ENDED,
}
REFERRAL_STATES = {
    _R.OFFERED: Said("offered", "已告知"),
    _R.HANDED_OVER: Said("handed over", "已转介"),
    _R.DECLINED: Said("declined", "本人不需要"),
    _R.ENDED: Said("ended", "已结束"),
}
