"""How does one partition become its files of the book?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from forbear.contexts.nightly.intake.total import Totals, added, amounts, totals_of
from forbear.contexts.nightly.workspace import part_name, write_frame, write_scratch
from forbear.engine.intake import history, layout
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
from forbear.engine.tables import EXTRACT
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


class _Part:
    """One partition's rows on their way into the book.

    Tables are read when their turn comes and written as soon as they are laid out, so that memory
    never holds them all.
    """

    def __init__(self, place: Place, debtors: pl.DataFrame) -> None:
        self.place, self.debtors = place, debtors
        self.files: dict[str, Any] = {}
        self.rejected: dict[str, Totals] = {}
        self._found: dict[str, list[pl.DataFrame]] = {name: [] for name in EXTRACT}

    def rows(self, table: str) -> pl.DataFrame:
        """Return a table's rows, those of persons with debtor_no."""
        frame = _rows(self.place, table)
        if "debtor_id" not in frame.columns:
            return frame
        return frame.join(self.debtors, on="debtor_id", how="left", maintain_order="left")

    def take(self, table: str, split: Split) -> pl.DataFrame:
        """Note the faults of a split and return the rows that stand."""
        kept, faults = split
        if faults.height:
            self._found[table].append(
                faults.select(pl.col(n).cast(dtype) for n, dtype in FAULT_SCHEMA.items())
            )
        return kept

    def done(self, table: str, raw: pl.DataFrame) -> None:
        """Write the faults of a table and note the totals of its rejected rows."""
        found = pl.concat([pl.DataFrame(schema=FAULT_SCHEMA), *self._found.pop(table)])
        self.rejected[table] = totals_of(raw, found, EXTRACT[table])
        if found.height:
            folder = self.place.work / "checked" / table / "faults"
            write_scratch(found, folder / part_name(self.place.part))

    def write(self, table: str, frame: pl.DataFrame) -> None:
        """Write a table of the book."""
        path = self.place.book / table / part_name(self.place.part)
        self.files[table] = write_frame(frame, path)


def finish_part(place: Place, *, debtors: pl.DataFrame) -> dict[str, Any]:
    """Relate, lay out and write one partition.

    ``debtors`` has debtor_id, debtor_no and person_hash. Returns files, totals kept and rejected by
    table, and counts of links that had to be left open.
    """
    part = _Part(place, debtors)
    raw = part.rows("debtor")
    debtor = layout.lay_debtors(raw)
    part.write("debtor", debtor)
    part.done("debtor", raw)
    kept = {"debtor": {"rows": debtor.height, "sums": {}}}
    loan_no, credit = _finish_credit(part)
    people, unlinked, widened = _finish_people(part, debtor=debtor, loan_no=loan_no)
    return {
        "files": part.files,
        "kept": {**kept, **credit, **people},
        "rejected": part.rejected,
        "unlinked": unlinked,
        "widened": widened,
    }


def _rows(place: Place, table: str) -> pl.DataFrame:
    pieces = sorted((place.work / "spilled" / table / f"{place.part:05d}").glob("*.parquet"))
    if pieces:
        return pl.concat([pl.read_parquet(piece) for piece in pieces])
    columns = {c.name: stored(c) for c in EXTRACT[table].columns if not c.personal}
    return pl.DataFrame(schema={"line": pl.Int64, **columns})


def _lost_instalments(place: Place) -> pl.DataFrame:
    files = sorted((place.work / "checked" / "instalment" / "lost").glob("*.parquet"))
    shape = {"loan_id": pl.String, "root": pl.String}
    parts = [pl.read_parquet(file, columns=list(shape)) for file in files]
    return pl.concat([pl.DataFrame(schema=shape), *parts]).drop_nulls("loan_id")


