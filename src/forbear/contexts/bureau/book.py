"""What is known of very many loans to say what is reported of them? A few questions a batch."""

from __future__ import annotations

import hashlib
import marshal
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from forbear.contexts.database.transaction import required
from forbear.contexts.rulebook.library import open_products
from forbear.policy.bureau.account import Account
from forbear.policy.bureau.form import Bureau
from forbear.policy.bureau.line import History, Marked, Ruling, history_of
from forbear.policy.bureau.month import last_day
from forbear.policy.debt.facts import Instalment, LoanFacts, Pause, Posting
from forbear.values.bureau import Mark
from forbear.values.code import LoanState, Purpose
from forbear.values.day import EPOCH, day_number, from_day_number

_LOANS = """
SELECT l.id, l.debtor_id, l.ref, l.product, l.currency, l.disbursed_date - %(epoch)s,
  l.principal_minor, l.annual_rate_bp, l.state, l.state_date - %(epoch)s
FROM portfolio_loan l JOIN portfolio_debtor d ON d.id = l.debtor_id
WHERE d.jurisdiction = %(law)s AND d.erased_at IS NULL AND l.absent_since IS NULL
  AND l.product = ANY(%(products)s)
"""
_NEXT = f"{_LOANS} AND l.id > %(after)s ORDER BY l.id LIMIT %(limit)s"
_NAMED = f"{_LOANS} AND l.id = ANY(%(ids)s) ORDER BY l.id"
_HOLD = "SELECT id FROM portfolio_debtor WHERE id = ANY(%s) ORDER BY id FOR SHARE"
_INSTALMENTS = """
SELECT loan_id, due_date - %s, principal_minor, interest_minor, fee_minor
FROM portfolio_instalment WHERE loan_id = ANY(%s) AND superseded_at IS NULL
ORDER BY loan_id, number
"""
_POSTINGS = """
SELECT p.loan_id, p.ref, p.value_date - %s, p.posting_date - %s, p.amount_minor, p.purpose, r.ref
FROM ledger_posting p LEFT JOIN ledger_posting r ON r.id = p.reverses_id
WHERE p.loan_id = ANY(%s) ORDER BY p.loan_id, p.id
"""
_PAUSES = """
SELECT debtor_id, loan_id, start_date - %s, end_date - %s,
  (recorded_at AT TIME ZONE 'UTC')::date - %s
FROM portfolio_hold WHERE debtor_id = ANY(%s) AND kind = 'PAUSE' AND absent_since IS NULL
ORDER BY id
"""
_RULINGS = "SELECT loan_id, month, code FROM bureau_ruling WHERE loan_id = ANY(%s) ORDER BY id"
_DISPUTES = """
SELECT loan_id, from_month, to_month, closed_at IS NULL, closing_mark
FROM bureau_dispute WHERE loan_id = ANY(%s) ORDER BY id
"""
_COUNT = f"SELECT count(*) FROM ({_LOANS}) AS known"


@dataclass(frozen=True, slots=True)
class Known:
    """One loan by everything that is known now."""

    loan_id: int
    debtor_id: int
    facts: LoanFacts
    said_day: int | None
    rulings: tuple[Ruling, ...]
    marks: tuple[Marked, ...]

    @property
    def history(self) -> History:
        """The loan for every day at once."""
        return history_of(self.facts, open_products()[self.facts.product], said_day=self.said_day)

    @property
    def account(self) -> Account:
        """What a file says of it beside its line."""
        facts = self.facts
        opened = from_day_number(facts.disbursed_day)
        terms = len(facts.instalments)
        return Account(facts.loan_id, facts.product, opened, facts.principal_minor, terms)

    def facts_sha256(self, month: date) -> bytes:
        """Return a hash of all that lines up to a month follow from, the product's terms included.

        What counts only from a later day on, such as the next month's payment, is not in it.
        """
        facts, end = self.facts, day_number(last_day(month))
        is_open = facts.state is LoanState.OPEN or (
            self.said_day is not None and self.said_day > end
        )
        postings = facts.postings
        if is_open:
            postings = tuple(each for each in postings if each.value_day <= end)
        said = (
            (facts.disbursed_day, facts.principal_minor, facts.annual_rate_bp),
            None if is_open else (facts.state.value, self.said_day),
            tuple(map(tuple, facts.instalments)),
            tuple((*each[:4], each.purpose.value, each.reverses) for each in postings),
            tuple(tuple(each) for each in facts.pauses if each.start_day <= end),
            tuple((day_number(each.month), each.code) for each in self.rulings),
            tuple(
                (
                    day_number(each.from_month),
                    None if each.to_month is None else day_number(each.to_month),
                    None if each.mark is None else each.mark.value,
                )
                for each in self.marks
            ),
            _terms_print(facts.product),
        )
        return hashlib.blake2b(marshal.dumps(said, 2), digest_size=16).digest()


