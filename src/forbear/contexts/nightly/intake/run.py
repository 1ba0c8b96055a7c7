"""Which steps turn an extract into the book that counts, and how do they survive a kill?

Each step leaves its files and then a note that it is done. A killed import is taken up at the
first step without a note; a step that was under way is done again from its start. The book gets
its final name, and CURRENT its new line, only when everything is written.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from forbear import __version__
from forbear.contexts.nightly.chaos import chaos
from forbear.contexts.nightly.intake.check import check_table, repeated_keys
from forbear.contexts.nightly.intake.finish import finish_part
from forbear.contexts.nightly.intake.number import number_debtors, person_hash, spill
from forbear.contexts.nightly.intake.reject import gather_rejects
from forbear.contexts.nightly.intake.source import Extract, open_extract
from forbear.contexts.nightly.intake.total import reconcile
from forbear.contexts.nightly.workspace import (
    Steps,
    TableFolder,
    Workspace,
    only_one,
    sealed,
    write_frame,
    write_text,
)
from forbear.engine.intake.layout import PARTITIONS_MAX
from forbear.engine.schema import CONTRACT_VERSION
from forbear.engine.tables import BOOK, EXTRACT
from forbear.values.day import day_number
from forbear.values.errors import InvalidInput

# Raise this when the layout changes, so that old books are not taken for new ones.
LAYOUT_VERSION = "2"
PARTITION_LOANS = 200_000
CHAOS_POINTS = (
    "import.check", "import.checked", "import.repeat", "import.number", "import.spill",
    "import.spilled", "import.finish", "import.finished", "import.reject", "import.seal",
    "import.sealed", "import.current",
)
Progress = Callable[[str, int, int], None]
_BY = {name: "loan_id" if name in {"instalment", "payment"} else "debtor_id" for name in EXTRACT}


@dataclass(frozen=True)
class ImportSettings:
    """How to import: the book's day when the lender does not state it, and sizes.

    ``max_reject_share`` is the share of a table's rows above which the whole extract is refused.
    """

    book_date: date | None = None
    partition_loans: int = PARTITION_LOANS
    max_reject_share: float = 0.05
    workers: int = 2


@dataclass(frozen=True)
class Imported:
    """The book that counts now, and whether this call made it."""

    book: TableFolder
    already: bool


def import_extract(
    folder: Path, *, workspace: Workspace, settings: ImportSettings,
    progress: Progress = lambda _step, _done, _all: None,
) -> Imported:
    """Import an extract and make it the book that counts.

    Raises:
        InvalidInput: the extract cannot be used; the previous book still counts.
        Transient: another import is at work.
    """
    with only_one(workspace.books, "import"):
        progress("survey", 0, 1)
        extract = open_extract(folder)
        progress("survey", 1, 1)
        book_date = settings.book_date or extract.book_date
        if book_date is None:
            raise InvalidInput(
                "Nobody says as of which day the extract was taken.",
                remedy='Add "book_date": "YYYY-MM-DD" to manifest.json, or use --book-date.')
        book_id = _book_id(extract, book_date, settings)
        final = workspace.books / book_id
        already = (final / "manifest.json").exists()
        if not already:
            _Import(extract, book_id, book_date, workspace, settings, progress).run(final)
        chaos("import.sealed")
        write_text(workspace.books / "CURRENT", book_id + "\n")
        chaos("import.current")
        return Imported(sealed(final), already)


def _book_id(extract: Extract, book_date: date, settings: ImportSettings) -> str:
    identity = {
        "files": {n: [s.sha256 for s in files] for n, files in extract.files.items()},
        "claimed": extract.claimed,
        "lender": extract.lender,
        "book_date": book_date.isoformat(),
        "contract": CONTRACT_VERSION,
        "layout": LAYOUT_VERSION,
        "partition_loans": settings.partition_loans,
    }
    digest = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()
    return f"{book_date.isoformat()}-{digest[:12]}"


class _Import:
    """One import, step by step, in a folder of its own beside the books."""

    def __init__(
        self, extract: Extract, book_id: str, book_date: date, workspace: Workspace,
        settings: ImportSettings, progress: Progress,
    ) -> None:
        self.extract, self.book_id, self.book_date = extract, book_id, book_date
        self.settings, self.progress = settings, progress
        self.work = workspace.books / f".work-{book_id}"
        self.book = self.work / "book"
        self.steps = Steps(self.work)

    def run(self, final: Path) -> None:
        checked = {name: self._check(name) for name in EXTRACT}
        totals = reconcile(self.extract.claimed, checked)
        bounds = self._number()
        for name in EXTRACT:
            self._spill(name)
        parts = self._finish(bounds)
        rejects = self._reject(checked)
        self._seal(final, checked=checked, totals=totals, bounds=bounds, parts=parts,
                   rejects=rejects)

    def _check(self, name: str) -> dict[str, Any]:
        step = f"check-{name}"
        if done := self.steps.result(step):
            return done
        folder = self.work / "checked" / name
        shutil.rmtree(folder, ignore_errors=True)
        chaos("import.check")
        stated = self.extract.claimed.get(name, {}).get("rows") or 0
        result = check_table(
            EXTRACT[name], self.extract.files[name], folder=folder,
            progress=lambda rows: self.progress(f"check {name}", rows, stated),
        )
        (folder / "rows").mkdir(parents=True, exist_ok=True)
        chaos("import.checked")
        write_frame(repeated_keys(EXTRACT[name], folder), folder / "dropped.parquet")
        chaos("import.repeat")
        faulty = sorted((folder / "faults").glob("*.parquet"))
        result["rejected"] = sum(pl.read_parquet(f)["line"].n_unique() for f in faulty)
        self.progress(f"check {name}", max(stated, result["rows"]), max(stated, result["rows"]))
        return self.steps.finish(step, result)

    def _kept(self, name: str, columns: list[str]) -> pl.DataFrame:
        folder = self.work / "checked" / name
        dropped = pl.read_parquet(folder / "dropped.parquet")
        rows = pl.scan_parquet(folder / "rows" / "*.parquet").select("line", *columns)
        return rows.join(dropped.lazy(), on="line", how="anti").collect().drop("line")

    def _number(self) -> list[dict[str, int]]:
        if done := self.steps.result("number"):
            return list(done["bounds"])
        self.progress("number", 0, 1)
        debtor = self._kept("debtor", ["debtor_id"])
        if not debtor.height:
            raise InvalidInput("No usable debtor is in the extract.",
                               remedy="Look at the rejected rows' reasons, or hand over more.")
        loan = self._kept("loan", ["loan_id", "debtor_id"])
        keys, bounds = number_debtors(debtor, loan["debtor_id"],
                                      partition_loans=self.settings.partition_loans)
        if len(bounds) > PARTITIONS_MAX:
            raise InvalidInput(
                f"{loan.height:,} loans make {len(bounds):,} partitions, more than "
                f"{PARTITIONS_MAX:,}.", remedy="Choose a larger --partition-loans.")
        write_frame(keys, self.work / "keys" / "debtor_id.parquet")
        by_loan = loan.join(keys, on="debtor_id").select("loan_id", "part").sort("loan_id")
        write_frame(by_loan, self.work / "keys" / "loan_id.parquet")
        chaos("import.number")
        self.progress("number", 1, 1)
        self.steps.finish("number", {"bounds": bounds})
        return bounds

    def _spill(self, name: str) -> None:
        step = f"spill-{name}"
        if self.steps.result(step) is not None:
            return
        target = self.work / "spilled" / name
        shutil.rmtree(target, ignore_errors=True)
        chaos("import.spill")
        folder, by = self.work / "checked" / name, _BY[name]
        keys = pl.read_parquet(self.work / "keys" / f"{by}.parquet").select(by, "part")
        orphans = pl.DataFrame()
        if list((folder / "rows").glob("*.parquet")):
            orphans = spill(folder / "rows", by=by, keys=keys.sort(by),
                            dropped=pl.read_parquet(folder / "dropped.parquet"), target=target)
        if orphans.height:
            write_frame(orphans, folder / "faults" / "orphans.parquet")
        chaos("import.spilled")
        self.progress("spread", list(EXTRACT).index(name) + 1, len(EXTRACT))
        self.steps.finish(step, {})

    def _finish(self, bounds: list[dict[str, int]]) -> list[dict[str, Any]]:
        keys = pl.read_parquet(self.work / "keys" / "debtor_id.parquet")
        done = 0

        def one(bound: dict[str, int]) -> dict[str, Any]:
            nonlocal done
            part = bound["part"]
            step = f"finish-{part:05d}"
            result = self.steps.result(step)
            if result is None:
                chaos("import.finish")
                mine = keys.slice(bound["debtor_from"], bound["debtor_to"] - bound["debtor_from"])
                hashes = [person_hash(each) for each in mine["debtor_id"]]
                owners = mine.select("debtor_id", "debtor_no").with_columns(
                    person_hash=pl.Series(hashes, dtype=pl.Int64))
                result = finish_part(part, spilled=self.work / "spilled", debtors=owners,
                                     book=self.book, book_day=day_number(self.book_date),
                                     loan_from=bound["loan_from"])
                chaos("import.finished")
                self.steps.finish(step, result)
            done += 1
            self.progress("lay out", done, len(bounds))
            return result

        with ThreadPoolExecutor(self.settings.workers) as pool:
            return list(pool.map(one, bounds))

    def _reject(self, checked: dict[str, dict[str, Any]]) -> dict[str, Any]:
        rejects = self.steps.result("reject")
        if rejects is None:
            rejects = self.steps.finish("reject", gather_rejects(self.extract, self.work, self.book))
            chaos("import.reject")
        for name, gone in rejects["rows"].items():
            rows = checked[name]["rows"]
            if rows and gone > rows * self.settings.max_reject_share:
                worst = next(r for r in rejects["reasons"] if r["table"] == name)
                raise InvalidInput(
                    f"{name}: {gone:,} of {rows:,} rows would be rejected, more than "
                    f"{self.settings.max_reject_share:.1%}. Most often: column "
                    f"{worst['column'] or '(row)'}, {worst['reason']}: {worst['text_en']} "
                    f"For example {worst['file']} line {worst['line']}.",
                    remedy="Mend the extract, or allow more with --max-reject-share.",
                    table=name, file=worst["file"], line=worst["line"], column=worst["column"],
                    reason=worst["reason"])
        return rejects

    def _seal(
        self, final: Path, *, checked: dict[str, dict[str, Any]], totals: dict[str, Any],
        bounds: list[dict[str, int]], parts: list[dict[str, Any]], rejects: dict[str, Any],
    ) -> None:
        self.progress("seal", 0, 1)
        tables = {}
        for name in BOOK:
            files = [part["files"][name] for part in parts]
            sums: dict[str, int] = {}
            for part in parts:
                for column, value in part["sums"].get(name, {}).items():
                    sums[column] = sums.get(column, 0) + value
            tables[name] = {"rows": sum(f["rows"] for f in files), "files": files, "sums": sums,
                            "read": checked.get(name, {}).get("rows"),
                            "rejected": rejects["rows"].get(name, 0)}
        repairs = {f"{n}.{column}": count for n, c in checked.items()
                   for column, count in c["repairs"].items()}
        manifest = {
            "book_id": self.book_id, "contract": CONTRACT_VERSION, "code_version": __version__,
            "lender": self.extract.lender, "book_date": self.book_date.isoformat(),
            "partitions": bounds, "tables": tables, "control": totals,
            "rejects": sum(rejects["rows"].values()),
            "quality": {
                "repairs": repairs,
                "notes": [n for files in self.extract.files.values() for s in files
                          for n in s.notes],
                "reasons": rejects["reasons"],
                "attempts_without_link": sum(part["unlinked"] for part in parts),
            },
        }
        write_text(self.book / "manifest.json",
                   json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
        chaos("import.seal")
        self.book.rename(final)
        shutil.rmtree(self.work)
        self.progress("seal", 1, 1)
