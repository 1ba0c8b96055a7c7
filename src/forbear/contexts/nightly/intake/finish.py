"""How does one partition become its files of the book?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from forbear.contexts.nightly.workspace import part_name, write_frame
from forbear.engine.intake import layout
from forbear.engine.intake.reason import Reason
from forbear.engine.intake.relate import (
    FAULT_SCHEMA,
    of_loans,
    whole_schedules,
    with_reversals,
    without,
)
from forbear.engine.intake.typed import stored
from forbear.engine.tables import BOOK, EXTRACT


class _Faults:
    """Collects what each table's rows failed by."""

    def __init__(self) -> None:
        self.found: dict[str, list[pl.DataFrame]] = {name: [] for name in EXTRACT}

    def take(self, table: str, split: tuple[pl.DataFrame, pl.DataFrame]) -> pl.DataFrame:
        kept, faults = split
        if faults.height:
            self.found[table].append(faults.cast(FAULT_SCHEMA))
        return kept


def finish_part(
    part: int, *, spilled: Path, debtors: pl.DataFrame, book: Path, book_day: int, loan_from: int
) -> dict[str, Any]:
    """Relate, lay out and write one partition; return files, kept sums and link notes."""
    faults = _Faults()
    raw = {name: _rows(spilled, name, part) for name in EXTRACT}
    raw = {name: _owned(frame, debtors) for name, frame in raw.items()}
    loans, instalments, payments = _credit(raw, faults)
    debtor = layout.lay_debtors(raw["debtor"])
    loans = layout.numbered(loans, "loan_no", start=loan_from, by=["debtor_no", "loan_id"])
    number = loans.select("loan_id", "loan_no")
    instalments = instalments.join(number, on="loan_id")
    payment = layout.lay_payments(
        payments.join(number, on="loan_id"), instalment=instalments, part=part
    )
    people = _people(raw, faults, debtor=debtor, loans=loans, part=part, book_day=book_day)
    tables = {
        "debtor": debtor,
        "loan": layout.lay_loans(loans, instalment=instalments),
        "instalment": layout.lay_instalments(instalments, loan=loans, payment=payment),
        "payment": payment,
        **people.tables,
    }
    files = {name: write_frame(tables[name], book / name / part_name(part)) for name in BOOK}
    rejected = {name: pl.concat(found) for name, found in faults.found.items() if found}
    for name, frame in rejected.items():
        write_frame(frame, spilled.parent / "checked" / name / "faults" / f"part-{part:05d}.parquet")
    sums = _kept_sums(loans, instalments, payments)
    return {"files": files, "sums": sums, "unlinked": people.unlinked}


def _rows(spilled: Path, table: str, part: int) -> pl.DataFrame:
    pieces = sorted((spilled / table / f"{part:05d}").glob("*.parquet"))
    if pieces:
        return pl.concat([pl.read_parquet(piece) for piece in pieces])
    columns = {c.name: stored(c) for c in EXTRACT[table].columns if not c.personal}
    return pl.DataFrame(schema={"line": pl.Int64, **columns})


def _owned(frame: pl.DataFrame, debtors: pl.DataFrame) -> pl.DataFrame:
    if "debtor_id" not in frame.columns:
        return frame
    return frame.join(debtors, on="debtor_id", how="left", maintain_order="left")


