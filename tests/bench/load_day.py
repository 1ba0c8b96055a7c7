"""How long does a night's day take to enter the database, beside a bare copy of the same rows?

    python tests/bench/load_day.py [persons]

Every person has one loan, is overdue and planned, so that a person is a standing, a plan and a
case. The night's tables are written directly, as a night would; persons and contracts stand in the
database before. On the embedded server with its own settings: the first load (everything is new),
the same load again (nothing changes), and the day after (every figure moves). Beside them, in the
same run, the same rows by a bare COPY into tables without index, constraint or row security.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from forbear.contexts.nightly.workspace import TableFolder, part_name  # noqa: E402  # path set
from forbear.interfaces.commands.application import application  # noqa: E402
from forbear.values.code import AgendaOutcome, PersonState  # noqa: E402
from forbear.values.principal import system  # noqa: E402

PARTS = 8
DAY = date(2026, 11, 24)
AIM_S, AIM_PERSONS = 60.0, 500_000
ACTOR = system("bench")
REASON = (
    "12 days late on one loan. A call in the morning helps most, since the number is confirmed and "
    "the team speaks the person's dialect; nobody has called this week."
)
REASON_ZH = "一笔借款逾期 12 天。号码已确认，团队与本人方言相同，上午致电效果最好；本周尚无人致电。"
# Persons and contracts, as an extract would have left them.
PORTFOLIO = """
INSERT INTO people_team
  (code, name_en, name_zh, regions, dialects, time_zone, opens_minute, agency)
  VALUES ('north', 'North (invented)', '北方（虚构）', '{}', '{}', 'Asia/Shanghai', 540, false);
INSERT INTO portfolio_creditor (code, name_en, name_zh) VALUES ('bench', 'Bench', '测试');
INSERT INTO protection_personkey (id, ring_key, wrapped, made_at)
  SELECT md5(n::text)::uuid, 'ring', '\\x00', now() FROM generate_series(1, PERSONS) n;
INSERT INTO portfolio_debtor
  (ref, key_id, jurisdiction, time_zones, team_id, vulnerable, source, recorded_at)
  SELECT 'D' || lpad(n::text, 11, '0'), md5(n::text)::uuid, 'CN', '{Asia/Shanghai}',
    (SELECT id FROM people_team), false, 'EXTRACT', now() FROM generate_series(1, PERSONS) n;
INSERT INTO portfolio_contactpoint
  (ref, debtor_id, kind, relation, origin, quality, number_zones, source, recorded_at)
  SELECT 'P' || substr(d.ref, 2), d.id, 'MOBILE', 'OWN', 'CONTRACT', 'CONFIRMED', '{}',
    'EXTRACT', now() FROM portfolio_debtor d ORDER BY d.id;
INSERT INTO portfolio_loan
  (ref, debtor_id, creditor_id, product, currency, contract_date, disbursed_date,
   principal_minor, annual_rate_bp, state, source, recorded_at)
  SELECT 'L' || substr(d.ref, 2), d.id, (SELECT id FROM portfolio_creditor), 'instalment_loan',
    'CNY', '2026-01-01', '2026-01-02', 100000, 1200, 'OPEN', 'EXTRACT', now()
    FROM portfolio_debtor d ORDER BY d.id
"""


def fill_portfolio(persons: int) -> None:
    """Write persons and contracts."""
    from django.db import connection

    from forbear.contexts.database.transaction import acting

    with acting(ACTOR), connection.cursor() as cursor:
        for statement in PORTFOLIO.replace("PERSONS", str(persons)).split(";"):
            cursor.execute(statement)


def numbered(letter: str) -> pl.Expr:
    """Return the ids that the portfolio has for a column of numbers from 1."""
    return pl.lit(letter) + pl.col("no").cast(pl.String).str.zfill(11)


def write_night(
    folder: Path, persons: int, *, day: date, days_late: int
) -> tuple[TableFolder, ...]:
    """Write a night's tables and those of its book; every person is ``days_late`` or more."""
    book, night = folder / "book", folder / f"night-{day}"
    for part in range(PARTS):
        first, last = persons * part // PARTS, persons * (part + 1) // PARTS
        rows = pl.DataFrame({"no": pl.arange(first + 1, last + 1, eager=True)})
        tables = {
            book / "debtor": rows.select(debtor_no="no", debtor_id=numbered("D")),
            book / "loan": rows.select(loan_no="no", loan_id=numbered("L")),
            **{night / name: frame for name, frame in _night(rows, days_late).items()},
        }
        for path, frame in tables.items():
            path.mkdir(parents=True, exist_ok=True)
            frame.write_parquet(path / part_name(part))
    parts = [{"part": part} for part in range(PARTS)]
    told = {"night_id": f"{day}-bench", "as_of": day.isoformat(), "known_at": None}
    told |= {"book_id": "bench", "figures": {}, "code_version": "bench", "partitions": parts}
    return TableFolder(night, told), TableFolder(book, {"partitions": parts})


