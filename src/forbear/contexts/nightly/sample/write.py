"""How does the sample reach the disk, a chunk at a time, always the same and never half-done?"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from forbear.contexts.nightly.sample.chunk import Chunk, SampleSettings, make_chunk
from forbear.contexts.nightly.sample.dirt import with_dirt
from forbear.contexts.nightly.sample.region import regions_from
from forbear.contexts.rulebook.library import policy_texts
from forbear.engine.schema import CONTRACT_VERSION, Kind, Table
from forbear.engine.tables import EXTRACT
from forbear.values.errors import Conflict, InvalidInput

LENDER = "Banyan Consumer Finance (invented) 榕树消费金融（虚构）"
LOANS_MAX = 100_000_000
INSTALMENTS_MAX = 120
ATTEMPTS_PER_LOAN_MAX = 100.0
SEED_MAX = 2**63 - 1
DIRT_MAX = 0.5
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 1, 1)
_MARK = "invented"
_TRUTH_MARK = "truth.json"


def write_sample(
    folder: Path,
    *,
    settings: SampleSettings,
    force: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> dict[str, object]:
    """Write the extract into ``folder`` and its truth into ``<folder>-truth``.

    Both are made beside their place and moved there when they are whole.

    Raises:
        InvalidInput: a setting is out of range.
        Conflict: a folder exists and is not an earlier sample, or ``force`` is not given.
    """
    _check(settings)
    folder = _own_place(folder)
    truth = folder.with_name(f"{folder.name}-truth")
    _refuse_if_taken(folder, mark=_is_sample, force=force)
    _refuse_if_taken(truth, mark=_is_truth, force=force)
    made, made_truth = _emptied(folder), _emptied(truth)
    regions = regions_from(policy_texts("regions"), teams=policy_texts("house/demo")["teams.yaml"])
    writer = _Writer(made, made_truth, settings)
    for chunk in range(settings.chunks):
        writer.add(make_chunk(settings, chunk=chunk, regions=regions), chunk=chunk)
        progress(chunk + 1, settings.chunks)
    manifest = writer.finish()
    _put(made_truth, truth)
    _put(made, folder)
    return manifest


def _check(settings: SampleSettings) -> None:
    """Refuse settings that nothing sensible can be drawn from; a NaN is within no bounds."""
    bounds: tuple[tuple[str, float, float, float], ...] = (
        ("--loans", settings.loans, 1, LOANS_MAX),
        ("--seed", settings.seed, 0, SEED_MAX),
        ("--attempts-per-loan", settings.attempts_per_loan, 0, ATTEMPTS_PER_LOAN_MAX),
        ("--instalments", settings.instalments or 1, 1, INSTALMENTS_MAX),
        ("--dirt", settings.dirt, 0, DIRT_MAX),
    )
    for option, value, low, high in bounds:
        if not low <= value <= high:
            raise _outside(option, value, low, high)
    if settings.instalments == 0:
        raise _outside("--instalments", 0, 1, INSTALMENTS_MAX)
    if not _EARLIEST <= settings.book_date <= _LATEST:
        raise InvalidInput(
            f"--book-date is {settings.book_date}; it must lie between {_EARLIEST} and {_LATEST}.",
            remedy="Choose a day within those years.",
            message_zh=f"--book-date 为 {settings.book_date}，应在 {_EARLIEST} 与 {_LATEST} 之间。",
            remedy_zh="请选择此范围内的日期。",
        )
    if settings.dirt and settings.parquet:
        raise InvalidInput(
            "Dirt can only be planted in CSV.",
            remedy="Leave out --dirt or use --format csv.",
            message_zh="只能在 CSV 中加入脏数据。",
            remedy_zh="请去掉 --dirt，或使用 --format csv。",
        )


def _outside(option: str, value: float, low: float, high: float) -> InvalidInput:
    return InvalidInput(
        f"{option} is {value}; it must lie between {low:,} and {high:,}.",
        remedy="Choose a number within those bounds.",
        message_zh=f"{option} 为 {value}，应在 {low:,} 与 {high:,} 之间。",
        remedy_zh="请选择此范围内的数值。",
    )


def _own_place(folder: Path) -> Path:
    place = folder.resolve()
    if Path.cwd().is_relative_to(place):
        raise InvalidInput(
            f"{place} is the folder you stand in, or one above it.",
            remedy="Name a folder of the sample's own, such as demo/extract.",
            message_zh=f"{place} 是当前所在目录或其上级目录。",
            remedy_zh="请为样例指定单独的目录，例如 demo/extract。",
        )
    return place


def _refuse_if_taken(place: Path, *, mark: Callable[[Path], bool], force: bool) -> None:
    """Let only an empty folder or, with ``force``, an earlier sample be replaced."""
    if not place.exists() or (place.is_dir() and not any(place.iterdir())):
        return
    if not place.is_dir():
        raise Conflict(
            f"{place} is a file.",
            remedy="Name a folder.",
            message_zh=f"{place} 是一个文件。",
            remedy_zh="请指定目录。",
        )
    if not mark(place):
        raise Conflict(
            f"{place} is not empty, and it is no sample.",
            remedy="Choose another folder: this one holds something else.",
            message_zh=f"{place} 不是空目录，其中的内容也不是样例。",
            remedy_zh="请选择其他目录：此目录另有内容。",
        )
    if not force:
        raise Conflict(
            f"{place} is not empty: it holds an earlier sample.",
            remedy="Choose another folder, or add --force to replace it.",
            message_zh=f"{place} 不是空目录：其中有之前生成的样例。",
            remedy_zh="请选择其他目录，或加 --force 替换。",
        )


def _is_sample(folder: Path) -> bool:
    """A sample says in its manifest that it is invented; a real extract does not."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and bool(manifest.get(_MARK))


