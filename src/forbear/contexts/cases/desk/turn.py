"""Who is next to be called by a collector who lets calls follow each other by themselves?

Nobody is dialled from here. The next person's case is taken, so that they are the collector's
alone; the call is asked for by the collector's own page, while it is open before them, and the
switchboard has their telephone picked up before it dials the person. So nobody is ever called for
whom no collector is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from forbear.contexts.cases.actions.claim_case import CaseHeld, take_case
from forbear.contexts.cases.desk.queue import Queue, callbacks_due, my_queue
from forbear.contexts.cases.models import PlanState, Talk
from forbear.contexts.contact.call.headset import headset_at
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.care import extension_of
from forbear.contexts.people.permission import staff_id
from forbear.contexts.rulebook.library import open_desks
from forbear.values.code import Channel
from forbear.values.errors import Conflict
from forbear.values.principal import Principal

PAGES_MAX = 10
"""So many pages of the queue are looked through for somebody who may be called now."""


class NobodyNext(Conflict):
    """Nobody comes next by themselves; the message says why."""

    code = "NOBODY_NEXT"


def take_next(day: date, *, slots: Sequence[str], actor: Principal, now: datetime) -> int:
    """Take the case of the first planned person who may be called now; return whose it is.

    Raises:
        NotPermitted: QUEUE_SEE or CASE_WORK is missing, or it is not a member of staff.
        NobodyNext: no telephone is known, a promised call is due, or nobody may be called now.
    """
    with reading(actor):
        own = staff_id(actor)
        reached = extension_of(own) or headset_at(own, now=now)
    if not reached:
        raise _nobody(
            "Your telephone is not known here.",
            "Connect your headset, or ask whoever manages accounts to enter your telephone.",
            "系统中没有您的分机。",
            "请连接耳机，或联系账号管理员登记分机。",
        )
    if callbacks_due(until=now, actor=actor, now=now):
        raise _nobody(
            "A promised call is due first.",
            "Open it in the queue, and go on afterwards.",
            "有已约定的回电到期。",
            "请先在队列中处理，然后继续。",
        )
    after = None
    for _page in range(PAGES_MAX):
        found = my_queue(
            day,
            slots=slots,
            channels=frozenset({Channel.VOICE}),
            states=(PlanState.OPEN,),
            after=after,
            actor=actor,
            now=now,
        )
        tried = _tried(found, actor=actor, now=now)
        for row in found.rows:
            able = row.budget is not None and row.budget.allowed
            free = row.held is None or row.held.by(actor)
            if able and free and row.plan.case_id and row.plan.debtor_id not in tried:
                try:
                    take_case(row.plan.case_id, actor=actor, now=now)
                except CaseHeld:
                    continue  # a colleague was quicker
                return row.plan.debtor_id
        after = found.next
        if after is None:
            break
    raise _nobody(
        "Nobody in the queue may be called now.",
        "Look into the queue for what opens later.",
        "队列中目前没有可以致电的人员。",
        "请在队列中查看稍后可致电的人员。",
    )


def _tried(queue: Queue, *, actor: Principal, now: datetime) -> set[int]:
    """Return who was called a while ago: what the caps leave of the day is for calls by hand."""
    since = now - open_desks().turn_again_after
    ids = [row.plan.debtor_id for row in queue.rows]
    with reading(actor):
        talks = Talk.objects.filter(debtor_id__in=ids, begun_at__gt=since)
        return set(talks.values_list("debtor_id", flat=True))


def _nobody(en: str, remedy: str, zh: str, remedy_zh: str) -> NobodyNext:
    return NobodyNext(en, remedy=remedy, message_zh=zh, remedy_zh=remedy_zh)
