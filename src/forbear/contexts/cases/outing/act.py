"""A second person starts a message to a chosen set; anybody who may stop sending stops it."""

from __future__ import annotations

from datetime import datetime, timedelta

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.outing.entry import enter
from forbear.contexts.cases.outing.models import Outing, OutingRow
from forbear.contexts.cases.outing.search import found_by, wording_of
from forbear.contexts.cases.outing.word import LASTS, OutingState
from forbear.contexts.contact.gate.row import hold
from forbear.contexts.contact.gate.withdraw import withdraw
from forbear.contexts.contact.gate.word import WAITING, Cause, DispatchState
from forbear.contexts.database.prepared import ask
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.actions.approval import SecondPersonNeeded
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.contract import hold_person
from forbear.values.errors import Conflict, NotFound
from forbear.values.principal import Principal, system

FRESH = timedelta(hours=72)
"""So old a trial may be when it is started."""
_WAITS = """
SELECT r.debtor_id, r.attempt_id FROM cases_outingrow r
JOIN cases_outing o ON o.id = r.outing_id JOIN contact_dispatch d ON d.attempt_id = r.attempt_id
WHERE o.state = 'STOPPED' AND d.state = ANY(%s) AND (%s::bigint IS NULL OR o.id = %s)
ORDER BY r.debtor_id
"""


class UnknownOuting(NotFound):
    """There is no such message to a chosen set."""

    code = "UNKNOWN_OUTING"


class OutingClosed(Conflict):
    """It does not stand where this could be done."""

    code = "OUTING_CLOSED"


class OutingGrown(Conflict):
    """Its search finds more persons than the starter was shown as the most."""

    code = "OUTING_GROWN"


def start_outing(outing_id: int, *, actor: Principal, now: datetime) -> None:
    """Let the gate be asked for everybody in the set.

    Raises:
        NotPermitted: APPROVE is missing.
        UnknownOuting: there is none of that id.
        SecondPersonNeeded: the actor prepared it.
        OutingClosed: it was started or stopped already, or was tried too long ago.
        OutingGrown: its search finds more persons than it may.
    """
    may(actor, Permission.APPROVE)
    starter = staff_id(actor)
    with acting(actor):
        outing = _held(outing_id)
        if outing.prepared_by_id == starter:
            raise SecondPersonNeeded(
                "You prepared this yourself; somebody else starts it.",
                remedy="Ask a colleague who may approve.",
                message_zh="这是您本人准备的，须由他人启动。",
                remedy_zh="请找有批准权限的同事启动。",
            )
        if outing.state != OutingState.PREPARED or outing.prepared_at <= now - FRESH:
            raise _closed(outing)
        if outing.persons_max is not None:
            _refuse_if_grown(outing, now=now)
            outing.search_after = 0
        outing.state = OutingState.RUNNING.value
        outing.started_by_id, outing.started_at, outing.until_at = starter, now, now + LASTS
        outing.save()
        enter(AuditEvent.OUTING_STARTED, outing, actor=actor, now=now)


def stop_outing(outing_id: int, *, actor: Principal, now: datetime) -> int:
    """Ask for nobody more, and take back what waits; return how many were taken back.

    What may have left already is never taken back.

    Raises:
        NotPermitted: SENDING_STOP is missing.
        UnknownOuting: there is none of that id.
        OutingClosed: it is over.
    """
    may(actor, Permission.SENDING_STOP)
    with acting(actor):
        outing = _held(outing_id)
        if outing.state not in {OutingState.PREPARED, OutingState.RUNNING}:
            raise _closed(outing)
        outing.state, outing.ended_at = OutingState.STOPPED.value, now
        outing.save(update_fields=["state", "ended_at"])
        enter(AuditEvent.OUTING_STOPPED, outing, actor=actor, now=now)
    return take_back(outing_id, now=now)


def take_back(outing_id: int | None = None, *, now: datetime) -> int:
    """Take back what waits of one that was stopped, or of all; return how many."""
    actor = system("outing")
    waiting = [state.value for state in WAITING]
    with reading(actor):
        rows = ask(_WAITS, [waiting, outing_id, outing_id])
    return sum(_taken_back(*row, actor=actor, now=now) for row in rows)


def _taken_back(debtor_id: int, attempt_id: int, *, actor: Principal, now: datetime) -> bool:
    with acting(actor):
        if not hold_person(debtor_id):
            return False
        row = hold(attempt_id)
        if row is None or DispatchState(row.state) not in WAITING:
            return False
        withdraw(row, Cause.STOPPED, "outing", actor=actor, now=now)
        OutingRow.objects.filter(attempt_id=attempt_id).update(cause=Cause.STOPPED.value)
        return True


def _held(outing_id: int) -> Outing:
    found = Outing.objects.select_for_update(of=("self",)).filter(pk=outing_id).first()
    if found is None:
        raise unknown_outing(outing_id)
    return found


def unknown_outing(outing_id: int) -> UnknownOuting:
    """Return the refusal for one that is not there."""
    return UnknownOuting(
        f"There is no message to a chosen set {outing_id}.",
        remedy="Choose from the list.",
        message_zh=f"没有编号为 {outing_id} 的群发任务。",
        remedy_zh="请从列表中选择。",
    )


def _refuse_if_grown(outing: Outing, *, now: datetime) -> None:
    wording = wording_of(outing, now)
    persons = 0 if wording is None else found_by(outing.chosen, wording).count()
    if persons > (outing.persons_max or 0):
        raise OutingGrown(
            f"{persons:,} persons are in this set by now; at most {outing.persons_max:,} may be.",
            remedy="Prepare it again, with another bound or a narrower set.",
            message_zh=f"现有 {persons:,} 人符合条件，超过上限 {outing.persons_max:,} 人。",
            remedy_zh="请重新准备：调整上限或缩小范围。",
        )


def _closed(outing: Outing) -> OutingClosed:
    return OutingClosed(
        f"It stands as {outing.state.lower()}, or was tried too long ago.",
        remedy="Prepare it again.",
        message_zh="该任务已不在可操作的状态，或试算已过期。",
        remedy_zh="请重新准备。",
    )
