"""A call is over: how did it end, what comes next, and what is worth knowing?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.actions.call import own_talk
from forbear.contexts.cases.actions.claim_case import give_back
from forbear.contexts.cases.actions.set_callback import keep_promises, promise
from forbear.contexts.cases.actions.write_note import Written, heed, write_within
from forbear.contexts.cases.desk.check import WordsRefused
from forbear.contexts.cases.desk.claim import refuse_unless_had
from forbear.contexts.cases.desk.draft import drop_draft
from forbear.contexts.cases.desk.talk import suggested_for
from forbear.contexts.cases.models import Case, Plan, PlanState, Talk
from forbear.contexts.cases.move import held_case, move
from forbear.contexts.cases.transition import NEXT, CaseEnd, CaseState
from forbear.contexts.contact.agency.begin import CALL_OUTCOMES
from forbear.contexts.contact.gate.tell import tell_by_hand
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.actions.hold import enter_hold
from forbear.contexts.portfolio.actions.point import enter_quality
from forbear.contexts.portfolio.queries.day import from_now_on
from forbear.contexts.portfolio.queries.policy import facts_of_id
from forbear.contexts.portfolio.said import HoldSaid
from forbear.contexts.portfolio.word import Source
from forbear.values.code import Code, HoldKind, Outcome, PointQuality
from forbear.values.errors import InvalidInput
from forbear.values.principal import Principal


class Following(Code):
    """What comes after a call."""

    DONE = "DONE"
    """Nothing more today."""
    AGAIN = "AGAIN"
    """It is tried again later today, if the rules allow; the plan stays."""
    CALL_BACK = "CALL_BACK"
    """A call is promised for a time."""
    WAIT = "WAIT"
    """A payment or an answer is awaited."""
    CLOSE_WRONG_PERSON = "CLOSE_WRONG_PERSON"
    """The debt is not this person's: all contact stops, and the case is closed."""
    CLOSE_DECEASED = "CLOSE_DECEASED"
    """The person has died: all contact stops, and the case is closed."""


_CLOSES = {
    Following.CLOSE_WRONG_PERSON: (CaseEnd.WRONG_PERSON, HoldKind.WRONG_PERSON),
    Following.CLOSE_DECEASED: (CaseEnd.DECEASED, HoldKind.DECEASED),
}
_STATES = {
    Following.DONE: CaseState.WORKING,
    Following.AGAIN: CaseState.WORKING,
    Following.CALL_BACK: CaseState.WAITING,
    Following.WAIT: CaseState.WAITING,
}
_SHOWS = {
    Outcome.RIGHT_PARTY: PointQuality.CONFIRMED,
    Outcome.CONVERSATION: PointQuality.CONFIRMED,
    Outcome.WRONG_PERSON: PointQuality.WRONG_PERSON,
}
"""What an outcome says of the number; others say nothing."""


@dataclass(frozen=True, slots=True)
class WrapUp:
    """What is said at the end of a call. ``note`` empty: nothing; ``note_ref``: its own ref.

    ``callback_at``: with CALL_BACK alone. ``reports``: as in ``write_note``.
    """

    outcome: Outcome
    following: Following
    note: str
    note_ref: UUID
    callback_at: datetime | None = None
    reports: bool = False


def wrap_up(
    case_id: int, said: WrapUp, *, actor: Principal, today: date, now: datetime
) -> Written | None:
    """Write the end of a call down, and let the case go; None: there was no note.

    ``today`` is the lender's own day. If anything of it cannot be done, nothing is,
    except that signs of distress in the note are acted on.

    Raises:
        NotPermitted, NoSuchCase, CaseHeld, CaseNotTaken, NoCall.
        InvalidInput: a call cannot end like this, or a promised call has no time.
        UnfitCallback: nobody may be called then.
        WordsRefused: as in ``write_note``.
    """
    may(actor, Permission.CASE_WORK)
    _check(said)
    try:
        return _wrap_up(case_id, said, actor=actor, today=today, now=now)
    except WordsRefused as refused:
        text, ref = said.note, said.note_ref
        refused.holds = heed(case_id, text, ref=ref, actor=actor, today=today, now=now)
        raise


