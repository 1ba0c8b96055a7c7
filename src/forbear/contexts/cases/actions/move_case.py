"""Somebody moves a case on by hand."""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.cases.models import Case
from forbear.contexts.cases.move import locked_case, move
from forbear.contexts.cases.transition import CaseEnd, CaseState
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.errors import InvalidInput
from forbear.values.principal import Principal


def move_case(
    case_id: int,
    to: CaseState,
    *,
    because: str,
    version: int,
    actor: Principal,
    now: datetime,
    ended_as: CaseEnd | None = None,
) -> Case:
    """Move a case to another state; ``version`` is the one that the person looked at.

    Raises:
        NotPermitted, NoSuchCase, CaseChanged, MayNotFollow: nothing was changed.
        InvalidInput: a closing does not say how the case ended, or something else does.
    """
    may(actor, Permission.CASE_WORK)
    if (to is CaseState.CLOSED) != (ended_as is not None):
        raise InvalidInput(
            "A closing says how the case ended, and nothing else does.",
            remedy="Give ended_as when and only when the new state is CLOSED.",
            message_zh="结案须写明结果，其他变更不得填写结果。",
            remedy_zh="仅当新状态为 CLOSED 时填写 ended_as。",
            field="ended_as",
        )
    with acting(actor):
        case = locked_case(case_id, version=version)
        move(case, to, actor=actor, now=now, because=because, ended_as=ended_as)
        return case
