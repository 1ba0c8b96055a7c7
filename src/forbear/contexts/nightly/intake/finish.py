"""How does one partition become its files of the book?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from forbear.contexts.nightly.intake.total import Totals, amounts, totals_of
from forbear.contexts.nightly.workspace import part_name, write_frame, write_scratch
from forbear.engine.intake import layout
from forbear.engine.intake.reason import Reason
from forbear.engine.intake.relate import (
    FAULT_SCHEMA,
    Split,
    of_loans,
    unique_rows,
    whole_schedules,
    with_reversals,
    without,
)
from forbear.engine.intake.typed import lost_rows, root_of, stored
from forbear.engine.tables import BOOK, EXTRACT
from forbear.values.code import ConsentState

# These tables' keys begin with the column by which they were spread: their repeats meet here.
LOCAL_KEYS = ("instalment",)


@dataclass(frozen=True)
class Place:
    """Where a partition's rows lie and where they go."""

    part: int
    work: Path
    book: Path
    book_day: int
    loan_from: int


class _Faults:
    """Collects what each table's rows failed by."""

    def __init__(self) -> None:
        self.found: dict[str, list[pl.DataFrame]] = {name: [] for name in EXTRACT}

    def take(self, table: str, split: Split) -> pl.DataFrame:
        kept, faults = split
        if faults.height:
            self.found[table].append(
                faults.select(pl.col(n).cast(dtype) for n, dtype in FAULT_SCHEMA.items())
            )
        return kept

    def of(self, table: str) -> pl.DataFrame:
        return pl.concat([pl.DataFrame(schema=FAULT_SCHEMA), *self.found[table]])


def finish_part(place: Place, *, debtors: pl.DataFrame) -> dict[str, Any]:
    """Relate, lay out and write one partition.

    ``debtors`` has debtor_id, debtor_no and person_hash. Returns files, totals kept and rejected by
    table, and counts of links that had to be left open.
    """
    faults = _Faults()
    raw = {name: _owned(_rows(place, name), debtors) for name in EXTRACT}
    loans, instalments, payments = _credit(raw, faults, lost=_lost_instalments(place))
    debtor = layout.lay_debtors(raw["debtor"])
    loans = layout.numbered(loans, "loan_no", start=place.loan_from, by=["debtor_no", "loan_id"])
    number = loans.select("loan_id", "loan_no")
    instalments = instalments.join(number, on="loan_id")
    payment = layout.lay_payments(
        payments.join(number, on="loan_id"), instalment=instalments, part=place.part
    )
    people = _people(raw, faults, debtor=debtor, loans=loans, place=place)
    tables = {
        "debtor": debtor,
        "loan": layout.lay_loans(loans, instalment=instalments),
        "instalment": layout.lay_instalments(instalments, loan=loans, payment=payment),
        "payment": payment,
        **people.tables,
    }
    files = {
        name: write_frame(tables[name], place.book / name / part_name(place.part)) for name in BOOK
    }
    for name in EXTRACT:
        if faults.found[name]:
            target = place.work / "checked" / name / "faults" / part_name(place.part)
            write_scratch(faults.of(name), target)
    rejected = {name: totals_of(raw[name], faults.of(name), EXTRACT[name]) for name in EXTRACT}
    return {
        "files": files,
        "kept": _kept(tables),
        "rejected": rejected,
        "unlinked": people.unlinked,
        "widened": people.widened,
    }


def _rows(place: Place, table: str) -> pl.DataFrame:
    pieces = sorted((place.work / "spilled" / table / f"{place.part:05d}").glob("*.parquet"))
    if pieces:
        return pl.concat([pl.read_parquet(piece) for piece in pieces])
    columns = {c.name: stored(c) for c in EXTRACT[table].columns if not c.personal}
    return pl.DataFrame(schema={"line": pl.Int64, **columns})


def _owned(frame: pl.DataFrame, debtors: pl.DataFrame) -> pl.DataFrame:
    if "debtor_id" not in frame.columns:
        return frame
    return frame.join(debtors, on="debtor_id", how="left", maintain_order="left")


def _lost_instalments(place: Place) -> pl.DataFrame:
    files = sorted((place.work / "checked" / "instalment" / "lost").glob("*.parquet"))
    shape = {"loan_id": pl.String, "root": pl.String}
    parts = [pl.read_parquet(file, columns=list(shape)) for file in files]
    return pl.concat([pl.DataFrame(schema=shape), *parts]).drop_nulls("loan_id")


