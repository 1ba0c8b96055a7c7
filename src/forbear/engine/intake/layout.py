"""How does a partition of checked rows become the book's tables?

The running totals laid down here let the night answer "as of" with a filter instead of a sum: the
instalment that runs on a day, the payments that count on a day, the day on which each instalment
was settled. They hold for every ``as_of``, for the facts known when the book was closed.
"""

from __future__ import annotations

import polars as pl

from forbear.engine.intake.typed import stored
from forbear.engine.schema import Table
from forbear.engine.tables import ATTEMPT_DAYS, BOOK
from forbear.values.code import Outcome, Purpose, RegionSource
from forbear.values.day import DAY_S

# Numbers of one partition start here, so that partitions can be numbered apart from each other.
PARTITION_STRIDE = 10_000_000_000
# Contact points are numbered closer together: the agenda packs their numbers into 34 bits.
POINT_STRIDE = 2**22
PARTITIONS_MAX = 2**12


def shaped(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Select a table's columns in order, in the types in which they are stored."""
    return frame.select(pl.col(c.name).cast(stored(c)) for c in table.columns)


def numbered(frame: pl.DataFrame, name: str, *, start: int, by: list[str]) -> pl.DataFrame:
    """Sort rows and number them from a start, which differs from partition to partition."""
    return frame.sort(by).with_columns((pl.int_range(pl.len(), dtype=pl.Int64) + start).alias(name))


def lay_debtors(debtor: pl.DataFrame) -> pl.DataFrame:
    """Return BOOK debtor from rows that carry debtor_no and person_hash.

    Where nobody says a region, what a number tells becomes the province, by which local teams are
    chosen; the region, at which rules look, stays unknown.
    """
    by_number = pl.col("region").is_null() & pl.col("number_region").is_not_null()
    said = pl.coalesce("region", "number_region")
    china = said.str.contains(r"^\d{6}$")
    least = pl.col("number_region_confidence_percent").fill_null(1)
    prefix = pl.lit(RegionSource.NUMBER_PREFIX.number)
    return shaped(
        _with_zones(debtor.sort("debtor_no"), "time_zones").with_columns(
            province=pl.when(china).then(said.str.slice(0, 2)).otherwise(said),
            region_source=pl.when(by_number).then(prefix).otherwise("region_source"),
            region_confidence_percent=pl.when(by_number)
            .then(least)
            .otherwise("region_confidence_percent"),
            time_zones="zones",
            vulnerable=pl.col("vulnerable").fill_null(value=False),
        ),
        BOOK["debtor"],
    )


def _with_zones(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Add ``zones``: what the columns name together, each once, sorted; null where they name none.

    There are few different ones, so each is worked out once.
    """
    joined = pl.concat_str(*columns, separator="|", ignore_nulls=True)
    parts = joined.str.split("|").list.eval(pl.element().str.strip_chars())
    union = parts.list.eval(pl.element().filter(pl.element() != "").unique().sort()).list.join("|")
    each = frame.select(columns).unique().with_columns(zones=union)
    return frame.join(
        each.with_columns(zones=pl.when(pl.col("zones") != "").then("zones")),
        on=columns,
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )


def lay_points(point: pl.DataFrame, *, debtor: pl.DataFrame, attempt: pl.DataFrame) -> pl.DataFrame:
    """Return BOOK contact_point; ``attempt`` is the whole history with contact_point_no.

    A person whose own zone is unknown keeps an unknown zone: the number alone proves nothing.
    """
    zones = debtor.select("debtor_no", person_zones="time_zones")
    talks = [Outcome.CONVERSATION.number, Outcome.RIGHT_PARTY.number]
    latest = (
        attempt.filter(pl.col("outcome").is_in(talks))
        .group_by("contact_point_no")
        .agg(latest_conversation_s=pl.col("started_s").max())
    )
    joined = point.join(zones, on="debtor_no", how="left").join(
        latest, on="contact_point_no", how="left"
    )
    return shaped(
        _with_zones(joined, "person_zones", "number_zones")
        .with_columns(
            time_zones=pl.when(pl.col("person_zones").is_not_null()).then("zones"),
            recorded_s="recorded_at",
        )
        .sort("contact_point_no"),
        BOOK["contact_point"],
    )


def lay_loans(loan: pl.DataFrame, *, instalment: pl.DataFrame) -> pl.DataFrame:
    """Return BOOK loan; both frames carry loan_no."""
    totals = instalment.group_by("loan_no").agg(
        instalments=pl.len(),
        scheduled_minor=pl.sum_horizontal(
            pl.col("principal_minor", "interest_minor", "fee_minor").sum()
        ),
        interest_total_minor=pl.col("interest_minor").sum(),
        fee_total_minor=pl.col("fee_minor").sum(),
        final_due_day=pl.col("due_date").max(),
    )
    return shaped(
        loan.join(totals, on="loan_no")
        .with_columns(contract_day="contract_date", disbursed_day="disbursed_date")
        .sort("loan_no"),
        BOOK["loan"],
    )


def lay_instalments(
    instalment: pl.DataFrame, *, loan: pl.DataFrame, payment: pl.DataFrame
) -> pl.DataFrame:
    """Return BOOK instalment; ``payment`` is BOOK payment of the same loans."""
    own = pl.sum_horizontal("principal_minor", "interest_minor", "fee_minor")
    rows = (
        instalment.join(loan.select("loan_no", "disbursed_date"), on="loan_no")
        .sort("loan_no", "instalment_no")
        .with_columns(
            start_day=pl.col("due_date")
            .shift(1)
            .over("loan_no")
            .fill_null(pl.col("disbursed_date")),
            through=own.cum_sum().over("loan_no"),
            principal_before_minor=pl.col("principal_minor").cum_sum().over("loan_no")
            - pl.col("principal_minor"),
            due_day="due_date",
        )
        .with_columns(due_before_minor=pl.col("through") - own)
    )
    paid = _standing(payment).select(
        "loan_no",
        reached=pl.col("paid_before_minor") + pl.col("amount_minor"),
        settled_day="value_day",
    )
    settled = rows.join_asof(
        paid,
        left_on="through",
        right_on="reached",
        by="loan_no",
        strategy="forward",
        check_sortedness=False,
    )
    return shaped(settled, BOOK["instalment"])


def _standing(payment: pl.DataFrame) -> pl.DataFrame:
    return payment.filter(
        pl.col("void_posting_day").is_null() & (pl.col("purpose") == Purpose.SCHEDULE.number)
    )


def lay_payments(payment: pl.DataFrame, *, instalment: pl.DataFrame, part: int) -> pl.DataFrame:
    """Return BOOK payment from payments with loan_no and void_posting_day."""
    named = payment.with_columns(
        purpose=pl.col("purpose").fill_null(Purpose.SCHEDULE.number),
        value_day="value_date",
        posting_day="posting_date",
    )
    stands = pl.col("void_posting_day").is_null()
    counted = pl.when(stands).then(pl.col("amount_minor")).otherwise(0)
    group = ["loan_no", "purpose"]
    rows = numbered(
        named,
        "payment_no",
        start=part * PARTITION_STRIDE,
        by=["loan_no", "purpose", "value_day", "posting_day", "payment_id"],
    ).with_columns(paid_before_minor=counted.cum_sum().over(group) - counted)
    following = pl.when(stands).then(pl.col("value_day")).shift(-1).backward_fill().over(group)
    rows = rows.with_columns(
        until_day=pl.when(stands).then(following).otherwise(pl.col("value_day"))
    )
    return shaped(_with_oldest_open(rows, instalment=instalment), BOOK["payment"])


def _with_oldest_open(rows: pl.DataFrame, *, instalment: pl.DataFrame) -> pl.DataFrame:
    own = pl.sum_horizontal("principal_minor", "interest_minor", "fee_minor")
    through = instalment.sort("loan_no", "instalment_no").select(
        "loan_no", through=own.cum_sum().over("loan_no"), oldest="due_date"
    )
    joined = rows.join_asof(
        through,
        left_on="paid_before_minor",
        right_on="through",
        by="loan_no",
        strategy="forward",
        allow_exact_matches=False,
        check_sortedness=False,
    )
    counts = pl.col("void_posting_day").is_null() & (pl.col("purpose") == Purpose.SCHEDULE.number)
    return joined.with_columns(oldest_open_day=pl.when(counts).then(pl.col("oldest")))


def lay_holds(hold: pl.DataFrame, *, part: int) -> pl.DataFrame:
    """Return BOOK hold from rows with debtor_no and loan_no."""
    named = hold.with_columns(start_day="start_date", end_day="end_date", recorded_s="recorded_at")
    return shaped(
        numbered(
            named,
            "hold_no",
            start=part * PARTITION_STRIDE,
            by=["debtor_no", "start_day", "hold_id"],
        ),
        BOOK["hold"],
    )


def lay_consents(consent: pl.DataFrame, *, part: int) -> pl.DataFrame:
    """Return BOOK consent from rows with debtor_no and contact_point_no."""
    named = consent.with_columns(recorded_s="recorded_at")
    return shaped(
        numbered(
            named,
            "consent_no",
            start=part * PARTITION_STRIDE,
            by=["debtor_no", "recorded_s", "consent_id"],
        ),
        BOOK["consent"],
    )


def lay_attempts(
    attempt: pl.DataFrame, *, debtor: pl.DataFrame, part: int, book_day: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return BOOK attempt and attempt_old from rows with their numbers."""
    zone = debtor.select(
        "debtor_no", zone=pl.col("time_zones").str.split("|").list.first().fill_null("UTC")
    )
    rows = numbered(
        attempt.join(zone, on="debtor_no", how="left").with_columns(started_s="started_at"),
        "attempt_no",
        start=part * PARTITION_STRIDE,
        by=["debtor_no", "started_s", "attempt_id"],
    )
    instant = (pl.col("started_s") * 1_000).cast(pl.Datetime("ms", "UTC"))
    local = pl.lit(None, pl.Int32)
    for name in rows["zone"].unique().sort():
        local = (
            pl.when(pl.col("zone") == name)
            .then(instant.dt.convert_time_zone(name).dt.date().cast(pl.Int32))
            .otherwise(local)
        )
    rows = shaped(rows.with_columns(local_day=local), BOOK["attempt"])
    recent = pl.col("started_s") >= (book_day - ATTEMPT_DAYS) * DAY_S
    return rows.filter(recent), rows.filter(~recent)
