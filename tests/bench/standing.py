"""How fast does one loan's standing come, beside the night's and the slow twin's?

    python tests/bench/standing.py [loans]

A large book of one shape (36 instalments, 40 postings a loan: payments in parts, late, some
reversed, some for penalty; one pause) is computed four ways: one standing and one account at a
time, the whole book by the engine on Polars, and some loans by the slow twin. Every row of the
engine is compared with the single standing; the run ends with 1 if one differs. The engine's time
starts from a book that is laid out already; the single standing's from the plain facts. All times
are processor time, so that a busy machine does not count.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from forbear.engine.delinquency import delinquency  # noqa: E402  # path set above
from forbear.policy.debt import account, standing  # noqa: E402
from tests.property.reference.delinquency import standing_of  # noqa: E402
from tests.support.book import (  # noqa: E402
    TERMS,
    Portfolio,
    book_of,
    item,
    one_loan,
    pause,
    posting,
    rows_of,
)
from tests.support.debt import NUMBERS, facts_of, merged, row_of  # noqa: E402

INSTALMENTS, POSTINGS = 36, 40
AS_OF = 30 * INSTALMENTS - 200
TWINS = 20
SINGLE_US_MAX = 1_000


def loan(lots: random.Random) -> Portfolio:
    """Draw one loan with as many instalments and postings as the bench speaks of."""
    schedule = [item(30 * n, 80_000 + n, 2_500 - 50 * n, 200) for n in range(1, INSTALMENTS + 1)]
    postings = []
    for at in range(POSTINGS - 2):
        day = 22 * at + lots.randint(5, 40)
        purpose = 2 if at % 13 == 12 else 1
        amount = 900 if purpose == 2 else lots.choice([82_000, 60_000, 25_000])
        postings.append(posting(f"p{at:02}", day, amount, posted=day + at % 3, purpose=purpose))
    postings += [
        back
        | {
            "payment_id": f"r-{back['payment_id']}",
            "posting_day": back["posting_day"] + 9,
            "reverses": back["payment_id"],
        }
        for back in (postings[3], postings[20])
    ]
    holds = [pause(400, 430)]
    return one_loan(schedule, *postings, holds=holds, product=lots.choice(list(TERMS)))


def timed(make: Callable[[Any], Any], items: Iterable[Any]) -> tuple[list[Any], float]:
    """Return what was made of each item, and the median microseconds for one."""
    made, spent = [], []
    for one in items:
        start = time.process_time()
        made.append(make(one))
        spent.append(time.process_time() - start)
    return made, statistics.median(spent) * 1e6


def main() -> None:
    """Time the four ways and print a line for each."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    lots = random.Random(7)  # a fixed draw, so that runs compare
    book = merged([loan(lots) for _ in range(count)])
    facts = [facts_of(book, row) for row in book.loans]
    days = {"as_of_day": AS_OF, "known_day": AS_OF}
    single, single_us = timed(lambda f: standing(f, TERMS[f.product], **days), facts)
    _, account_us = timed(lambda f: account(f, TERMS[f.product], **days), facts[:2_000])
    frames = {name: frame.collect().lazy() for name, frame in book_of(book, known_at=AS_OF).items()}
    start = time.process_time()
    rows = rows_of(delinquency(frames, as_of=AS_OF, terms=TERMS))
    engine_us = (time.process_time() - start) / count * 1e6
    _, twin_us = timed(
        lambda row: standing_of(
            row,
            book.schedules[row["loan_no"]],
            book.postings[row["loan_no"]],
            book.holds[row["debtor_no"] : row["debtor_no"] + 1],
            TERMS[row["product"]],
            as_of=AS_OF,
            known_at=AS_OF,
        ),
        book.loans[:TWINS],
    )
    wrong = sum(
        row_of(one) != {k: v for k, v in row.items() if k not in NUMBERS}
        for one, row in zip(single, rows, strict=True)
    )
    print(f"{count} loans of {INSTALMENTS} instalments and {POSTINGS} postings, processor time:")
    print(f"  one standing, from plain facts   {single_us:10.1f} us (median)")
    print(f"  one account, checked             {account_us:10.1f} us (median)")
    print(f"  the engine, whole book           {engine_us:10.1f} us a loan")
    print(f"  the slow twin                    {twin_us:10.1f} us (median)")
    print(f"  rows of the engine that differ   {wrong:10}")
    if wrong or single_us > SINGLE_US_MAX:
        sys.exit(1)


if __name__ == "__main__":
    main()
