"""What follows when somebody who has listened says what a moment was?

A machine's word decides nothing. Whoever confirms a moment does what a colleague would have done in
the call: a wish not to be called is written down, a number that is somebody else's is used no more,
a sign of distress places its hold. An act of a colleague is a matter between people: it is only
written down.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.call.hearing import may_hear_within, no_reason_given
from forbear.contexts.contact.transcript.listen import Spoken, tell_listeners
from forbear.contexts.contact.transcript.table import Moment
from forbear.contexts.contact.transcript.whose import call_of
from forbear.contexts.contact.transcript.word import MomentKind, Verdict
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import doing, may, staff_id
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.actions.consent import enter_consent
from forbear.contexts.portfolio.actions.point import enter_quality
from forbear.contexts.portfolio.contract import hold_person
from forbear.contexts.portfolio.queries.policy import PersonFacts, facts_of_id
from forbear.contexts.portfolio.said import ConsentSaid
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rulebook.library import open_scripts
from forbear.values.code import ConsentKind, ConsentState, HoldKind, PointQuality
from forbear.values.errors import Conflict, Denied, InvalidInput, NotFound
from forbear.values.principal import Principal


class NoSuchMoment(NotFound):
    """There is no such moment, or not for this reader."""

    code = "NO_SUCH_MOMENT"


class MomentDecided(Conflict):
    """Somebody else has decided it."""

    code = "MOMENT_DECIDED"


class OwnMoment(Denied):
    """Nobody decides about a call of their own."""

    code = "OWN_MOMENT"


def decide_moment(
    ident: UUID, moment_id: int, verdict: str, *, actor: Principal, now: datetime
) -> bool:
    """Say what a moment of a call was; what follows from it follows in the same transaction.

    Returns whether something was done about the person. The same verdict again changes nothing.

    Raises:
        NotPermitted: QUALITY_SCORE is missing, or it is not a member of staff.
        NoReasonGiven: they have not said, a short while ago, why they listen.
        NoSuchMoment, MomentDecided, OwnMoment, InvalidInput.
        UnknownRef: the person was erased.
    """
    may(actor, Permission.QUALITY_SCORE)
    judge = staff_id(actor)
    said = _verdict(verdict)
    with acting(actor):
        row = Moment.objects.filter(pk=moment_id, permit_id=ident).first()
        if row is None:
            raise _none()
        if not may_hear_within(ident, actor=actor, now=now):
            raise no_reason_given()
        if row.staff_id == judge:
            raise _own()
        hold_person(row.debtor_id)
        row = Moment.objects.select_for_update().get(pk=row.pk)
        if row.verdict is not None:
            if row.verdict == said.value:
                return False
            raise _decided()
        row.verdict, row.decided_at, row.decided_by = said.value, now, str(actor)
        done = said is Verdict.SO and _follow(row, actor=actor, now=now)
        row.held = row.held or (done and row.kind == MomentKind.DISTRESS.value)
        row.save(update_fields=["verdict", "decided_at", "decided_by", "held"])
        record(
            AuditEvent.MOMENT_DECIDED,
            actor=actor,
            subject=f"moment:{row.pk}",
            now=now,
            debtor_id=row.debtor_id,
            body={
                "call": str(row.permit_id),
                "kind": row.kind,
                "code": row.code,
                "verdict": said.value,
                "staff": row.staff_id,
            },
        )
        return done


def _follow(row: Moment, *, actor: Principal, now: datetime) -> bool:
    kind = MomentKind(row.kind)
    if kind is MomentKind.ACT:
        return False
    if kind is MomentKind.DISTRESS:
        spoken = Spoken(row.permit_id, row.debtor_id, _kinds(row.code), by_machine=False)
        return tell_listeners(spoken, actor=actor, now=now)
    person = facts_of_id(row.debtor_id)
    if kind is MomentKind.STOP:
        return _stop(row, person, actor=actor, now=now)
    return _wrong_person(row, person, actor=actor, now=now)


def _kinds(code: str) -> tuple[HoldKind, ...]:
    """Return the holds of the sign that a moment's code names."""
    signs = (each.kinds for each in open_scripts().signs)
    return next((kinds for kinds in signs if kinds[0].value == code), (HoldKind(code),))


def _stop(row: Moment, person: PersonFacts, *, actor: Principal, now: datetime) -> bool:
    call = call_of(row.permit_id)
    if call is None:
        return False
    said = ConsentSaid(
        ref=f"heard-{row.permit_id}",
        debtor_ref=person.ref,
        kind=ConsentKind.CHANNEL,
        state=ConsentState.WITHDRAWN,
        channel=call.channel,
    )
    by = doing(actor, Permission.PERSON_CHANGE)
    return enter_consent(said, source=Source.STAFF, actor=by, now=now).new


def _wrong_person(row: Moment, person: PersonFacts, *, actor: Principal, now: datetime) -> bool:
    call = call_of(row.permit_id)
    number = None if call is None else call.point_id
    point = next((each for each in person.points if each.no == number), None)
    if point is None:
        return False
    by = doing(actor, Permission.PERSON_CHANGE)
    return enter_quality(point.ref, PointQuality.WRONG_PERSON, actor=by, now=now).new


def _verdict(text: str) -> Verdict:
    try:
        return Verdict(text)
    except ValueError:
        raise InvalidInput(
            "Say what it was.",
            remedy=f"Use one of {', '.join(each.value for each in Verdict)}.",
            message_zh="请说明核实结果。",
            remedy_zh=f"可选：{'、'.join(each.value for each in Verdict)}。",
            field="verdict",
        ) from None


def _none() -> NoSuchMoment:
    return NoSuchMoment(
        "There is no such moment here.",
        remedy="Look at the list again; its recording may have been deleted.",
        message_zh="这里没有该片段。",
        remedy_zh="请重新查看列表；相关录音可能已到期删除。",
    )


def _decided() -> MomentDecided:
    return MomentDecided(
        "Somebody has decided this otherwise already.",
        remedy="Load the page again; talk to whoever decided it.",
        message_zh="该片段已由他人作出不同的认定。",
        remedy_zh="请刷新页面，并与作出认定的同事沟通。",
    )


def _own() -> OwnMoment:
    return OwnMoment(
        "This is your own call; somebody else decides.",
        remedy="Leave it to a colleague.",
        message_zh="这是您本人的通话，须由他人认定。",
        remedy_zh="请由同事处理。",
    )