def _credit(
    raw: dict[str, pl.DataFrame], faults: _Faults, *, lost: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    table = EXTRACT["instalment"]
    instalments, repeated = unique_rows(raw["instalment"], key=table.key)
    instalments = faults.take("instalment", (instalments, repeated))
    conflicting = repeated.filter(pl.col("reason") == Reason.CONFLICTING.value)
    lost = pl.concat(
        [lost, lost_rows(raw["instalment"], conflicting, table=table).select("loan_id", "root")]
    )
    loans, unwhole = whole_schedules(raw["loan"], instalments, lost=lost)
    loans = faults.take("loan", (loans, unwhole))
    gone = (
        raw["loan"]
        .select("line", "loan_id")
        .join(unwhole, on="line")
        .select("loan_id", root=pl.coalesce("root", root_of("loan")))
    )
    instalments = faults.take("instalment", of_loans(instalments, gone=gone))
    payments = faults.take("payment", of_loans(raw["payment"], gone=gone))
    return loans, instalments, faults.take("payment", with_reversals(payments))


@dataclass(frozen=True)
class _People:
    """What concerns persons rather than credit; attempts without a link, protections widened."""

    tables: dict[str, pl.DataFrame]
    unlinked: int
    widened: int


def _people(
    raw: dict[str, pl.DataFrame],
    faults: _Faults,
    *,
    debtor: pl.DataFrame,
    loans: pl.DataFrame,
    place: Place,
) -> _People:
    loan_no = loans.select("loan_id", "loan_no", loan_owner="debtor_no")
    points = layout.numbered(
        raw["contact_point"],
        "contact_point_no",
        start=place.part * layout.POINT_STRIDE,
        by=["debtor_no", "contact_point_id"],
    )
    assert points.height <= layout.POINT_STRIDE  # the numbers of two partitions must not meet
    point_no = points.select("contact_point_id", "contact_point_no", point_owner="debtor_no")
    hold, holds_widened = _holds(raw["hold"], loan_no, faults)
    consent, consents_widened = _consents(raw["consent"], point_no, faults)
    attempt, unlinked = _linked_attempts(raw["attempt"], point_no=point_no, loan_no=loan_no)
    recent, old = layout.lay_attempts(
        attempt, debtor=debtor, part=place.part, book_day=place.book_day
    )
    tables = {
        "contact_point": layout.lay_points(points, debtor=debtor, attempt=pl.concat([recent, old])),
        "hold": layout.lay_holds(hold, part=place.part),
        "consent": layout.lay_consents(consent, part=place.part),
        "attempt": recent,
        "attempt_old": old,
    }
    return _People(tables, unlinked, holds_widened + consents_widened)


def _holds(hold: pl.DataFrame, loan_no: pl.DataFrame, faults: _Faults) -> tuple[pl.DataFrame, int]:
    """Link holds to their loan; one whose loan is not in the book protects the whole person."""
    joined = hold.join(loan_no, on="loan_id", how="left", maintain_order="left")
    other = pl.col("loan_owner") != pl.col("debtor_no")
    joined = faults.take(
        "hold", without(joined, other, column="loan_id", reason=Reason.WRONG_OWNER)
    )
    ends = pl.col("end_date") < pl.col("start_date")
    joined = faults.take(
        "hold", without(joined, ends, column="end_date", reason=Reason.END_BEFORE_START)
    )
    wide = pl.col("loan_id").is_not_null() & pl.col("loan_no").is_null()
    return joined, joined.filter(wide).height


def _consents(
    consent: pl.DataFrame, point_no: pl.DataFrame, faults: _Faults
) -> tuple[pl.DataFrame, int]:
    """Link consents to their contact point.

    A consent given for a point that is not the person's is no consent; a withdrawal for such a
    point counts for all points of the person's own.
    """
    joined = consent.join(point_no, on="contact_point_id", how="left", maintain_order="left")
    lost = pl.col("contact_point_id").is_not_null() & pl.col("contact_point_no").is_null()
    other = pl.col("point_owner") != pl.col("debtor_no")
    given = pl.col("state") == ConsentState.GIVEN.number
    joined = faults.take(
        "consent", without(joined, lost & given, column="contact_point_id", reason=Reason.ORPHAN)
    )
    joined = faults.take(
        "consent",
        without(joined, other & given, column="contact_point_id", reason=Reason.WRONG_OWNER),
    )
    wide = (lost | other).fill_null(value=False)
    widened = joined.filter(wide).height
    return joined.with_columns(
        contact_point_no=pl.when(~wide).then(pl.col("contact_point_no"))
    ), widened


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
            pl.col("contact_point_no")
        ),
        loan_no=pl.when(pl.col("loan_owner") == pl.col("debtor_no")).then(pl.col("loan_no")),
    )
    lost = linked.filter(
        (pl.col("contact_point_id").is_not_null() & pl.col("contact_point_no").is_null())
        | (pl.col("loan_id").is_not_null() & pl.col("loan_no").is_null())
    )
    return linked, lost.height


def _kept(tables: dict[str, pl.DataFrame]) -> dict[str, Totals]:
    """Return what of each table of the extract is in the book, by the book's own tables."""
    kept = {
        name: {"rows": tables[name].height, "sums": amounts(tables[name], table)}
        for name, table in EXTRACT.items()
    }
    kept["attempt"]["rows"] += tables["attempt_old"].height
    # A reversal was folded into the payment it voids; its amount is the same.
    voided = tables["payment"].filter(pl.col("void_posting_day").is_not_null())
    kept["payment"]["folded"] = voided.height
    kept["payment"]["rows"] += voided.height
    kept["payment"]["sums"]["amount_minor"] += int(voided["amount_minor"].sum())
    return kept