def _night(rows: pl.DataFrame, days_late: int) -> dict[str, pl.DataFrame]:
    """Return the rows of some persons in each table of a night."""
    days = (pl.col("no") % 60 + days_late).cast(pl.Int32)
    owed = (pl.col("no") % 900_000 + 1_000 + days_late).cast(pl.Int64)
    zero = pl.lit(0, pl.Int64)
    epoch_day = (DAY - date(1970, 1, 1)).days
    standing = rows.select(
        loan_no="no",
        debtor_no="no",
        days_past_due=days,
        bucket=pl.lit("M1"),
        instalments_overdue=pl.lit(1, pl.Int32),
        oldest_unpaid_day=(epoch_day - pl.col("no") % 60).cast(pl.Int32),
        overdue_principal_minor=owed,
        overdue_minor=owed,
        payoff_minor=owed + 50_000,
        outstanding_principal_minor=owed + 50_000,
        next_due_day=pl.lit(epoch_day + 12, pl.Int32),
        risk_class=pl.lit(2, pl.Int8),
        bureau_code=pl.lit("1"),
        limitation_day=pl.lit(epoch_day + 900, pl.Int32),
        **{
            f"{name}_minor": zero
            for name in (
                "due",
                "paid",
                "credit",
                "overdue_interest",
                "overdue_fee",
                "penalty_accrued",
                "penalty",
                "accrued_interest",
                "next_due",
            )
        },
    )
    agenda = rows.select(
        debtor_no="no",
        debtor_id=numbered("D"),
        loan_no="no",
        contact_point_id=numbered("P"),
        channel=pl.lit("VOICE"),
        team=pl.lit("north"),
        officer_id=pl.lit(None, pl.String),
        slot=pl.when(pl.col("no") % 2 == 0).then(pl.lit("morning")).otherwise(pl.lit("evening")),
        rank=pl.col("no").cast(pl.Int32),
        value_micro=owed * 10,
        explored=pl.lit(value=False),
        propensity_ppm=pl.lit(0, pl.Int32),
    )
    reason = rows.select(
        debtor_no="no",
        outcome=pl.lit(AgendaOutcome.PLANNED.number, pl.Int8),
        cause=pl.lit(None, pl.String),
        text_en=pl.lit(REASON) + pl.col("no").cast(pl.String),
        text_zh=pl.lit(REASON_ZH) + pl.col("no").cast(pl.String),
    )
    position = rows.select(
        debtor_no="no",
        state=pl.lit(PersonState.OVERDUE.number, pl.Int8),
        days_past_due=days,
        bucket=pl.lit("M1"),
        overdue_minor=owed,
        currency=pl.lit("CNY"),
    )
    return {"delinquency": standing, "agenda": agenda, "reason": reason, "position": position}


def load(night: TableFolder, book: TableFolder, *, now: datetime) -> dict[str, float]:
    """Load a night; return the seconds of each step and of the whole."""
    from forbear.contexts.nightly.bridge.night_load import load_night

    marks: list[float] = []
    begun = time.perf_counter()
    load_night(
        night,
        book,
        facts_at=now - timedelta(minutes=1),
        actor=ACTOR,
        now=now,
        progress=lambda _step, _done, _all: marks.append(time.perf_counter()),
    )
    whole = time.perf_counter() - begun
    steps = ("standings", "plans", "cases")
    return {name: marks[at + 1] - marks[at] for at, name in enumerate(steps)} | {"whole": whole}


def bare_copy(night: TableFolder, book: TableFolder) -> float:
    """Copy the same rows into plain tables; return the seconds."""
    from forbear.contexts.cases import bulk as cases
    from forbear.contexts.database.bulk import staged
    from forbear.contexts.database.transaction import acting
    from forbear.contexts.ledger import bulk as ledger
    from forbear.contexts.nightly.bridge import night_load
    from forbear.contexts.nightly.bridge.pieces import pieces

    asked: tuple[tuple[dict[str, str], Iterator[pl.DataFrame]], ...] = (
        (ledger.STANDING, night_load._standings(night, book)),  # the same rows
        (cases.PLAN, night_load._plans(night, book)),
        (cases.POSITION, night_load._positions(night, book)),
    )
    begun = time.perf_counter()
    with acting(ACTOR):
        for columns, frames in asked:
            with staged("bare_rows", columns) as stage:
                stage.fill(pieces(frames, columns))
    return time.perf_counter() - begun


def main() -> None:
    """Measure and print."""
    persons = int(sys.argv[1]) if len(sys.argv) > 1 else AIM_PERSONS
    with tempfile.TemporaryDirectory(prefix="forbear-bench-") as scratch:
        home = Path(scratch)
        # The account that runs the server must be able to pass.
        home.chmod(0o711)
        with application(home / "home"):
            _measure(home, persons)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  peak memory of the loading process {peak:,.0f} MiB")


def _measure(folder: Path, persons: int) -> None:
    fill_portfolio(persons)
    first = write_night(folder, persons, day=DAY, days_late=1)
    second = write_night(folder, persons, day=DAY + timedelta(days=1), days_late=2)
    now = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    runs = {
        "first load": load(*first, now=now),
        "the same again": load(*first, now=now),
        "the day after": load(*second, now=now + timedelta(days=1)),
    }
    bare = bare_copy(*first)
    print(f"  {persons:,} standings, plans and cases; bare COPY of the same rows {bare:.1f} s")
    print(f"  {'':<16}{'standings':>10}{'plans':>8}{'cases':>8}{'whole':>8}{'of bare COPY':>14}")
    for name, seconds in runs.items():
        told = "".join(f"{seconds[step]:>{w}.1f}" for step, w in _WIDTHS.items())
        print(f"  {name:<16}{told}{seconds['whole'] / bare:>13.1f}x")
    print(f"  aim at {AIM_PERSONS:,} persons on 2 cores: {AIM_S:.0f} s for the first load")


_WIDTHS = {"standings": 10, "plans": 8, "cases": 8, "whole": 8}

if __name__ == "__main__":
    main()
