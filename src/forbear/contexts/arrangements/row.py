"""How is an arrangement found and held, moved from state to state, and written down?"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.arrangements.models import Arrangement
from forbear.contexts.arrangements.transition import LIVE, NEXT, STATES, ArrangementState
from forbear.contexts.audit.actions import Body, record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio.contract import hold_person
from forbear.values.errors import Conflict, NotFound
from forbear.values.principal import Principal, system

FORBEAR = system("arrangements")
"""Who does what follows from an arrangement: holds, the case, the loans' states."""
_S, _E = ArrangementState, AuditEvent
EVENTS: dict[ArrangementState, AuditEvent] = {
    _S.PROPOSED: _E.ARRANGEMENT_PROPOSED,
    _S.OFFERED: _E.ARRANGEMENT_SHOWN,
    _S.ACTIVE: _E.ARRANGEMENT_KEPT_UP,
    _S.LATE: _E.ARRANGEMENT_LATE,
    _S.PAUSED: _E.ARRANGEMENT_PAUSED,
    _S.BROKEN: _E.ARRANGEMENT_BROKEN,
    _S.COMPLETED: _E.ARRANGEMENT_COMPLETED,
    _S.RENEGOTIATED: _E.ARRANGEMENT_REPLACED,
    _S.WITHDRAWN: _E.ARRANGEMENT_WITHDRAWN,
    _S.LAPSED: _E.ARRANGEMENT_LAPSED,
}


class NoSuchArrangement(NotFound):
    """There is no such arrangement, or it may not be seen."""

    code = "NO_SUCH_ARRANGEMENT"


class NoSuchPromise(NotFound):
    """There is no such promise, or it may not be seen."""

    code = "NO_SUCH_PROMISE"


class ArrangementStands(Conflict):
    """The arrangement's state does not allow this."""

    code = "ARRANGEMENT_STATE"


def held(ref: str) -> Arrangement:
    """Return an arrangement; its person's row and its own are held until the transaction ends.

    Raises:
        NoSuchArrangement: there is none that may be seen.
    """
    required()
    debtor_id = Arrangement.objects.filter(ref=ref).values_list("debtor_id", flat=True).first()
    if debtor_id is None or not hold_person(debtor_id):
        raise no_such(ref)
    return Arrangement.objects.select_for_update().get(ref=ref)


def loan_ids(row: Arrangement) -> list[int]:
    """Return the loans that an arrangement covers, in the order in which they were named."""
    return list(row.loans.order_by("id").values_list("loan_id", flat=True))


def no_such(ref: str) -> NoSuchArrangement:
    """Return the refusal for an arrangement that is not there, or not for this doer."""
    return NoSuchArrangement(
        f"There is no arrangement {ref!r} here.",
        remedy="Look it up again.",
        message_zh=f"没有编号为 {ref!r} 的还款安排。",
        remedy_zh="请重新查找。",
    )


def no_such_promise(ref: str) -> NoSuchPromise:
    """Return the refusal for a promise that is not there, or not for this doer."""
    return NoSuchPromise(
        f"There is no promise {ref!r} here.",
        remedy="Look it up again.",
        message_zh=f"没有编号为 {ref!r} 的承诺。",
        remedy_zh="请重新查找。",
    )


def stands(row: Arrangement) -> ArrangementStands:
    """Return the refusal for what a state does not allow."""
    said = STATES[ArrangementState(row.state)]
    return ArrangementStands(
        f"The arrangement is {said.en}.",
        remedy="See the table of states for what may follow.",
        message_zh=f"该安排的状态为：{said.zh}。",
        remedy_zh="可进行的操作见状态表。",
        state=row.state,
    )


def move(
    row: Arrangement,
    to: ArrangementState,
    *,
    actor: Principal,
    now: datetime,
    event: AuditEvent | None = None,
    **body: object,
) -> None:
    """Move a held arrangement on, keep it, and write it down.

    Raises:
        ArrangementStands: the table of transitions does not lead there.
    """
    if to not in NEXT[ArrangementState(row.state)]:
        raise stands(row)
    before, row.state, row.live = row.state, to.value, to in LIVE
    save(row)
    row.loans.exclude(live=row.live).update(live=row.live)
    told: Body = {"from": before, "to": to.value, **body}
    write(row, event or EVENTS[to], actor=actor, now=now, body=told)


def save(row: Arrangement) -> None:
    """Keep a held arrangement's changes under a new version."""
    required()
    row.version += 1
    row.save()


def write(
    row: Arrangement, event: AuditEvent, *, actor: Principal, now: datetime, body: Body
) -> None:
    """Write down what was done to an arrangement."""
    record(
        event,
        actor=actor,
        subject=f"arrangement:{row.pk}",
        now=now,
        debtor_id=row.debtor_id,
        body={"ref": row.ref, "currency": row.currency, **body},
    )
