"""Where are the contacts kept that would be judged differently, so that none is left out?"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import numpy as np
import polars as pl

from forbear.policy.past.history import Flags, Ints
from forbear.policy.past.replay import Judged
from forbear.policy.past.timetable import Timetable
from forbear.values.code import Channel
from forbear.values.errors import Conflict, InvalidInput

_FORMATS = (".csv", ".parquet")
COLUMNS = {
    "attempt_no": pl.Int64,
    "debtor_id": pl.String,
    "contact_point_id": pl.String,
    "loan_id": pl.String,
    "channel": pl.String,
    "started_at": pl.String,
    "local_date": pl.Date,
    "before": pl.String,
    "after": pl.String,
    "rules_before": pl.String,
    "rules_after": pl.String,
}


def rows_of(
    rows: pl.DataFrame,
    changed: Ints,
    judged: tuple[Judged, Judged],
    timetables: tuple[Timetable, Timetable],
    *,
    ids: Mapping[str, pl.LazyFrame],
) -> pl.DataFrame:
    """Return the changed contacts in plain words; ``ids`` has the book's tables by name.

    Grain: one row per contact that one of the two sets allows and the other refuses. ``before``
    and ``after`` are ALLOWED or REFUSED; the rules that refuse stand beside them, parted by |.
    """
    channel = pl.col("channel").replace_strict(
        {number: word for word, number in Channel.numbers().items()}, return_dtype=pl.String
    )
    instant = (pl.col("started_s") * 1_000).cast(pl.Datetime("ms", "UTC"))
    found = rows[changed].with_columns(
        before=_verdict(judged[0].refused[changed]),
        after=_verdict(judged[1].refused[changed]),
        rules_before=_refusing(judged[0], timetables[0], changed),
        rules_after=_refusing(judged[1], timetables[1], changed),
    )
    joined = found.lazy()
    for table in ("debtor", "contact_point", "loan"):
        names = ids[table].select(f"{table}_no", f"{table}_id")
        joined = joined.join(names, on=f"{table}_no", how="left", maintain_order="left")
    return (
        joined.with_columns(
            channel=channel,
            started_at=instant.dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
            local_date=pl.col("local_day").cast(pl.Int32).cast(pl.Date),
        )
        .select(*COLUMNS)
        .cast(COLUMNS)
        .collect()
    )


def _verdict(refused: Flags) -> pl.Series:
    return pl.Series(np.where(refused, "REFUSED", "ALLOWED"), dtype=pl.String)


def _refusing(judged: Judged, timetable: Timetable, changed: Ints) -> pl.Series:
    """Return the ids of all rules that refuse, parted by |."""
    found = [""] * changed.size
    for dated, refused in zip(timetable, judged.by_rule, strict=True):
        for row in np.flatnonzero(refused[changed]).tolist():
            found[row] += f"|{dated.rule.id}" if found[row] else dated.rule.id
    return pl.Series(found, dtype=pl.String)


class ChangedFile:
    """A file that appears whole or not at all; parts of it are kept beside its place meanwhile."""

    def __init__(self, path: Path) -> None:
        if path.suffix not in _FORMATS:
            raise InvalidInput(
                f"{path} says neither CSV nor Parquet.",
                remedy="End its name with .csv or .parquet.",
                message_zh=f"{path} 的扩展名既非 CSV 也非 Parquet。",
                remedy_zh="请以 .csv 或 .parquet 结尾。",
            )
        if path.exists():
            raise Conflict(
                f"{path} exists already.",
                remedy="Name another file, or remove that one first.",
                message_zh=f"{path} 已存在。",
                remedy_zh="请换一个文件名，或先删除该文件。",
            )
        self.path = path
        self._parts = path.with_name(f".{path.name}.parts")
        self._scratch = path.with_name(f".{path.name}.part")
        self._many = 0

    def __enter__(self) -> Self:
        shutil.rmtree(self._parts, ignore_errors=True)
        self._parts.mkdir(parents=True)
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._parts, ignore_errors=True)
        self._scratch.unlink(missing_ok=True)

    def add(self, frame: pl.DataFrame) -> None:
        """Keep some more rows."""
        frame.write_parquet(self._parts / f"{self._many:06d}.parquet")
        self._many += 1

    def finish(self) -> None:
        """Write the whole file and put it into its place."""
        if not self._many:
            self.add(pl.DataFrame(schema=COLUMNS))
        rows = pl.scan_parquet(self._parts / "*.parquet")
        if self.path.suffix == ".csv":
            rows.sink_csv(self._scratch, include_bom=True)
        else:
            rows.sink_parquet(self._scratch, compression="zstd")
        self._scratch.replace(self.path)
