"""Which rows of an extract are in its book, with the personal values that the book leaves out?

The book is numbered, folded and without personal values; the database wants the lender's rows as
they were handed over. So the files are read once more by the same reader, and what the book's own
list of rejects names is left out again.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from forbear.contexts.nightly.intake.block import blocks
from forbear.contexts.nightly.intake.source import FILE_STRIDE, Extract, Source
from forbear.contexts.nightly.workspace import TableFolder
from forbear.engine.intake.typed import check_rows
from forbear.engine.tables import EXTRACT


def kept_rows(extract: Extract, book: TableFolder, name: str) -> Iterator[pl.DataFrame]:
    """Yield a table's kept rows, block by block: the contract's columns, personal ones too.

    Codes are numbers, days day numbers, instants seconds, as in the book; personal columns are
    text, null where not given.

    Raises:
        InvalidInput: a file changed since it was surveyed.
    """
    table = EXTRACT[name]
    personal = [column.name for column in table.columns if column.personal]
    for source in extract.files[name]:
        out = _rejected(book, name, source)
        for block in blocks(source):
            good = check_rows(block.rows, table=table, sources=source.sources).good
            rows = good.join(out, on="line", how="anti", maintain_order="left")
            told = block.rows.select(
                "line",
                *(
                    pl.col(source.sources[each]).cast(pl.String).str.strip_chars().alias(each)
                    if each in source.sources
                    else pl.lit(None, pl.String).alias(each)
                    for each in personal
                ),
            )
            joined = rows.join(told, on="line", how="left", maintain_order="left")
            yield joined.with_columns(
                pl.when(pl.col(each) != "").then(each).alias(each) for each in personal
            ).drop("line")


def _rejected(book: TableFolder, name: str, source: Source) -> pl.DataFrame:
    """Return the lines of a file that the book leaves out, as the reader numbers them."""
    return (
        book.scan("reject")
        .filter(pl.col("table") == name, pl.col("file") == source.path.name)
        .select(line=pl.col("line") + source.position * FILE_STRIDE)
        .unique()
        .collect()
    )
