"""Which rows belong together, and which must stay out?

Every function takes typed rows with their ``line`` and returns the rows that stand and the faults
of those that do not. A schedule that is not whole is no schedule: its loan stays out with
everything booked on it, because an incomplete schedule must never produce an amount.

A fault is (line, column, reason, root). ``root`` is null where the row itself is at fault; where
another row's fault took this one along, it names that fault.
"""

from __future__ import annotations

import polars as pl

from forbear.engine.intake.reason import Reason

FAULT_SCHEMA = {"line": pl.Int64, "column": pl.String, "reason": pl.String, "root": pl.String}
Split = tuple[pl.DataFrame, pl.DataFrame]


def faults(lines: pl.Series, *, column: str, reason: Reason) -> pl.DataFrame:
    """Return one fault a line, all of one column and reason."""
    return pl.DataFrame({"line": lines.cast(pl.Int64)}, schema={"line": pl.Int64}).with_columns(
        column=pl.lit(column), reason=pl.lit(reason.value), root=pl.lit(None, pl.String)
    )


def without(frame: pl.DataFrame, bad: pl.Expr, *, column: str, reason: Reason) -> Split:
    """Part the rows that are bad from those that stand; null counts as not bad."""
    marked = frame.with_columns(_bad=bad.fill_null(value=False))
    gone = marked.filter("_bad")
    return marked.filter(~pl.col("_bad")).drop("_bad"), faults(
        gone["line"], column=column, reason=reason
    )


def unique_rows(frame: pl.DataFrame, *, key: tuple[str, ...]) -> Split:
    """Keep the first of identical rows; keep none of rows that share a key but differ."""
    repeated = frame.filter(pl.struct(key).is_duplicated())
    if not repeated.height:
        return frame, faults(pl.Series([], dtype=pl.Int64), column=key[-1], reason=Reason.DUPLICATE)
    rest = [c for c in frame.columns if c != "line"]
    kinds = repeated.unique(subset=rest).group_by(key).len("kinds")
    judged = repeated.join(kinds, on=key).with_columns(
        first=pl.col("line") == pl.col("line").min().over(key)
    )
    conflicting = judged.filter(pl.col("kinds") > 1)
    doubled = judged.filter((pl.col("kinds") == 1) & ~pl.col("first"))
    gone = pl.concat([conflicting["line"], doubled["line"]])
    return frame.filter(~pl.col("line").is_in(gone.implode())), pl.concat(
        [
            faults(conflicting["line"], column=key[-1], reason=Reason.CONFLICTING),
            faults(doubled["line"], column=key[-1], reason=Reason.DUPLICATE),
        ]
    )


def whole_schedules(loan: pl.DataFrame, instalment: pl.DataFrame, *, lost: pl.DataFrame) -> Split:
    """Keep the loans whose schedule is whole; ``instalment`` carries loan_id.

    ``lost`` has (loan_id, root) of instalments that were rejected: their loans are not whole even
    where what remains seems to be. The fault stands on the loan's row; what was booked on the loan
    is left to ``of_loans``.
    """
    ordered = instalment.sort("loan_id", "instalment_no").with_columns(
        rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("loan_id"),
        before=pl.col("due_date").shift(1).over("loan_id"),
    )
    seen = ordered.group_by("loan_id").agg(
        gap=(pl.col("rank") != pl.col("instalment_no")).any(),
        unordered=(pl.col("due_date") <= pl.col("before")).any(),
        nothing=(pl.sum_horizontal("principal_minor", "interest_minor", "fee_minor") == 0).any(),
        first_due=pl.col("due_date").min(),
        principal=pl.col("principal_minor").sum(),
    )
    first_lost = lost.unique("loan_id", keep="first", maintain_order=True)
    judged = (
        loan.join(seen, on="loan_id", how="left")
        .join(first_lost.select("loan_id", "root"), on="loan_id", how="left")
        .with_columns(why=_why_not_whole())
    )
    gone = judged.filter(pl.col("why").is_not_null())
    return judged.filter(pl.col("why").is_null()).select(loan.columns), gone.select(
        "line", column=pl.lit("loan_id"), reason=pl.col("why"), root="root"
    )


