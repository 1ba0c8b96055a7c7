"""Who lent the money that is collected here?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.models import Creditor
from forbear.values.principal import Principal, system


@dataclass(frozen=True, slots=True)
class CreditorFacts:
    """One creditor. ``extract_date`` null: it hands over none, and is told of by the API."""

    code: str
    name_en: str
    name_zh: str
    extract_date: date | None


def creditors(*, actor: Principal) -> tuple[CreditorFacts, ...]:
    """Return every creditor, by its code.

    Raises:
        NotPermitted: REPORT_SEE is missing.
    """
    may(actor, Permission.REPORT_SEE)
    # They are no person's rows, which is all that an administrator's own sight shows none of.
    with reading(system("creditors")):
        rows = Creditor.objects.order_by("code")
        return tuple(
            CreditorFacts(each.code, each.name_en, each.name_zh, each.extract_date) for each in rows
        )


def creditor_known(code: str) -> bool:
    """Whether there is a creditor by that code."""
    with reading(system("creditors")):
        return Creditor.objects.filter(code=code).exists()
