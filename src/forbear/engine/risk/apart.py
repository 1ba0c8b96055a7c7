"""Who asked that no measured model weigh them?

Whoever did is left out of everything that models see and say; the house's tables count for them.
"""

from __future__ import annotations

import narwhals as nw

from forbear.engine.frame import Frame
from forbear.values.code import ConsentKind, ConsentState


def apart(consent: Frame) -> Frame:
    """Return who stands apart: the latest statement about being weighed is a withdrawal.

    Of two statements in one second the withdrawal is the later. Models weigh a person as a whole,
    so a statement that names a channel or a number speaks of the whole person, too.

    Grain: one row per such person. Columns: debtor_no.
    """
    withdrawn = nw.col("state") == ConsentState.WITHDRAWN.number
    latest = (
        consent.filter(nw.col("kind") == ConsentKind.WEIGHING.number)
        .select(
            "debtor_no",
            order=nw.col("recorded_s").cast(nw.Int64) * 2
            + nw.when(withdrawn).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64),
        )
        .group_by("debtor_no")
        .agg(nw.col("order").max())
    )
    return latest.filter(nw.col("order") % 2 == 1).select("debtor_no")


def without_apart(rows: Frame, consent: Frame) -> Frame:
    """Leave out the rows of whoever stands apart."""
    asked = apart(consent).with_columns(stands_apart=nw.lit(1))
    joined = rows.join(asked, on="debtor_no", how="left")
    return joined.filter(nw.col("stands_apart").is_null()).drop("stands_apart")
