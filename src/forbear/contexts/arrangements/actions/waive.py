"""Somebody asks a second person to grant what an arrangement would give up."""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.arrangements.authority import WAIVER
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.actions.approval import ask_approval
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.held import held_person
from forbear.values.money import Currency
from forbear.values.principal import Principal


def ask_waiver(
    ref: str,
    debtor_ref: str,
    *,
    waive_minor: int,
    currency: Currency,
    freeze: bool,
    actor: Principal,
    now: datetime,
) -> int:
    """Ask for an approval that the proposal under ``ref`` will use up; return its id.

    Raises:
        NotPermitted: ARRANGEMENT_MAKE is missing, or no member of staff asks.
        UnknownRef, PersonErased, InvalidInput.
    """
    may(actor, Permission.ARRANGEMENT_MAKE)
    with reading(actor):
        signer = held_person(debtor_ref)
    return ask_approval(
        WAIVER,
        subject=f"arrangement:{ref}",
        debtor_id=signer.id,
        amount_minor=waive_minor,
        currency=currency,
        details={"freeze": freeze},
        actor=actor,
        now=now,
    )
