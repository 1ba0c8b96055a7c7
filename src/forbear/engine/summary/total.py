"""How do the partitions' partial counts become one?"""

from __future__ import annotations

import narwhals as nw

from forbear.engine.frame import Frame
from forbear.engine.schema import Table


def totals(partial: Frame, table: Table) -> Frame:
    """Add up partial rows by a table's key; every other column is a sum."""
    sums = [name for name in table.names if name not in table.key]
    return (
        partial.group_by(list(table.key))
        .agg(*[nw.col(name).sum() for name in sums])
        .select(table.names)
    )
