"""A small invented lender whose day has begun, on a real database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from forbear.contexts.nightly.bridge.morning import Morning, begin_day
from forbear.contexts.nightly.bridge.sealing import RowSealer
from forbear.contexts.nightly.models import Night
from forbear.contexts.nightly.sample import SampleSettings, write_sample
from forbear.contexts.nightly.workspace import Workspace
from forbear.contexts.protection.keyring import new_ring
from forbear.contexts.protection.ringfile import RingFile
from forbear.contexts.protection.store import forget_vault
from forbear.values.principal import system

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
ACTOR = system("test")
# What a reader can see of the day; entries of the record are counted elsewhere.
TABLES = (
    "portfolio_debtor",
    "portfolio_contactpoint",
    "portfolio_loan",
    "portfolio_instalment",
    "portfolio_hold",
    "portfolio_consent",
    "ledger_posting",
    "ledger_standing",
    "contact_attempt",
    "cases_case",
    "cases_plan",
)


def clock() -> datetime:
    """Return the instant at which everything happens."""
    return NOW


def extract_of(folder: Path, *, loans: int, seed: int = 7) -> Path:
    """Write a small extract."""
    write_sample(folder, settings=SampleSettings(loans=loans, seed=seed, book_date=TODAY))
    return folder


def morning(home: Path, extract: Path | None, *, as_of: date = TODAY) -> Morning:
    """Return what a morning needs."""
    return Morning(
        workspace=Workspace(home),
        as_of=as_of,
        extract=extract,
        sealer=RowSealer(clock),
        actor=ACTOR,
        clock=clock,
        extract_age_days_max=1,
    )


def begin(home: Path, extract: Path | None) -> Night:
    """Begin the day."""
    return begin_day(morning(home, extract))


@contextmanager
def own_ring(folder: Path) -> Iterator[None]:
    """Use a key ring of one's own."""
    before = settings.FORBEAR_KEYRING
    settings.FORBEAR_KEYRING = folder / "keyring.json"
    RingFile(settings.FORBEAR_KEYRING).create(new_ring(now=NOW))
    forget_vault()
    try:
        yield
    finally:
        settings.FORBEAR_KEYRING = before
        forget_vault()


def prints(*tables: str) -> dict[str, tuple[int, str]]:
    """Return each table's rows and a hash over all their values, as the owner sees them."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables or TABLES:
            cursor.execute(
                f"SELECT count(*), coalesce(string_agg(t::text, '' ORDER BY t::text), '') "
                f"FROM {table} t"
            )
            rows, text = cursor.fetchone()
            found[table] = (rows, hashlib.sha256(text.encode()).hexdigest())
    return found