def _credit(
    raw: dict[str, pl.DataFrame], faults: _Faults
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    received = raw["loan"]["loan_id"]
    loans = faults.take("loan", whole_schedules(raw["loan"], raw["instalment"]))
    kept = loans["loan_id"]
    instalments = faults.take(
        "instalment", of_loans(raw["instalment"], kept=kept, received=received)
    )
    payments = faults.take("payment", of_loans(raw["payment"], kept=kept, received=received))
    return loans, instalments, faults.take("payment", with_reversals(payments))


class _People:
    def __init__(self, tables: dict[str, pl.DataFrame], unlinked: int) -> None:
        self.tables, self.unlinked = tables, unlinked


def _people(
    raw: dict[str, pl.DataFrame], faults: _Faults, *, debtor: pl.DataFrame, loans: pl.DataFrame,
    part: int, book_day: int,
) -> _People:
    loan_no = loans.select("loan_id", "loan_no", loan_owner="debtor_no")
    points = layout.numbered(
        raw["contact_point"], "contact_point_no", start=part * layout.POINT_STRIDE,
        by=["debtor_no", "contact_point_id"],
    )
    assert points.height <= layout.POINT_STRIDE  # the numbers of two partitions must not meet
    point_no = points.select("contact_point_id", "contact_point_no", point_owner="debtor_no")
    hold = _with_loan(raw["hold"], loan_no, faults, "hold")
    ends = pl.col("end_date") < pl.col("start_date")
    hold = faults.take("hold", without(hold, ends, column="end_date",
                                       reason=Reason.END_BEFORE_START))
    consent = raw["consent"].join(point_no, on="contact_point_id", how="left")
    lost = pl.col("contact_point_id").is_not_null() & pl.col("contact_point_no").is_null()
    consent = faults.take("consent", without(consent, lost, column="contact_point_id",
                                             reason=Reason.ORPHAN))
    consent = faults.take("consent", without(
        consent, pl.col("point_owner") != pl.col("debtor_no"), column="contact_point_id",
        reason=Reason.WRONG_OWNER))
    attempt, unlinked = _linked_attempts(raw["attempt"], point_no=point_no, loan_no=loan_no)
    recent, old = layout.lay_attempts(attempt, debtor=debtor, part=part, book_day=book_day)
    tables = {
        "contact_point": layout.lay_points(
            points, debtor=debtor, attempt=pl.concat([recent, old])
        ),
        "hold": layout.lay_holds(hold, part=part),
        "consent": layout.lay_consents(consent, part=part),
        "attempt": recent,
        "attempt_old": old,
    }
    return _People(tables, unlinked)


def _with_loan(
    frame: pl.DataFrame, loan_no: pl.DataFrame, faults: _Faults, table: str
) -> pl.DataFrame:
    """Link holds to their loan; a hold whose loan is unknown protects the whole person."""
    joined = frame.join(loan_no, on="loan_id", how="left")
    return faults.take(table, without(
        joined, pl.col("loan_owner") != pl.col("debtor_no"), column="loan_id",
        reason=Reason.WRONG_OWNER))


def _linked_attempts(
    attempt: pl.DataFrame, *, point_no: pl.DataFrame, loan_no: pl.DataFrame
) -> tuple[pl.DataFrame, int]:
    """Link attempts where that is possible.

    An attempt whose contact point or loan is unknown is kept without the link: dropping it would
    make room for one contact too many. Returns the attempts and how many lost a link.
    """
    joined = attempt.join(point_no, on="contact_point_id", how="left").join(
        loan_no, on="loan_id", how="left"
    )
    linked = joined.with_columns(
        contact_point_no=pl.when(pl.col("point_owner") == pl.col("debtor_no")).then(
            pl.col("contact_point_no")),
        loan_no=pl.when(pl.col("loan_owner") == pl.col("debtor_no")).then(pl.col("loan_no")),
    )
    lost = linked.filter(
        (pl.col("contact_point_id").is_not_null() & pl.col("contact_point_no").is_null())
        | (pl.col("loan_id").is_not_null() & pl.col("loan_no").is_null())
    )
    return linked, lost.height


def _kept_sums(
    loans: pl.DataFrame, instalments: pl.DataFrame, payments: pl.DataFrame
) -> dict[str, dict[str, int]]:
    frames = {"loan": loans, "instalment": instalments}
    sums = {
        name: {column: int(frame[column].sum()) for column in EXTRACT[name].sums}
        for name, frame in frames.items()
    }
    sums["payment"] = {
        # A reversal was folded into the payment it voids; its amount is the same.
        "amount_minor": int(payments["amount_minor"].sum())
        + int(payments.filter(pl.col("void_posting_day").is_not_null())["amount_minor"].sum())
    }
    return sums
