"""How does an agency use a permit? Everything is asked again, and only then may it be connected."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from forbear.contexts.contact.agency.match import CLOCKS_DIFFER, TOLD_WITHIN
from forbear.contexts.contact.agency.permit import PermitTold, show_permit, unknown_permit
from forbear.contexts.contact.agency.who import agency_of, seeing_all
from forbear.contexts.contact.channels.registry import Receipt, bridge_of
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.direct import begin_at_once
from forbear.contexts.contact.gate.receipt import take_receipt
from forbear.contexts.contact.gate.word import MADE, WAITING, DispatchState
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.code import Outcome
from forbear.values.errors import Conflict, InvalidInput
from forbear.values.principal import Principal

CALL_OUTCOMES = frozenset(
    {
        Outcome.NOT_CONNECTED,
        Outcome.RANG,
        Outcome.VOICEMAIL,
        Outcome.ANSWERED,
        Outcome.WRONG_PERSON,
        Outcome.RIGHT_PARTY,
        Outcome.CONVERSATION,
    }
)
"""How a call can end."""


class BeginUnderWay(Conflict):
    """Another request is beginning this permit."""

    code = "BEGIN_UNDER_WAY"


class NotBegun(Conflict):
    """The permit was not begun, so there is no outcome of it."""

    code = "NOT_BEGUN"


class UnfitOutcome(InvalidInput):
    """A call cannot end like this."""

    code = "UNFIT_OUTCOME"


def begin(permit_id: UUID, *, actor: Principal, clock: Clock = database_clock) -> PermitTold:
    """Decide a second time; begun, it counts as made. Again: where it stands, and nothing more.

    Raises:
        NotPermitted: CONTACT_MAKE is missing, or no agency asks.
        UnknownContact: the agency has no such permit for a person in its care.
        BeginUnderWay: another request is at it, or died at it less than half a minute ago.
    """
    may(actor, Permission.CONTACT_MAKE)
    agency = agency_of(actor)
    begin_at_once(permit_id, bridge_of(agency.provider), actor=actor, clock=clock)
    told = show_permit(permit_id, actor=actor, now=clock())
    if told.state is None:
        raise unknown_permit(permit_id)
    if told.state in WAITING:
        raise BeginUnderWay(
            "Another request is beginning this permit.",
            remedy="Wait a moment, then begin it again: it is begun once.",
            message_zh="另一请求正在开始使用此许可。",
            remedy_zh="请稍候再次开始；许可只会开始一次。",
        )
    return told


def tell_outcome(
    permit_id: UUID,
    *,
    event_id: str,
    outcome: Outcome,
    at: datetime,
    actor: Principal,
    now: datetime,
) -> bool:
    """Take what an agency tells of a begun contact; False: this event was told before.

    Events may come late, twice and in any order: what says most counts.

    Raises:
        NotPermitted: CONTACT_MAKE is missing, or no agency tells.
        UnknownContact: the agency never had such a permit.
        NotBegun: nothing was to happen; if it did, it belongs into the day's report.
        UnfitOutcome: a call cannot end like this, or it is too long ago or to come.
    """
    may(actor, Permission.CONTACT_MAKE)
    agency = agency_of(actor)
    if not now - TOLD_WITHIN <= at <= now + CLOCKS_DIFFER:
        raise UnfitOutcome(
            f"An outcome is of the last {TOLD_WITHIN.days} days, and not to come.",
            remedy="Send the instant at which the call ended, with its offset.",
            message_zh=f"结果须发生在最近 {TOLD_WITHIN.days} 天内，且不得为将来。",
            remedy_zh="请发送通话结束的时刻，并带时区偏移。",
            field="at",
        )
    if outcome not in CALL_OUTCOMES:
        raise UnfitOutcome(
            "A call cannot end like this.",
            remedy=f"Use one of: {', '.join(sorted(each.value for each in CALL_OUTCOMES))}.",
            message_zh="通话没有这种结果。",
            remedy_zh=f"可用：{'、'.join(sorted(each.value for each in CALL_OUTCOMES))}。",
            field="outcome",
        )
    own = seeing_all(actor)
    with reading(own):
        rows = Dispatch.objects.filter(permit_id=permit_id, provider=agency.provider)
        state = rows.values_list("state", flat=True).first()
    if state is None:
        raise unknown_permit(permit_id)
    if DispatchState(state) not in MADE:
        raise NotBegun(
            "The permit was not begun, so nothing was to happen.",
            remedy="Begin a permit before the contact; report one that was made in the day's list.",
            message_zh="该许可未开始使用，不应发生联系。",
            remedy_zh="请先开始许可再联系；已发生的联系请在当日清单中上报。",
        )
    told = Receipt(f"told:{event_id}", permit_id, outcome, at)
    return take_receipt(agency.provider, told, actor=own, now=now)
