"""How does what the database knows become the next night's extract?

The database is the whole truth: the lender's rows and what was recorded by day. It is written out
as an extract by the published contract, from one snapshot, without a personal value, and then
imported as any other: so the day's rows pass the same checks as the lender's.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.db import connection

from forbear.contexts.contact import export as contact
from forbear.contexts.database.transaction import reading, snapshot
from forbear.contexts.ledger import export as ledger
from forbear.contexts.portfolio import export as portfolio
from forbear.engine.schema import CONTRACT_VERSION
from forbear.engine.tables import EXTRACT
from forbear.values.principal import Principal

Progress = Callable[[str, int, int], None]
_STATEMENTS = {**portfolio.TABLES, **ledger.TABLES, **contact.TABLES}


def anything_by_day(actor: Principal) -> bool:
    """Say whether anything was recorded that the lender's own files do not tell."""
    found = f"{portfolio.OWN_ROWS} UNION ALL {ledger.OWN_ROWS} UNION ALL {contact.OWN_ROWS}"
    with reading(actor), connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({found})")
        return bool(cursor.fetchone()[0])


def write_facts(
    folder: Path,
    *,
    lender: str,
    as_of: date,
    actor: Principal,
    progress: Progress = lambda _step, _done, _all: None,
) -> None:
    """Write everything known into ``folder`` as an extract of ``as_of``; whole, or not at all."""
    scratch = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True, mode=0o700)
    try:
        with snapshot(actor):
            for done, name in enumerate(EXTRACT):
                progress("gather", done, len(EXTRACT))
                _write(scratch / f"{name}.csv", _STATEMENTS[name])
        told = {"contract": CONTRACT_VERSION, "lender": lender, "book_date": as_of.isoformat()}
        (scratch / "manifest.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        scratch.rename(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    progress("gather", len(EXTRACT), len(EXTRACT))


def _write(path: Path, statement: str) -> None:
    with (
        path.open("wb") as file,
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({statement} ORDER BY 1, 2) TO STDOUT (FORMAT csv, HEADER)") as copy,
    ):
        for piece in copy:
            file.write(piece)
