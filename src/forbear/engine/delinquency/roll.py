"""How do loans move between buckets in a month?"""

from __future__ import annotations

import narwhals as nw

from forbear.engine.delinquency.fact import Book
from forbear.engine.frame import Frame


def roll(book: Book, delinquency: Frame, *, as_of: int) -> Frame:
    """Count the loans that went from one bucket to another in the month up to a day.

    Grain: one row per product and pair of buckets; partial counts that add up over partitions.
    Loans that were not lent a month before ``as_of`` have no bucket to come from and are left out.
    """
    product = book["loan"].filter(nw.col("disbursed_day") <= as_of).select("loan_no", "product")
    moved = delinquency.filter(~nw.col("bucket_month_ago").is_null()).select(
        "loan_no",
        "outstanding_principal_minor",
        bucket_from=nw.col("bucket_month_ago"),
        bucket_to=nw.col("bucket"),
    )
    key = ("product", "bucket_from", "bucket_to")
    return (
        moved.join(product, on="loan_no", how="inner")
        .group_by(*key)
        .agg(
            loans=nw.col("loan_no").count().cast(nw.Int64),
            outstanding_principal_minor=nw.col("outstanding_principal_minor").sum().cast(nw.Int64),
        )
        .select(*key, "loans", "outstanding_principal_minor")
        .sort(*key)
    )