def _is_truth(folder: Path) -> bool:
    return (folder / _TRUTH_MARK).is_file()


def _emptied(place: Path) -> Path:
    """Return an empty folder beside the place; what an interrupted run left there goes."""
    made = place.with_name(f".{place.name}.unfinished")
    if made.exists():
        shutil.rmtree(made)
    made.mkdir(parents=True)
    return made


def _put(made: Path, place: Path) -> None:
    if place.exists():
        shutil.rmtree(place)
    made.rename(place)


class _Writer:
    """Appends chunks to the extract's files and keeps their control totals."""

    def __init__(self, folder: Path, truth: Path, settings: SampleSettings) -> None:
        self._folder, self._truth, self._settings = folder, truth, settings
        self._rows = dict.fromkeys(EXTRACT, 0)
        self._sums = {name: dict.fromkeys(table.sums, 0) for name, table in EXTRACT.items()}
        self._files: dict[str, list[str]] = {name: [] for name in EXTRACT}
        self._planted: dict[str, int] = {}

    def add(self, made: Chunk, *, chunk: int) -> None:
        """Write a chunk; chunks come in order."""
        for name, frame in made.tables.items():
            self._rows[name] += frame.height
            for column in EXTRACT[name].sums:
                self._sums[name][column] += int(frame[column].sum())
            if self._settings.parquet:
                self._add_parquet(name, frame, chunk=chunk)
            else:
                self._add_csv(name, frame, chunk=chunk)
        for name, frame in made.truth.items():
            frame.write_parquet(self._truth / f"{name}-{chunk:05d}.parquet", statistics=False)

    def _add_parquet(self, name: str, frame: pl.DataFrame, *, chunk: int) -> None:
        file = f"{name}-{chunk:05d}.parquet"
        self._files[name].append(file)
        typed = frame.with_columns(_typed(EXTRACT[name]))
        typed.write_parquet(self._folder / file, compression="zstd", compression_level=1)

    def _add_csv(self, name: str, frame: pl.DataFrame, *, chunk: int) -> None:
        rng = np.random.default_rng([self._settings.seed, chunk, 1, list(EXTRACT).index(name)])
        text = frame.select(_as_text(EXTRACT[name]))
        text, planted = with_dirt(rng, text, table=name, share=self._settings.dirt)
        for kind, count in planted.items():
            self._planted[kind] = self._planted.get(kind, 0) + count
        self._files[name] = [f"{name}.csv"]
        with (self._folder / f"{name}.csv").open("ab") as file:
            text.write_csv(file, include_header=chunk == 0)

    def finish(self) -> dict[str, object]:
        """Write the manifest, which states rows and totals as they were before any dirt."""
        manifest: dict[str, object] = {
            "contract": CONTRACT_VERSION,
            "lender": LENDER,
            _MARK: "Every name, number and address is invented; no number can be dialled.",
            "book_date": self._settings.book_date.isoformat(),
            "files": {
                name: {
                    "file": files if len(files) > 1 else files[0],
                    "rows": self._rows[name],
                    "sums": self._sums[name],
                }
                for name, files in self._files.items()
            },
        }
        _write_json(self._folder / "manifest.json", manifest)
        truth = {
            "seed": self._settings.seed,
            "loans": self._settings.loans,
            "attempts_per_loan": self._settings.attempts_per_loan,
            "instalments": self._settings.instalments,
            "dirt": self._settings.dirt,
            "planted_rows": self._planted,
        }
        _write_json(self._truth / _TRUTH_MARK, truth)
        return manifest


def _write_json(path: Path, value: dict[str, object]) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _typed(table: Table) -> list[pl.Expr]:
    """How the columns of a Parquet extract are typed."""
    changed = []
    for column in table.columns:
        if column.kind is Kind.DAY:
            changed.append(pl.col(column.name).cast(pl.Int32).cast(pl.Date))
        elif column.kind is Kind.INSTANT:
            changed.append((pl.col(column.name) * 1_000).cast(pl.Datetime("ms", "UTC")))
        elif column.kind is Kind.INT:
            changed.append(pl.col(column.name).cast(pl.Int32))
    return changed


def _as_text(table: Table) -> list[pl.Expr]:
    """How the columns of a CSV extract are written; amounts in major units."""
    return [_text_of(column.name, column.kind) for column in table.columns]


def _text_of(name: str, kind: Kind) -> pl.Expr:
    value = pl.col(name)
    match kind:
        case Kind.MONEY:
            cents = (value % 100).cast(pl.String).str.zfill(2)
            major = (value // 100).cast(pl.String)
            return pl.concat_str(major, pl.lit("."), cents).alias(name.removesuffix("_minor"))
        case Kind.DAY:
            return value.cast(pl.Int32).cast(pl.Date).dt.to_string("%Y-%m-%d").alias(name)
        case Kind.INSTANT:
            instant = (value * 1_000).cast(pl.Datetime("ms"))
            return instant.dt.to_string("%Y-%m-%dT%H:%M:%SZ").alias(name)
        case Kind.FLAG:
            return pl.when(value).then(pl.lit("true")).otherwise(pl.lit("false")).alias(name)
        case _:
            return value.cast(pl.String).alias(name)