def _finish_credit(part: _Part) -> tuple[pl.DataFrame, dict[str, Totals]]:
    """Write loans, instalments and payments; return (loan_id, loan_no, loan_owner) and totals."""
    raw_loans, raw_instalments = part.rows("loan"), part.rows("instalment")
    instalments, gone = _whole_loans(part, raw_loans, raw_instalments)
    loans = raw_loans.join(gone, on="loan_id", how="anti", maintain_order="left")
    loans = layout.numbered(
        loans, "loan_no", start=part.place.loan_from, by=["debtor_no", "loan_id"]
    )
    part.done("loan", raw_loans)
    instalments = part.take("instalment", of_loans(instalments, gone=gone))
    part.done("instalment", raw_instalments)
    del raw_instalments
    number = loans.select("loan_id", "loan_no")
    instalments = instalments.join(number, on="loan_id").drop("loan_id", "line")
    payment = _finish_payments(part, gone=gone, number=number, instalments=instalments)
    laid = layout.lay_instalments(instalments, loan=loans, payment=payment)
    part.write("instalment", laid)
    loan = layout.lay_loans(loans, instalment=instalments)
    part.write("loan", loan)
    voided = payment.filter(pl.col("void_posting_day").is_not_null())
    return loans.select("loan_id", "loan_no", loan_owner="debtor_no"), {
        "loan": {"rows": loan.height, "sums": amounts(loan, EXTRACT["loan"])},
        "instalment": {"rows": laid.height, "sums": amounts(laid, EXTRACT["instalment"])},
        # A reversal was folded into the payment it voids; its amount is the same.
        "payment": {
            **added(
                *(
                    {"rows": f.height, "sums": amounts(f, EXTRACT["payment"])}
                    for f in (payment, voided)
                )
            ),
            "folded": voided.height,
        },
    }


