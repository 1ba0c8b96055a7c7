"""A fact came in by day: which lines does it make wrong, at once?

Everything happens in the transaction that wrote the fact down; a fact and the lines it corrects
are there together or not at all.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.bureau.book import named_loans
from forbear.contexts.bureau.renew import Renewed, renew
from forbear.contexts.rulebook.bureaus import open_bureaus
from forbear.policy.bureau.month import written
from forbear.values.bureau import LineCause
from forbear.values.principal import Principal

FACTS = frozenset(
    {
        AuditEvent.POSTING_RECORDED,
        AuditEvent.SCHEDULE_CHANGED,
        AuditEvent.LOAN_CHANGED,
        AuditEvent.HOLD_PLACED,
        AuditEvent.HOLD_RELEASED,
    }
)
_REPORTED = "SELECT DISTINCT bureau, loan_id FROM bureau_line WHERE debtor_id = %s ORDER BY 1, 2"


def hear(
    *,
    event: AuditEvent,
    actor: Principal,
    subject: str,
    debtor_id: int | None,
    now: datetime,
    **_: Any,
) -> None:
    """Take up what was just written down."""
    if event in FACTS and debtor_id is not None:
        renew_person(debtor_id, because=subject, actor=actor, now=now)


def renew_person(
    debtor_id: int,
    *,
    because: str,
    cause: LineCause = LineCause.LATE_FACT,
    actor: Principal,
    now: datetime,
) -> int:
    """Bring a held person's lines up to what is known; return how many were corrected."""
    with connection.cursor() as cursor:
        cursor.execute(_REPORTED, [debtor_id])
        reported = cursor.fetchall()
    corrected = 0
    bureaus = open_bureaus()
    for code in sorted({bureau for bureau, _ in reported if bureau in bureaus}):
        loans = named_loans(bureaus[code], [loan for bureau, loan in reported if bureau == code])
        done = renew(bureaus[code], loans, cause=cause, because=because, now=now)
        write_down(done, {debtor_id: tuple(done.months)}, because, actor=actor, now=now)
        corrected += done.corrected
    return corrected


def write_down(
    done: Renewed,
    loans_of: dict[int, tuple[int, ...]],
    because: str,
    *,
    actor: Principal,
    now: datetime,
) -> None:
    """Enter which lines took another's place; one entry a loan."""
    for debtor_id, loans in loans_of.items():
        for loan_id in loans:
            months = done.months.get(loan_id)
            if months:
                record(
                    AuditEvent.BUREAU_LINES_CORRECTED,
                    actor=actor,
                    subject=f"loan:{loan_id}",
                    now=now,
                    debtor_id=debtor_id,
                    body={"months": [written(each) for each in months], "because": because},
                )