_prints: dict[str, bytes] = {}


def _terms_print(product: str) -> bytes:
    if product not in _prints:
        said = repr(open_products()[product]).encode()
        _prints[product] = hashlib.blake2b(said, digest_size=16).digest()
    return _prints[product]


def count_loans(bureau: Bureau) -> int:
    """Return how many loans may have lines for a bureau."""
    required()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _asked(bureau))
        return int(cursor.fetchone()[0])


def next_loans(bureau: Bureau, *, after: int, limit: int) -> tuple[list[Known], int | None]:
    """Return the loans behind an id, their persons' rows shared until the transaction ends.

    The second value is the id to go on behind; None: these were the last. Whoever records a fact
    of one of the persons waits until then, so that no fact falls between two readings.

    Raises:
        InvalidFacts: what is stored of a loan contradicts itself.
    """
    required()
    rows = _rows(_NEXT, {**_asked(bureau), "after": after, "limit": limit})
    if not rows:
        return [], None
    _rows(_HOLD, [sorted({row[1] for row in rows})])
    # What was changed while this waited is read only now.
    ids = [row[0] for row in rows]
    return named_loans(bureau, ids), ids[-1] if len(rows) == limit else None


def named_loans(bureau: Bureau, loan_ids: Collection[int]) -> list[Known]:
    """Return some loans that may have lines for a bureau; one without a schedule is left out.

    Raises:
        InvalidFacts: what is stored of a loan contradicts itself.
    """
    required()
    rows = _rows(_NAMED, {**_asked(bureau), "ids": list(loan_ids)})
    ids, persons = [row[0] for row in rows], sorted({row[1] for row in rows})
    epoch = EPOCH
    schedules: dict[int, list[Instalment]] = defaultdict(list)
    for loan_id, *term in _rows(_INSTALMENTS, [epoch, ids]):
        schedules[loan_id].append(Instalment(*term))
    postings: dict[int, list[Posting]] = defaultdict(list)
    for loan_id, ref, value, known, minor, purpose, reverses in _rows(
        _POSTINGS, [epoch, epoch, ids]
    ):
        paid = Posting(ref, value, known, minor, Purpose(purpose), reverses)
        postings[loan_id].append(paid)
    pauses: dict[int, list[tuple[int | None, Pause]]] = defaultdict(list)
    for person, loan_id, *pause in _rows(_PAUSES, [epoch, epoch, epoch, persons]):
        pauses[person].append((loan_id, Pause(*pause)))
    rulings: dict[int, list[Ruling]] = defaultdict(list)
    for loan_id, month, code in _rows(_RULINGS, [ids]):
        rulings[loan_id].append(Ruling(month, code))
    marks = _marks(ids)
    return [
        _known(row, schedules[row[0]], postings[row[0]], pauses[row[1]], rulings[row[0]], marks)
        for row in rows
        if schedules[row[0]]
    ]


def _known(
    row: Sequence[Any],
    schedule: Sequence[Instalment],
    postings: Sequence[Posting],
    pauses: Sequence[tuple[int | None, Pause]],
    rulings: Sequence[Ruling],
    marks: dict[int, list[Marked]],
) -> Known:
    loan_id, debtor_id, ref, product, currency, disbursed, principal, rate, state, since = row
    facts = LoanFacts(
        loan_id=ref,
        product=product,
        currency=currency,
        disbursed_day=disbursed,
        principal_minor=principal,
        annual_rate_bp=rate,
        state=LoanState(state),
        instalments=tuple(schedule),
        postings=tuple(postings),
        pauses=tuple(pause for of, pause in pauses if of is None or of == loan_id),
    )
    return Known(loan_id, debtor_id, facts, since, tuple(rulings), tuple(marks.get(loan_id, ())))


def _marks(loan_ids: list[int]) -> dict[int, list[Marked]]:
    found: dict[int, list[Marked]] = defaultdict(list)
    for loan_id, start, end, is_open, closing in _rows(_DISPUTES, [loan_ids]):
        mark = Mark.DISPUTED if is_open else (Mark(closing) if closing else None)
        found[loan_id].append(Marked(start, end, mark))
    return found


def _asked(bureau: Bureau) -> dict[str, object]:
    return {
        "epoch": EPOCH,
        "law": bureau.jurisdiction.value,
        "products": sorted(bureau.accounts),
    }


def _rows(statement: str, parameters: object) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def day_of(day: date | None) -> int | None:
    """Return a date's number; None where there is none."""
    return None if day is None else day_number(day)
