"""Does a typed name fit, and which creditors are concerned, where somebody signs?"""

from __future__ import annotations

import hmac
import unicodedata
from datetime import date, datetime

from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio.models import Debtor, Loan
from forbear.contexts.portfolio.particular import fresh_particulars
from forbear.contexts.protection.person import ErasedPerson
from forbear.contexts.protection.store import open_values


def ref_of_person(debtor_id: int) -> str:
    """Return a person's ref, inside a transaction that may see them."""
    required()
    return Debtor.objects.values_list("ref", flat=True).get(pk=debtor_id)


def name_fits(debtor_id: int, typed: str, *, now: datetime) -> bool | None:
    """Say whether a typed name is the person's own; None: none is held to compare it with.

    Letters count, not width, case or spaces; the time taken does not tell how much of it fits.
    """
    required()
    person = Debtor.objects.get(pk=debtor_id)
    name = open_values(person, "name", now=now)["name"]
    if name is None:
        return None
    return hmac.compare_digest(_plain(name), _plain(typed))


def name_of(debtor_id: int, *, now: datetime) -> str | None:
    """Return how a person is called, inside a transaction that may see them; None: not held."""
    required()
    person = Debtor.objects.get(pk=debtor_id)
    try:
        return open_values(person, "name", now=now)["name"]
    except ErasedPerson:
        return None


def _plain(name: str) -> bytes:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in folded if not sign.isspace() and sign not in "·•.").encode()


def creditors_of(loan_ids: list[int], *, on: date) -> tuple[tuple[str, str], ...]:
    """Return the names of loans' creditors on a day, English and Chinese, each once."""
    required()
    rows = Loan.objects.filter(pk__in=loan_ids).select_related("creditor").order_by("pk")
    said, owners = fresh_particulars(on), [row.creditor for row in rows]
    named = [said.creditor(o.code, en=o.name_en, zh=o.name_zh) for o in owners]
    return tuple(dict.fromkeys((each.en, each.zh) for each in named))
