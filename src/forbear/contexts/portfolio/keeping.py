"""Which rules of keeping hold on a day, with what the lender says of its own?"""

from __future__ import annotations

from datetime import date

from forbear.contexts.portfolio.particular import Particulars
from forbear.contexts.portfolio.word import ParticularKind
from forbear.contexts.rulebook.library import pack_in_force
from forbear.policy.keeping import Bounds, ChosenKeeping, keeping_bounds, with_keeping
from forbear.policy.pack import Pack
from forbear.values.code import Jurisdiction, RecordKind


def keepings(law: Jurisdiction, day: date) -> tuple[Bounds, ...]:
    """Return the records whose time may be set where a law holds, with the bounds of each."""
    return keeping_bounds(pack_in_force(law, day))


def keeping_of(subject: str, day: date) -> Bounds | None:
    """Return the bounds of one of them; None: there is none that may be set."""
    law = subject.partition("/")[0]
    if law not in set(Jurisdiction):
        return None
    return next((b for b in keepings(Jurisdiction(law), day) if b.subject == subject), None)


def keeping_pack(law: Jurisdiction, day: date, said: Particulars) -> Pack:
    """Return the rules of a law in force on a day, with the lender's own keeping."""
    chosen = []
    for (kind, subject), told in said.rows.items():
        where, _, record = subject.partition("/")
        if kind is ParticularKind.KEEPING and where == law.value:
            chosen.append(ChosenKeeping(RecordKind(record), int(told.says.en), told.since))
    return with_keeping(pack_in_force(law, day), chosen)
