"""How do the rows of an extract enter the database, personal values sealed on the way?

All tables enter in one transaction: a kill leaves the portfolio as it was, and loading the same
extract again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, Protocol

import polars as pl

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact import bulk as contact
from forbear.contexts.database.bulk import Merged, Stage, prefer_whole_tables, staged
from forbear.contexts.database.chaos import chaos
from forbear.contexts.database.transaction import acting
from forbear.contexts.ledger import bulk as ledger
from forbear.contexts.nightly.bridge.pieces import day, instant, listed, pieces, word
from forbear.contexts.nightly.intake.kept import kept_rows
from forbear.contexts.nightly.intake.source import Extract
from forbear.contexts.nightly.workspace import TableFolder
from forbear.contexts.portfolio import bulk as portfolio
from forbear.engine.schema import Kind
from forbear.engine.tables import EXTRACT
from forbear.values.principal import Principal

Progress = Callable[[str, int, int], None]
CHAOS_POINTS = (*(f"load.{name}" for name in EXTRACT), "load.portfolio")


class Sealer(Protocol):
    """Seals the personal values of many rows at once."""

    def debtors(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return key_id, wrapped, ring_key, the sealed columns and resealed, as bytes or text."""
        ...

    def contact_points(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the sealed columns and resealed."""
        ...


def load_portfolio(
    extract: Extract,
    book: TableFolder,
    *,
    sealer: Sealer,
    actor: Principal,
    now: datetime,
    progress: Progress = lambda _step, _done, _all: None,
) -> dict[str, dict[str, int]]:
    """Load what an extract tells; return rows, added and changed by table."""
    counts: dict[str, dict[str, int]] = {}
    with acting(actor):
        prefer_whole_tables()
        told = date.fromisoformat(book.manifest["book_date"])
        creditor = portfolio.told_by(extract.lender, extract_date=told)
        merges: dict[str, tuple[dict[str, str], Callable[[Stage], Merged]]] = {
            "debtor": (portfolio.DEBTOR, lambda s: portfolio.merge_debtors(s, now=now)),
            "contact_point": (
                portfolio.CONTACT_POINT,
                lambda s: portfolio.merge_contact_points(s, creditor=creditor, now=now),
            ),
            "loan": (
                portfolio.LOAN,
                lambda s: portfolio.merge_loans(s, creditor=creditor, now=now),
            ),
            "instalment": (
                portfolio.INSTALMENT,
                lambda s: portfolio.merge_instalments(s, now=now),
            ),
            "payment": (ledger.POSTING, lambda s: ledger.merge_postings(s, now=now)),
            "hold": (
                portfolio.HOLD,
                lambda s: portfolio.merge_holds(s, creditor=creditor, now=now),
            ),
            "consent": (portfolio.CONSENT, portfolio.merge_consents),
            "attempt": (contact.ATTEMPT, lambda s: contact.merge_attempts(s, now=now)),
        }
        for done, (name, (columns, merge)) in enumerate(merges.items()):
            progress("store", done, len(merges))
            with staged(f"extract_{name}", columns) as stage:
                stage.fill(pieces(_shaped(extract, book, name, sealer), columns))
                stage.index(next(iter(columns)))
                counts[name] = merge(stage).as_dict()
            chaos(f"load.{name}")
        record(
            AuditEvent.PORTFOLIO_LOADED,
            actor=actor,
            subject=f"book:{book.manifest['book_id']}",
            now=now,
            body={"creditor": creditor, **counts},
        )
    chaos("load.portfolio")
    progress("store", len(merges), len(merges))
    return counts


def _shaped(
    extract: Extract, book: TableFolder, name: str, sealer: Sealer
) -> Iterator[pl.DataFrame]:
    for rows in kept_rows(extract, book, name):
        shaped = rows.with_columns(**_words(name)).rename(_NAMES[name])
        if name == "debtor":
            law = word("jurisdiction", _codes(name)["jurisdiction"])
            sealed = sealer.debtors(
                rows.select("name", "national_id", ref="debtor_id", jurisdiction=law).select(
                    "ref", "name", "national_id", "jurisdiction"
                )
            )
            yield _joined(shaped, sealed)
        elif name == "contact_point":
            asked = {"ref": "contact_point_id", "debtor_ref": "debtor_id"}
            kind = word("kind", _codes(name)["kind"])
            sealed = sealer.contact_points(rows.select(**asked, kind=kind, address="address"))
            yield _joined(shaped, sealed)
        else:
            yield shaped


def _joined(shaped: pl.DataFrame, sealed: pl.DataFrame) -> pl.DataFrame:
    return shaped.drop(set(sealed.columns) & set(shaped.columns) - {"ref"}).join(
        sealed, on="ref", how="left", maintain_order="left"
    )


_NAMES: dict[str, dict[str, str]] = {
    "debtor": {"debtor_id": "ref", "officer_id": "officer_ref"},
    "contact_point": {"contact_point_id": "ref", "debtor_id": "debtor_ref"},
    "loan": {"loan_id": "ref", "debtor_id": "debtor_ref"},
    "instalment": {"loan_id": "loan_ref", "instalment_no": "number"},
    "payment": {
        "payment_id": "ref",
        "loan_id": "loan_ref",
        "reverses_payment_id": "reverses_ref",
    },
    "hold": {"hold_id": "ref", "debtor_id": "debtor_ref", "loan_id": "loan_ref"},
    "consent": {
        "consent_id": "ref",
        "debtor_id": "debtor_ref",
        "contact_point_id": "contact_point_ref",
    },
    "attempt": {
        "attempt_id": "ref",
        "debtor_id": "debtor_ref",
        "contact_point_id": "contact_point_ref",
        "loan_id": "loan_ref",
    },
}
_DEFAULTS = {"purpose": "SCHEDULE", "quality": "UNTRIED", "vulnerable": False}


def _codes(name: str) -> dict[str, Any]:
    return {column.name: column.codes for column in EXTRACT[name].columns if column.codes}


def _words(name: str) -> dict[str, pl.Expr]:
    """Return a table's columns as PostgreSQL reads them: words, dates, instants, arrays."""
    found = {column: word(column, codes) for column, codes in _codes(name).items()}
    for column in EXTRACT[name].columns:
        match column.kind:
            case Kind.DAY:
                found[column.name] = day(column.name)
            case Kind.INSTANT:
                found[column.name] = instant(column.name)
        if column.name.endswith("_zones"):
            found[column.name] = listed(column.name)
    for column, value in _DEFAULTS.items():
        if column in EXTRACT[name].names:
            found[column] = found.get(column, pl.col(column)).fill_null(value)
    return found
