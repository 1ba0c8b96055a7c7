"""Somebody at a desk calls a person by hand: through the gate, as everything that leaves."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.desk.claim import refuse_unless_had
from forbear.contexts.cases.models import Callback, Case, Talk
from forbear.contexts.cases.move import held_case
from forbear.contexts.contact.channels.registry import DESK, bridge_of
from forbear.contexts.contact.gate.ask import Wish
from forbear.contexts.contact.gate.authorise import Answer, Asked, authorise
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.direct import begin_at_once
from forbear.contexts.contact.gate.word import Way
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.care import code_of_team
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.policy import facts_of_id
from forbear.contexts.rulebook.library import open_desks, pack_in_force
from forbear.policy.ask.detail import DetailFacts, may_speak
from forbear.values.code import Channel
from forbear.values.errors import Conflict, Denied
from forbear.values.principal import Principal


class CallUnderWay(Conflict):
    """A call about this case is not wrapped up yet."""

    code = "CALL_UNDER_WAY"


class NoCall(Conflict):
    """There is no call of the actor's under way."""

    code = "NO_CALL"


class MayNotSpeak(Denied):
    """A rule lets nobody speak of the debt with whoever is behind this contact point."""

    code = "MAY_NOT_SPEAK"


def place_call(
    case_id: int,
    wish: Wish,
    *,
    request: UUID,
    provider: str | None,
    actor: Principal,
    now: datetime,
    clock: Clock = database_clock,
) -> Answer:
    """Ask the gate for a call and, where it is allowed, have it connected.

    ``request`` is drawn once for each call that is wanted, so that sending a form twice makes one.
    ``provider`` null: none carries calls here, so the lender's own telephone system connects it
    by its permit. Of a refused call nothing is left but the gate's own decision.

    Raises:
        NotPermitted: CONTACT_MAKE or CASE_WORK is missing.
        NoSuchCase, CaseHeld, CaseNotTaken: the actor does not have the case.
        CallUnderWay: another one is not wrapped up.
    """
    may(actor, Permission.CONTACT_MAKE)
    may(actor, Permission.CASE_WORK)
    assert wish.channel is Channel.VOICE, "other channels carry approved words"
    with acting(actor):
        case = held_case(case_id)
        refuse_unless_had(case, actor=actor, now=now)
        team, promised = code_of_team(case.team_id), _promised(case)
        _begin(case, wish, request, actor=actor, now=now)
    asked = Asked(
        request,
        wish,
        Way.CALLBACK if promised else Way.MANUAL,
        provider or DESK,
        team=team,
        lasts=open_desks().call_waits,
    )
    answer = authorise(asked, actor=actor, clock=clock)
    if not answer.allowed:
        _forget(request, actor=actor)
    elif provider is None:
        begin_at_once(request, bridge_of(DESK), actor=actor, clock=clock)
    return answer


def verify_identity(case_id: int, *, actor: Principal, now: datetime) -> None:
    """Mark that whoever speaks in the actor's call is the person.

    Raises:
        NotPermitted, NoSuchCase, CaseHeld, CaseNotTaken.
        NoCall: there is no call under way.
        MayNotSpeak: the law lets nobody speak of the debt by this contact point.
    """
    may(actor, Permission.CASE_WORK)
    with acting(actor):
        case = held_case(case_id)
        refuse_unless_had(case, actor=actor, now=now)
        talk = own_talk(case, actor=actor)
        if talk.verified_at is not None:
            return
        _refuse_silence(talk, now=now)
        talk.verified_at = now
        talk.save(update_fields=["verified_at"])
        record(
            AuditEvent.IDENTITY_VERIFIED,
            actor=actor,
            subject=f"case:{case_id}",
            now=now,
            debtor_id=case.debtor_id,
            body={"permit": str(talk.permit_id)},
        )


def own_talk(case: Case, *, actor: Principal) -> Talk:
    """Return the actor's call about a held case.

    Raises:
        NoCall: there is none.
    """
    required()
    rows = Talk.objects.filter(case=case, ended_at__isnull=True, staff_id=staff_id(actor))
    talk = rows.first()
    if talk is None:
        raise NoCall(
            "No call of yours is under way.",
            remedy="Load the page again to see where the case stands.",
            message_zh="您没有进行中的通话。",
            remedy_zh="请重新打开页面查看案件状态。",
        )
    return talk


def _begin(case: Case, wish: Wish, request: UUID, *, actor: Principal, now: datetime) -> None:
    before = Talk.objects.filter(case=case, ended_at__isnull=True).first()
    if before is not None and before.permit_id == request:
        return
    if before is not None or Talk.objects.filter(permit_id=request).exists():
        raise CallUnderWay(
            "A call about this case is not wrapped up yet.",
            remedy="Wrap it up, then call again.",
            message_zh="此案件有一次通话尚未登记结果。",
            remedy_zh="请先登记结果，再次拨打。",
        )
    Talk.objects.create(
        permit_id=request,
        case=case,
        debtor_id=case.debtor_id,
        staff_id=staff_id(actor),
        contact_point_id=wish.contact_point_id,
        loan_id=wish.loan_id,
        begun_at=now,
    )


def _promised(case: Case) -> bool:
    return Callback.objects.filter(case=case, done_at__isnull=True).exists()


def _forget(request: UUID, *, actor: Principal) -> None:
    with acting(actor):
        Talk.objects.filter(permit_id=request, staff_id=staff_id(actor)).delete()


def _refuse_silence(talk: Talk, *, now: datetime) -> None:
    person = facts_of_id(talk.debtor_id)
    point = next((each for each in person.points if each.no == talk.contact_point_id), None)
    if point is None:
        return
    facts = DetailFacts(Channel.VOICE, point.relation, identity_verified=True)
    refusals = may_speak(pack_in_force(person.jurisdiction, now.date()), facts, now=now).refusals
    if refusals:
        about = refusals[0].about
        raise MayNotSpeak(
            about.text_en,
            remedy="Ask the person to call back, and wrap up.",
            message_zh=about.text_zh,
            remedy_zh="请本人回电，并登记结果。",
        )