def _why_not_whole() -> pl.Expr:
    def said(reason: Reason) -> pl.Expr:
        return pl.lit(reason.value)

    return (
        pl.when(pl.col("root").is_not_null())
        .then(said(Reason.INSTALMENT_REJECTED))
        .when(pl.col("principal").is_null())
        .then(said(Reason.NO_SCHEDULE))
        .when("gap")
        .then(said(Reason.SCHEDULE_GAP))
        .when(pl.col("unordered") | (pl.col("first_due") <= pl.col("disbursed_date")))
        .then(said(Reason.SCHEDULE_ORDER))
        .when("nothing")
        .then(said(Reason.NOTHING_DUE))
        .when(pl.col("principal") != pl.col("principal_minor"))
        .then(said(Reason.SCHEDULE_SUM))
    )


def of_loans(frame: pl.DataFrame, *, gone: pl.DataFrame) -> Split:
    """Part rows whose loan stands from those whose loan was rejected; ``gone``: loan_id, root."""
    placed = frame.join(
        gone.select("loan_id", _root="root"), on="loan_id", how="left", maintain_order="left"
    )
    taken = placed.filter(pl.col("_root").is_not_null())
    return placed.filter(pl.col("_root").is_null()).drop("_root"), taken.select(
        "line", column=pl.lit("loan_id"), reason=pl.lit(Reason.LOAN_REJECTED.value), root="_root"
    )


def orphans(rows: pl.DataFrame, *, by: str, lost: pl.DataFrame) -> pl.DataFrame:
    """Return the faults of rows whose ``by`` names no row of the book.

    ``lost`` has (``by``, root) of the rejected rows: whoever refers to one of them is taken along,
    whoever refers to nothing that came is an orphan.
    """
    cascade = Reason.DEBTOR_REJECTED if by == "debtor_id" else Reason.LOAN_REJECTED
    known = lost.select(by, "root").drop_nulls().unique(by, keep="first", maintain_order=True)
    came = pl.col("root").is_not_null()
    return rows.join(known, on=by, how="left", maintain_order="left").select(
        "line",
        column=pl.lit(by),
        reason=pl.when(came).then(pl.lit(cascade.value)).otherwise(pl.lit(Reason.ORPHAN.value)),
        root="root",
    )


def with_reversals(payment: pl.DataFrame) -> Split:
    """Fold each reversal into the payment it voids, as ``void_posting_day``.

    A reversal that fits no payment is a fault; the payment it meant then stands.
    """
    plain = payment.filter(pl.col("reverses_payment_id").is_null())
    reversal = payment.filter(pl.col("reverses_payment_id").is_not_null())
    if not reversal.height:
        empty = faults(
            pl.Series([], dtype=pl.Int64), column="reverses_payment_id", reason=Reason.REVERSAL
        )
        return plain.with_columns(void_posting_day=pl.lit(None, pl.Int32)), empty
    target = plain.select(
        reverses_payment_id="payment_id",
        t_loan="loan_id",
        t_amount="amount_minor",
        t_posting="posting_date",
    )
    fitted = reversal.join(target, on="reverses_payment_id", how="left").with_columns(
        fits=(pl.col("t_loan") == pl.col("loan_id"))
        & (pl.col("t_amount") == pl.col("amount_minor"))
        & (pl.col("t_posting") <= pl.col("posting_date"))
    )
    fits = fitted.filter(pl.col("fits").fill_null(value=False)).sort("posting_date", "payment_id")
    first = fits.unique(subset="reverses_payment_id", keep="first", maintain_order=True)
    gone = reversal.filter(~pl.col("payment_id").is_in(first["payment_id"].implode()))
    voids = first.select(payment_id="reverses_payment_id", void_posting_day="posting_date")
    return plain.join(voids, on="payment_id", how="left"), faults(
        gone["line"], column="reverses_payment_id", reason=Reason.REVERSAL
    )
