"""How does a case go from one state to the next, inside an action's transaction?"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.models import Case
from forbear.contexts.cases.transition import NEXT, CaseEnd, CaseState
from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio.contract import hold_person
from forbear.values.errors import Conflict, NotFound
from forbear.values.principal import Principal


class NoSuchCase(NotFound):
    """There is no such case, or it may not be seen."""

    code = "NO_SUCH_CASE"


class MayNotFollow(Conflict):
    """A case in its present state cannot go there."""

    code = "CASE_STATE"


class CaseChanged(Conflict):
    """Somebody else has changed the case in the meantime."""

    code = "CASE_CHANGED"


def locked_case(case_id: int, *, version: int | None = None) -> Case:
    """Return a case, held for the rest of the transaction.

    Raises:
        NoSuchCase: there is none that may be seen.
        CaseChanged: it is no longer at ``version``.
    """
    required()
    case = Case.objects.select_for_update().filter(id=case_id).first()
    if case is None:
        raise no_such_case(case_id)
    if version is not None and case.version != version:
        raise CaseChanged(
            "The case has changed since you opened it.",
            remedy="Open it again, look at what is new, then decide.",
            message_zh="您打开之后，案件已有变化。",
            remedy_zh="请重新打开，查看新内容后再决定。",
            version=case.version,
        )
    return case


def open_case_of(debtor_id: int) -> Case | None:
    """Return a person's open case, held for the rest of the transaction; None: there is none."""
    required()
    rows = Case.objects.select_for_update().filter(debtor_id=debtor_id, closed_at__isnull=True)
    return rows.first()


def held_case(case_id: int, *, version: int | None = None) -> Case:
    """Return a case with its person's row and its own held, in the order in which all hold them.

    Raises:
        NoSuchCase, CaseChanged: as ``locked_case``.
    """
    required()
    debtor_id = Case.objects.filter(id=case_id).values_list("debtor_id", flat=True).first()
    if debtor_id is None or not hold_person(debtor_id):
        raise no_such_case(case_id)
    return locked_case(case_id, version=version)


def no_such_case(case_id: int) -> NoSuchCase:
    """Return the refusal for a case that is not there, or not for this doer."""
    return NoSuchCase(
        f"There is no case {case_id} in your care.",
        remedy="Look it up again; it may have gone to another team.",
        message_zh=f"您负责的范围内没有案件 {case_id}。",
        remedy_zh="请重新查找；案件可能已转给其他团队。",
    )


def move(
    case: Case,
    to: CaseState,
    *,
    actor: Principal,
    now: datetime,
    because: str,
    ended_as: CaseEnd | None = None,
) -> None:
    """Move a held case on, and write it down.

    Raises:
        MayNotFollow: the table of transitions does not lead there.
    """
    required()
    if to not in NEXT[CaseState(case.state)]:
        raise MayNotFollow(
            f"A case that is {case.state} cannot become {to.value}.",
            remedy="See the table of states for what may follow.",
            message_zh=f"状态为 {case.state} 的案件不能变为 {to.value}。",
            remedy_zh="可变更的状态见状态表。",
        )
    before = case.state
    case.state, case.moved_at, case.version = to.value, now, case.version + 1
    if to is CaseState.CLOSED:
        case.closed_at, case.ended_as = now, (ended_as or CaseEnd.CURED).value
    case.save()
    record(
        AuditEvent.CASE_CLOSED if to is CaseState.CLOSED else AuditEvent.CASE_MOVED,
        actor=actor,
        subject=f"case:{case.id}",
        now=now,
        debtor_id=case.debtor_id,
        body={"from": before, "to": to.value, "because": because, "ended_as": case.ended_as},
    )