def _whole_loans(
    part: _Part, raw_loans: pl.DataFrame, raw_instalments: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the instalments that stand alone, and (loan_id, root) of loans that are not whole."""
    table = EXTRACT["instalment"]
    instalments, repeated = unique_rows(raw_instalments, key=table.key)
    instalments = part.take("instalment", (instalments, repeated))
    conflicting = repeated.filter(pl.col("reason") == Reason.CONFLICTING.value)
    more = lost_rows(raw_instalments, conflicting, table=table).select("loan_id", "root")
    lost = pl.concat([_lost_instalments(part.place), more])
    loans, unwhole = whole_schedules(raw_loans, instalments, lost=lost)
    part.take("loan", (loans, unwhole))
    gone = (
        raw_loans.select("line", "loan_id")
        .join(unwhole, on="line")
        .select("loan_id", root=pl.coalesce("root", root_of("loan")))
    )
    return instalments, gone


def _finish_payments(
    part: _Part, *, gone: pl.DataFrame, number: pl.DataFrame, instalments: pl.DataFrame
) -> pl.DataFrame:
    raw = part.rows("payment")
    payments = part.take("payment", of_loans(raw, gone=gone))
    payments = part.take("payment", with_reversals(payments))
    part.done("payment", raw)
    del raw
    payments = payments.join(number, on="loan_id").drop("loan_id", "line", "reverses_payment_id")
    payment = layout.lay_payments(payments, instalment=instalments, part=part.place.part)
    part.write("payment", payment)
    return payment


def _finish_people(
    part: _Part, *, debtor: pl.DataFrame, loan_no: pl.DataFrame
) -> tuple[dict[str, Totals], int, int]:
    """Write contact points, holds, consents, attempts.

    Returns totals kept, attempts that lost a link, protections that were widened.
    """
    number = part.place.part
    raw = {name: part.rows(name) for name in ("contact_point", "hold", "consent")}
    points = layout.numbered(
        raw["contact_point"],
        "contact_point_no",
        start=number * layout.POINT_STRIDE,
        by=["debtor_no", "contact_point_id"],
    )
    assert points.height <= layout.POINT_STRIDE  # the numbers of two partitions must not meet
    point_no = points.select("contact_point_id", "contact_point_no", point_owner="debtor_no")
    hold, holds_widened = _holds(part, raw["hold"], loan_no)
    own = _history_holds(part, points=points, loan_no=loan_no)
    part.write("hold", layout.lay_holds(pl.concat([hold.select(own.columns), own]), part=number))
    consent, consents_widened = _consents(part, raw["consent"], point_no)
    part.write("consent", layout.lay_consents(consent, part=number))
    for name, frame in raw.items():
        part.done(name, frame)
    attempt, unlinked = _linked_attempts(part, point_no=point_no, loan_no=loan_no)
    recent, old = layout.lay_attempts(
        attempt, debtor=debtor, part=number, book_day=part.place.book_day
    )
    part.write("attempt", recent)
    part.write("attempt_old", old)
    history = pl.concat(
        [f.select("contact_point_no", "outcome", "started_s") for f in (recent, old)]
    )
    part.write("contact_point", layout.lay_points(points, debtor=debtor, attempt=history))
    heights = {
        "contact_point": points.height,
        "hold": hold.height,
        "consent": consent.height,
        "attempt": history.height,
    }
    kept = {name: {"rows": rows, "sums": {}} for name, rows in heights.items()}
    return kept, unlinked, holds_widened + consents_widened


def _holds(part: _Part, hold: pl.DataFrame, loan_no: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Link holds to their loan; one whose loan is not in the book protects the whole person."""
    joined = hold.join(loan_no, on="loan_id", how="left", maintain_order="left")
    other = pl.col("loan_owner") != pl.col("debtor_no")
    joined = part.take("hold", without(joined, other, column="loan_id", reason=Reason.WRONG_OWNER))
    ends = pl.col("end_date") < pl.col("start_date")
    joined = part.take(
        "hold", without(joined, ends, column="end_date", reason=Reason.END_BEFORE_START)
    )
    wide = pl.col("loan_id").is_not_null() & pl.col("loan_no").is_null()
    return joined, joined.filter(wide).height


def _history_holds(part: _Part, *, points: pl.DataFrame, loan_no: pl.DataFrame) -> pl.DataFrame:
    """Hold whoever a rejected attempt may have concerned, and note which rows found a person."""
    folder = part.place.work / "checked" / "attempt"
    shape = history.LOST_SCHEMA
    pieces = [
        pl.read_parquet(f, columns=list(shape)) for f in sorted((folder / "lost").glob("*.parquet"))
    ]
    found = history.placed(
        pl.concat([pl.DataFrame(schema=shape), *pieces]),
        debtors=part.debtors,
        points=points,
        loans=loan_no.select("loan_id", debtor_no="loan_owner"),
    )
    if found.height:
        lines = found.select("line", "debtor_no")
        write_scratch(lines, folder / "placed" / part_name(part.place.part))
    return history.history_holds(found, debtors=part.debtors, book_day=part.place.book_day)


def _consents(
    part: _Part, consent: pl.DataFrame, point_no: pl.DataFrame
) -> tuple[pl.DataFrame, int]:
    """Link consents to their contact point.

    A consent given for a point that is not the person's is no consent; a withdrawal for such a
    point counts for all points of the person's own.
    """
    joined = consent.join(point_no, on="contact_point_id", how="left", maintain_order="left")
    lost = pl.col("contact_point_id").is_not_null() & pl.col("contact_point_no").is_null()
    other = pl.col("point_owner") != pl.col("debtor_no")
    given = pl.col("state") == ConsentState.GIVEN.number
    joined = part.take(
        "consent", without(joined, lost & given, column="contact_point_id", reason=Reason.ORPHAN)
    )
    joined = part.take(
        "consent",
        without(joined, other & given, column="contact_point_id", reason=Reason.WRONG_OWNER),
    )
    wide = (lost | other).fill_null(value=False)
    widened = joined.filter(wide).height
    return joined.with_columns(
        contact_point_no=pl.when(~wide).then(pl.col("contact_point_no"))
    ), widened


def _linked_attempts(
    part: _Part, *, point_no: pl.DataFrame, loan_no: pl.DataFrame
) -> tuple[pl.DataFrame, int]:
    """Link attempts where that is possible.

    An attempt whose contact point or loan is unknown is kept without the link: dropping it would
    make room for one contact too many. Returns the attempts and how many lost a link.
    """
    raw = part.rows("attempt").drop("debtor_id")
    part.done("attempt", raw)
    lost = pl.repeat(value=False, n=raw.height, dtype=pl.Boolean, eager=True)
    for numbers, by, number, owner in (
        (point_no, "contact_point_id", "contact_point_no", "point_owner"),
        (loan_no, "loan_id", "loan_no", "loan_owner"),
    ):
        raw = raw.join(numbers, on=by, how="left", maintain_order="left").with_columns(
            pl.when(pl.col(owner) == pl.col("debtor_no")).then(number).alias(number)
        )
        lost |= raw.select(pl.col(by).is_not_null() & pl.col(number).is_null()).to_series()
        raw = raw.drop(by, owner)
    return raw, int(lost.sum())
