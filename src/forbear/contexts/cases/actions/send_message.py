"""Somebody at a desk sends an approved message to a person: through the gate."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from forbear.contexts.cases.desk.claim import refuse_unless_had
from forbear.contexts.cases.move import held_case
from forbear.contexts.contact.gate.ask import Wish
from forbear.contexts.contact.gate.authorise import Answer, Asked, authorise
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.word import Way
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.care import code_of_team
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.rulebook.library import open_desks
from forbear.values.principal import Principal


def send_message(
    case_id: int,
    wish: Wish,
    message: tuple[str, int],
    *,
    request: UUID,
    provider: str,
    actor: Principal,
    now: datetime,
    clock: Clock = database_clock,
) -> Answer:
    """Ask the gate to let an approved message out, by its id and version.

    It is filled in anew when it leaves; words that are not true then do not leave. ``request`` is
    drawn once for each message that is wanted.

    Raises:
        NotPermitted: CONTACT_MAKE or CASE_WORK is missing.
        NoSuchCase, CaseHeld, CaseNotTaken: the actor does not have the case.
        OtherWish: the request was used for another contact.
    """
    may(actor, Permission.CONTACT_MAKE)
    may(actor, Permission.CASE_WORK)
    with acting(actor):
        case = held_case(case_id)
        refuse_unless_had(case, actor=actor, now=now)
        team = code_of_team(case.team_id)
    asked = Asked(
        request,
        wish,
        Way.MANUAL,
        provider,
        message=message,
        team=team,
        lasts=open_desks().call_waits,
    )
    return authorise(asked, actor=actor, clock=clock)
