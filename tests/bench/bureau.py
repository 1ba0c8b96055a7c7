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
    """Lay the book down, a statement a table. Nobody in it has a name, so none is opened."""
    from django.db import connection

    from forbear.contexts.database.transaction import acting
    from forbear.contexts.portfolio.actions.creditor import record_creditor
    from forbear.contexts.portfolio.said import CreditorSaid
    from forbear.contexts.protection.store import tools
    from tests.support.portfolio import CREDITOR, NOW, SETUP

    record_creditor(CreditorSaid(CREDITOR, "Example", "示例"), actor=SETUP, now=NOW)
    began = time.perf_counter()
    with acting(SETUP), connection.cursor() as cursor:
        # The ring leaves its marks before anybody has a key.
        tools(now=NOW)
        cursor.execute(
            "CREATE TEMPORARY TABLE given ON COMMIT DROP AS SELECT n, "
            "gen_random_uuid() AS key FROM generate_series(1, %s) n",
            [loans],
        )
        for statement in (_KEYS, _PERSONS, _LOANS, _INSTALMENTS, _POSTINGS):
            cursor.execute(statement)
    with acting(SETUP), connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"book of {loans:,} loans laid down in {time.perf_counter() - began:.0f} s", flush=True)


_KEYS = """
INSERT INTO protection_personkey (id, ring_key, wrapped, made_at, destroyed_at)
SELECT key, 'none', NULL, '2026-05-01', '2026-05-01' FROM given
"""
_PERSONS = """
INSERT INTO portfolio_debtor (ref, key_id, jurisdiction, time_zones, vulnerable, source,
  recorded_at)
SELECT 'P-' || n, key, 'CN', '{Asia/Shanghai}', false, 'API', '2026-05-01' FROM given
"""
_LOANS = """
INSERT INTO portfolio_loan (ref, debtor_id, creditor_id, product, currency, contract_date,
  disbursed_date, principal_minor, annual_rate_bp, state, source, recorded_at)
SELECT 'L-' || d.id, d.id, c.id, 'instalment_loan', 'CNY', '2026-05-05', '2026-05-06', 120000, 1200,
  'OPEN', 'API', '2026-05-01' FROM portfolio_debtor d, portfolio_creditor c
"""
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
