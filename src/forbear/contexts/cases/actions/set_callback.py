"""Somebody promises a person to call back at a time that the rules allow."""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.desk.claim import refuse_unless_had
from forbear.contexts.cases.models import Callback, Case
from forbear.contexts.cases.move import held_case
from forbear.contexts.contact.ask import as_rules_see
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.policy import facts_of_id
from forbear.contexts.rulebook.library import open_desks
from forbear.policy.ask.contact import decide
from forbear.values.code import Channel, ContactPurpose
from forbear.values.errors import InvalidInput
from forbear.values.principal import Principal


class UnfitCallback(InvalidInput):
    """Nobody may be called back then."""

    code = "UNFIT_CALLBACK"


def set_callback(
    case_id: int, point_id: int, *, due_at: datetime, actor: Principal, now: datetime
) -> None:
    """Promise a call; an earlier promise about the case is replaced.

    Raises:
        NotPermitted, NoSuchCase, CaseHeld, CaseNotTaken.
        UnfitCallback: it is past, too far ahead, or a rule refuses a call at that time.
    """
    may(actor, Permission.CASE_WORK)
    with acting(actor):
        case = held_case(case_id)
        refuse_unless_had(case, actor=actor, now=now)
        promise(case, point_id, due_at=due_at, actor=actor, now=now)


def promise(
    case: Case, point_id: int, *, due_at: datetime, actor: Principal, now: datetime
) -> None:
    """Do the same inside another action, which holds the case."""
    required()
    _refuse_unfit(case, point_id, due_at, now=now)
    keep_promises(case, now=now)
    Callback.objects.create(
        case=case,
        debtor_id=case.debtor_id,
        staff_id=staff_id(actor),
        contact_point_id=point_id,
        due_at=due_at,
        set_at=now,
    )
    record(
        AuditEvent.CALLBACK_SET,
        actor=actor,
        subject=f"case:{case.pk}",
        now=now,
        debtor_id=case.debtor_id,
        body={"due_at": due_at, "point": point_id},
    )


def keep_promises(case: Case, *, now: datetime) -> None:
    """Let a promised call of a held case stand as done."""
    required()
    Callback.objects.filter(case=case, done_at__isnull=True).update(done_at=now)


def _refuse_unfit(case: Case, point_id: int, due_at: datetime, *, now: datetime) -> None:
    within = open_desks().callback_within
    if not now < due_at <= now + within:
        raise _unfit(
            f"A call is promised for a time to come, within {within.days} days.",
            f"回电时间须为将来，且在 {within.days} 天之内。",
        )
    person = facts_of_id(case.debtor_id)
    point = next((each for each in person.points if each.no == point_id), None)
    if point is None:
        raise _unfit("The number is no longer in use.", "该号码已停用。")
    pack, known, _clock = as_rules_see(
        person, Channel.VOICE, point, None, ContactPurpose.COLLECT, now=due_at
    )
    refusals = decide(pack, known, now=due_at).refusals
    if refusals:
        about = refusals[0].about
        en, zh = ("house rule", "机构规则") if about.house else (about.source, about.source)
        raise _unfit(
            f"No call may be made then: {about.text_en} ({en})",
            f"该时间不得致电：{about.text_zh}（{zh}）",
        )


def _unfit(en: str, zh: str) -> UnfitCallback:
    return UnfitCallback(
        en,
        remedy="Agree on another time with the person.",
        message_zh=zh,
        remedy_zh="请与对方另约时间。",
        field="due_at",
    )
