"""Who is spoken to, and about which contract? Asked when words are filled in, at the gate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio.models import ContactPoint, Loan
from forbear.contexts.portfolio.particular import particulars
from forbear.contexts.protection.store import open_values
from forbear.values.code import Language, PointQuality, Relation
from forbear.values.money import Currency

_UNSURE = frozenset(
    {
        PointQuality.WRONG_PERSON.value,
        PointQuality.INVALID.value,
        # A number that changed hands is confirmed by the person before a debt is named there.
        PointQuality.DOUBTFUL.value,
    }
)


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody behind a contact point, and the contract spoken of. Null name: none is held.

    ``certain``: the point is the person's own, and nothing says that somebody else has it now.
    ``language`` null: not known.
    """

    name: str | None
    language: Language | None
    certain: bool
    vulnerable: bool
    creditor_en: str
    creditor_zh: str
    loan_ref: str
    contract_date: date
    currency: Currency


def addressee(loan_id: int, contact_point_id: int, *, now: datetime) -> Addressee | None:
    """Return whom a contact would speak to; None: loan and point are not both of one person."""
    required()
    loan = Loan.objects.select_related("debtor", "creditor").filter(pk=loan_id).first()
    point = ContactPoint.objects.filter(pk=contact_point_id).first()
    if loan is None or point is None or loan.debtor_id != point.debtor_id:
        return None
    person, owner = loan.debtor, loan.creditor
    named = particulars(now).creditor(owner.code, en=owner.name_en, zh=owner.name_zh)
    certain = point.relation == Relation.OWN and point.quality not in _UNSURE
    return Addressee(
        name=None if person.name is None else open_values(person, "name", now=now)["name"],
        language=Language(person.language) if person.language else None,
        certain=certain,
        vulnerable=person.vulnerable
        or person.vulnerabilities.filter(ended_at__isnull=True).exists(),
        creditor_en=named.en,
        creditor_zh=named.zh,
        loan_ref=loan.ref,
        contract_date=loan.contract_date,
        currency=Currency(loan.currency),
    )
