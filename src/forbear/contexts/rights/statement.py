"""What was said in a filing, sealed as it was said, and opened for whom?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio import check
from forbear.contexts.protection.person import ErasedPerson
from forbear.contexts.protection.store import keys, open_values, seal_values
from forbear.contexts.rights.models import Filing, Statement
from forbear.contexts.rights.word import Side, StatementKind
from forbear.values.principal import Principal

TEXT_LENGTH_MAX = 8_000


@dataclass(frozen=True, slots=True)
class StatementTold:
    """That something was said; what, is in ``text`` where the reader may see it.

    ``text`` null: not for this reader, or the person was erased.
    """

    id: int
    at: datetime
    side: str
    kind: str
    author: str
    text: str | None = field(repr=False)


def say(
    filing: Filing,
    side: Side,
    kind: StatementKind,
    text: str | None,
    *,
    actor: Principal,
    now: datetime,
) -> Statement | None:
    """Write down what somebody said, inside an action; no text: nothing was said.

    The record tells that it was said, and how long it is, never what.

    Raises:
        InvalidField: the text is empty, too long, or holds signs that are no text.
        ErasedPerson: nothing more is written about the person.
    """
    required()
    kept = check.personal("text", text, length_max=TEXT_LENGTH_MAX)
    if kept is None:
        return None
    row = Statement(
        filing=filing,
        debtor_id=filing.debtor_id,
        side=side.value,
        kind=kind.value,
        author=str(actor),
        at=now,
    )
    seal_values(row, {"text": kept}, now=now)
    row.save(force_insert=True)
    record(
        AuditEvent.FILING_STATEMENT_ADDED,
        actor=actor,
        subject=f"filing:{filing.pk}",
        debtor_id=filing.debtor_id,
        body={"side": side, "kind": kind, "statement": row.pk, "characters": len(kept)},
        now=now,
    )
    return row


def told(rows: Iterable[Statement], *, opened: bool, now: datetime) -> tuple[StatementTold, ...]:
    """Return statements in their order, with their texts or without, inside a transaction."""
    required()
    found = list(rows)
    held = None
    if opened and found:
        held = keys(now=now, of={row.filing.debtor.key_id for row in found})
    return tuple(
        StatementTold(
            row.pk,
            row.at,
            row.side,
            row.kind,
            row.author,
            None if held is None else _text(row, held, now=now),
        )
        for row in found
    )


def _text(row: Statement, held: object, *, now: datetime) -> str | None:
    try:
        return open_values(row, "text", now=now, held=held)["text"]  # type: ignore[arg-type]
    except ErasedPerson:
        return None