def _wrap_up(
    case_id: int, said: WrapUp, *, actor: Principal, today: date, now: datetime
) -> Written | None:
    with acting(actor):
        case = held_case(case_id)
        refuse_unless_had(case, actor=actor, now=now)
        talk = own_talk(case, actor=actor)
        left = tell_by_hand(talk.permit_id, said.outcome, actor=actor, now=now)
        written = None
        if said.note.strip():
            written = write_within(
                case,
                said.note,
                ref=said.note_ref,
                reports=said.reports,
                actor=actor,
                today=today,
                now=now,
            )
        if left:
            _judge_number(talk, said.outcome, actor=actor, now=now)
        _go_on(case, talk, said, actor=actor, today=today, now=now)
        _end(talk, said, left=left, now=now)
        drop_draft(case.pk, actor=actor)
        give_back(case, actor=actor, now=now)
        record(
            AuditEvent.CASE_WRAPPED_UP,
            actor=actor,
            subject=f"case:{case_id}",
            now=now,
            debtor_id=case.debtor_id,
            body={
                "permit": str(talk.permit_id),
                "outcome": talk.outcome,
                "suggested": talk.suggested,
                "following": said.following.value,
            },
        )
        return written


def _check(said: WrapUp) -> None:
    if said.outcome not in CALL_OUTCOMES:
        raise InvalidInput(
            "A call cannot end like this.",
            remedy="Choose how it ended.",
            message_zh="通话没有这种结果。",
            remedy_zh="请选择通话结果。",
            field="outcome",
        )
    if (said.following is Following.CALL_BACK) != (said.callback_at is not None):
        raise InvalidInput(
            "A promised call needs its time, and nothing else has one.",
            remedy="Say when the person is to be called back.",
            message_zh="约定回电须填写时间，其他情况不填。",
            remedy_zh="请填写回电时间。",
            field="callback_at",
        )


def _judge_number(talk: Talk, outcome: Outcome, *, actor: Principal, now: datetime) -> None:
    quality = _SHOWS.get(outcome)
    points = facts_of_id(talk.debtor_id).points
    ref = next((each.ref for each in points if each.no == talk.contact_point_id), None)
    if quality is not None and ref is not None:
        enter_quality(ref, quality, actor=actor, now=now)


def _go_on(
    case: Case, talk: Talk, said: WrapUp, *, actor: Principal, today: date, now: datetime
) -> None:
    because = f"call:{talk.permit_id}"
    if said.following is not Following.AGAIN:
        keep_promises(case, now=now)
        open_plan = Plan.objects.filter(debtor_id=case.debtor_id, day=today)
        open_plan.filter(state=PlanState.OPEN.value).update(state=PlanState.DONE.value)
    if said.following in _CLOSES:
        end, kind = _CLOSES[said.following]
        _stop(case, kind, talk, actor=actor, today=today, now=now)
        closed = CaseState.CLOSED
        move(case, closed, actor=actor, now=now, because=because, ended_as=end)
        return
    if said.callback_at is not None:
        promise(case, talk.contact_point_id, due_at=said.callback_at, actor=actor, now=now)
    wanted = _STATES[said.following]
    if wanted in NEXT[CaseState(case.state)]:
        move(case, wanted, actor=actor, now=now, because=because)


def _stop(
    case: Case, kind: HoldKind, talk: Talk, *, actor: Principal, today: date, now: datetime
) -> None:
    """Let nobody be contacted about it from now on, nor another night plan it."""
    said = HoldSaid(
        f"call-{talk.permit_id}",
        facts_of_id(case.debtor_id).ref,
        kind,
        start_date=from_now_on(case.debtor_id, today=today, now=now),
        owner=staff_id(actor),
    )
    enter_hold(said, source=Source.STAFF, actor=actor, now=now)


def _end(talk: Talk, said: WrapUp, *, left: bool, now: datetime) -> None:
    talk.suggested = suggested_for(talk).value
    talk.outcome = said.outcome.value if left else None
    talk.ended_at = now
    talk.save(update_fields=["suggested", "outcome", "ended_at"])
