"""How fast are a month's lines of a large book made, made again, and written as a file?

    python tests/bench/bureau.py [loans]

A book of that many loans (12 instalments and 4 payments each, every tenth late, a late fact for
one in a hundred between two runs) is laid into a database of its own. Every line of a sample is
compared with what one loan at a time says; the run ends with 1 if one differs.
"""

from __future__ import annotations

import importlib
import os
import random
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
LOANS = 500_000
SAMPLE = 500


def main() -> int:
    """Measure and print; return how the process ends."""
    loans = int(sys.argv[1]) if len(sys.argv) > 1 else LOANS
    application = importlib.import_module("tests.support.application")
    from forbear.contexts.database.embedded import EmbeddedServer, database_url
    from tests.support.database import Database
    from tests.support.portfolio import ring_in

    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        home.chmod(0o711)
        with EmbeddedServer(home / "home", system_folder=home / "system"), ring_in(home):
            roles = ("owner", "app", "superuser")
            made = Database("given", {r: database_url(home / "home", r) for r in roles})
            application.migrate(made)
            with application.on_database(made):
                _fill(loans)
                return _run(home, loans)


def _fill(loans: int) -> None:
    """Lay the book down, a statement a table."""
    from django.db import connection

    from forbear.contexts.database.transaction import acting
    from forbear.contexts.portfolio.actions.creditor import record_creditor
    from forbear.contexts.portfolio.said import CreditorSaid
    from tests.support.gate import people
    from tests.support.portfolio import CREDITOR, NOW, SETUP

    record_creditor(CreditorSaid(CREDITOR, "Example", "示例"), actor=SETUP, now=NOW)
    began = time.perf_counter()
    for start in range(0, loans, 50_000):
        people(min(50_000, loans - start))
    with acting(SETUP), connection.cursor() as cursor:
        cursor.execute(_INSTALMENTS)
        cursor.execute(_POSTINGS)
    print(f"book of {loans:,} loans laid down in {time.perf_counter() - began:.0f} s", flush=True)


_INSTALMENTS = """
INSERT INTO portfolio_instalment (loan_id, number, due_date, principal_minor, interest_minor,
  fee_minor, source, recorded_at)
SELECT l.id, n, (date '2026-06-06' + make_interval(months => n - 1))::date, 10000, 120, 0, 'API',
  '2026-05-01' FROM portfolio_loan l, generate_series(1, 12) n
"""
_POSTINGS = """
INSERT INTO ledger_posting (ref, loan_id, value_date, posting_date, amount_minor, purpose, source,
  recorded_at)
SELECT l.ref || '-' || n, l.id, (date '2026-06-06' + make_interval(months => n - 1))::date,
  (date '2026-06-06' + make_interval(months => n - 1))::date, 10120, 'SCHEDULE', 'API', '2026-05-01'
FROM portfolio_loan l, generate_series(1, CASE WHEN l.id % 10 = 0 THEN 2 ELSE 4 END) n
"""
_LATE = """
INSERT INTO ledger_posting (ref, loan_id, value_date, posting_date, amount_minor, purpose, source,
  recorded_at)
SELECT l.ref || '-late', l.id, '2026-08-06', '2026-11-20', 10120, 'SCHEDULE', 'API', '2026-11-20'
FROM portfolio_loan l WHERE l.id % 100 = 0
"""


def _run(folder: Path, loans: int) -> int:
    from django.db import connection

    from forbear.contexts.bureau.actions.export_file import export_file
    from forbear.contexts.bureau.actions.make_lines import make_lines
    from forbear.contexts.bureau.models import Line
    from forbear.contexts.database.transaction import acting, reading
    from tests.support.bureau import NOW, TODAY, counting, right
    from tests.support.portfolio import SETUP

    def timed(what: str, do):
        began, used = time.perf_counter(), time.process_time()
        found = do()
        wall, busy = time.perf_counter() - began, time.process_time() - used
        print(f"{what}: {wall:.1f} s ({loans / wall:,.0f} loans/s; own time {busy:.1f} s)")
        print(f"  {found}", flush=True)
        return found

    def lines(month: date):
        return make_lines("CN_CREDIT", month, actor=SETUP, today=TODAY, now=NOW)

    september, october = date(2026, 9, 1), date(2026, 10, 1)
    timed("September's lines", lambda: lines(september))
    with acting(SETUP), connection.cursor() as cursor:
        cursor.execute(_LATE)
        cursor.execute("ANALYZE")
    timed("October's lines, with late facts", lambda: lines(october))
    timed("October's lines again", lambda: lines(october))
    told = {"actor": SETUP, "today": TODAY, "now": NOW}
    timed("the file", lambda: export_file("CN_CREDIT", october, folder / "f", **told))
    with reading(SETUP):
        ids = sorted(set(Line.objects.values_list("loan_id", flat=True)))
    sample = random.Random(1).sample(ids, min(SAMPLE, len(ids)))
    wrong = sum(counting(each) != right(each) for each in sample)
    print(f"lines of {len(sample)} loans compared: {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
