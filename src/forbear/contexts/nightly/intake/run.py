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
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from forbear.contexts.database.chaos import chaos
from forbear.contexts.nightly.intake.check import check_table, known_products, repeated_keys
from forbear.contexts.nightly.intake.finish import LOCAL_KEYS, Place, finish_part
from forbear.contexts.nightly.intake.number import number_debtors, person_hash, spill
from forbear.contexts.nightly.intake.reject import gather_rejects
from forbear.contexts.nightly.intake.seal import Made, book_manifest, refuse_if_unfit
from forbear.contexts.nightly.intake.source import Extract, open_extract, refuse_if_absent
from forbear.contexts.nightly.intake.total import amounts, reconcile
from forbear.contexts.nightly.workspace import (
    Steps,
    TableFolder,
    Workspace,
    only_one,
    sealed,
    settle,
    write_scratch,
    write_text,
)
from forbear.contexts.rulebook.library import code_hash
from forbear.engine.intake.layout import PARTITIONS_MAX
from forbear.engine.schema import CONTRACT_VERSION
from forbear.engine.tables import EXTRACT
from forbear.values.day import day_number
from forbear.values.errors import InvalidInput

# Raise this when the layout changes, so that old books are not taken for new ones.
LAYOUT_VERSION = "5"
PARTITION_LOANS = 400_000
# A loan usually has fewer rows than this in all tables together; memory is reckoned by it.
ROWS_PER_LOAN = 30
CHAOS_POINTS = (
    "import.check",
    "import.block",
    "import.checked",
    "import.repeat",
    "import.number",
    "import.spill",
    "import.spilled",
    "import.finish",
    "import.finished",
    "import.reject",
    "import.seal",
    "import.renamed",
    "import.sealed",
    "import.current",
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
    folder: Path,
    *,
    workspace: Workspace,
    settings: ImportSettings,
    progress: Progress = lambda _step, _done, _all: None,
) -> Imported:
    """Import an extract and make it the book that counts.

    Raises:
        InvalidInput: the extract cannot be used; the previous book still counts.
        Transient: another import is at work.
    """
    refuse_if_absent(folder)
    with only_one(workspace.books, "import"):
        progress("survey", 0, 1)
        extract = open_extract(folder)
        progress("survey", 1, 1)
        book_date = settings.book_date or extract.book_date
        if book_date is None:
            raise InvalidInput(
                "Nobody says as of which day the extract was taken.",
                remedy='Add "book_date": "YYYY-MM-DD" to manifest.json, or use --book-date.',
                message_zh="没有写明数据截至哪一天。",
                remedy_zh='请在 manifest.json 中加入 "book_date": "YYYY-MM-DD"，'
                "或使用 --book-date。",
            )
        book_id = _book_id(extract, book_date, settings)
        final = workspace.books / book_id
        already = (final / "manifest.json").exists()
        if not already:
            _Import(extract, book_id, book_date, workspace, settings, progress).run(final)
        _clear(workspace.books)
        chaos("import.sealed")
        write_text(workspace.books / "CURRENT", book_id + "\n")
        chaos("import.current")
        return Imported(sealed(final), already)


def _book_id(extract: Extract, book_date: date, settings: ImportSettings) -> str:
    identity = {
        "files": {n: [s.sha256 for s in files] for n, files in extract.files.items()},
        "claimed": {n: asdict(stated) for n, stated in extract.claimed.items()},
        "products": known_products(),
        "lender": extract.lender,
        "book_date": book_date.isoformat(),
        "contract": CONTRACT_VERSION,
        "layout": LAYOUT_VERSION,
        "partition_loans": settings.partition_loans,
        "max_reject_share": settings.max_reject_share,
    }
    digest = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()
    return f"{book_date.isoformat()}-{digest[:12]}"


def _clear(books: Path) -> None:
    """Remove the work of imports that are over or were given up for this one."""
    for folder in books.glob(".work-*"):
        shutil.rmtree(folder)


class _Import:
    """One import, step by step, in a folder of its own beside the books."""

    def __init__(
        self,
        extract: Extract,
        book_id: str,
        book_date: date,
        workspace: Workspace,
        settings: ImportSettings,
        progress: Progress,
    ) -> None:
        self.extract, self.book_id, self.book_date = extract, book_id, book_date
        self.settings, self.progress = settings, progress
        self.refused = workspace.root / "refused"
        self.work = workspace.books / f".work-{book_id}"
        self.book = self.work / "book"
        self.steps = Steps(self.work)
        if self.steps.result("code") not in (None, {"code": code_hash()}):
            # Another version of the program left this work: its pieces may differ.
            shutil.rmtree(self.work)
            self.steps = Steps(self.work)
        self.steps.finish("code", {"code": code_hash()})

    def run(self, final: Path) -> None:
        checked = {name: self._check(name) for name in EXTRACT}
        totals = reconcile(self.extract.claimed, checked, unfinished=self.extract.unfinished)
        bounds = self._number(rows=sum(each["good"] for each in checked.values()))
        astray = {name: self._spill(name) for name in EXTRACT}
        parts = self._finish(bounds)
        rejects = self._reject()
        made = Made(
            checked=checked,
            totals=totals,
            bounds=bounds,
            astray=astray,
            parts=parts,
            rejects=rejects,
        )
        refuse_if_unfit(
            made,
            max_reject_share=self.settings.max_reject_share,
            rejects=self.book / "rejects.csv",
            shown=self.refused / f"{self.book_id}.csv",
        )
        self._seal(final, made)

    def _check(self, name: str) -> dict[str, Any]:
        step = f"check-{name}"
        if done := self.steps.result(step):
            return done
        folder = self.work / "checked" / name
        shutil.rmtree(folder, ignore_errors=True)
        chaos("import.check")
        stated = self.extract.claimed[name].rows or 0
        result = check_table(
            EXTRACT[name],
            self.extract.files[name],
            folder=folder,
            progress=lambda rows: self.progress(f"check {name}", rows, stated),
        )
        chaos("import.checked")
        result["repeated"] = {"rows": 0, "sums": amounts(None, EXTRACT[name])}
        if name in LOCAL_KEYS:
            write_scratch(pl.DataFrame(schema={"line": pl.Int64}), folder / "dropped.parquet")
        else:
            result["repeated"] = repeated_keys(EXTRACT[name], folder)
        chaos("import.repeat")
        self.progress(f"check {name}", result["rows"], result["rows"])
        return self.steps.finish(step, result)

    def _kept(self, name: str, columns: list[str]) -> pl.DataFrame:
        folder = self.work / "checked" / name
        files = sorted((folder / "rows").glob("*.parquet"))
        if not files:
            return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
        dropped = pl.read_parquet(folder / "dropped.parquet")
        rows = pl.scan_parquet(files).select("line", *columns)
        return rows.join(dropped.lazy(), on="line", how="anti").collect().drop("line")

    def _number(self, *, rows: int) -> list[dict[str, int]]:
        if done := self.steps.result("number"):
            return list(done["bounds"])
        self.progress("number", 0, 1)
        debtor = self._kept("debtor", ["debtor_id"])
        if not debtor.height:
            raise InvalidInput(
                "No usable debtor is in the extract.",
                remedy="Look at the rejected rows' reasons, or hand over more.",
                message_zh="数据中没有可用的债务人。",
                remedy_zh="请查看各行被拒收的原因，或提供更多数据。",
            )
        loan = self._kept("loan", ["loan_id", "debtor_id"])
        keys, bounds = number_debtors(
            debtor, loan["debtor_id"], partition_loans=self._partition_loans(rows, loan.height)
        )
        if len(bounds) > PARTITIONS_MAX:
            raise InvalidInput(
                f"{loan.height:,} loans make {len(bounds):,} partitions, more than "
                f"{PARTITIONS_MAX:,}.",
                remedy="Choose a larger --partition-loans.",
                message_zh=f"{loan.height:,} 笔借款会分成 {len(bounds):,} 个分区，超过 "
                f"{PARTITIONS_MAX:,} 个。",
                remedy_zh="请选择更大的 --partition-loans。",
            )
        write_scratch(keys, self.work / "keys" / "debtor_id.parquet")
        by_loan = loan.join(keys, on="debtor_id").select("loan_id", "part").sort("loan_id")
        write_scratch(by_loan, self.work / "keys" / "loan_id.parquet")
        chaos("import.number")
        self.progress("number", 1, 1)
        self.steps.finish("number", {"bounds": bounds})
        return bounds

    def _partition_loans(self, rows: int, loans: int) -> int:
        """Return fewer loans than asked for where a loan has many more rows than is usual."""
        most = self.settings.partition_loans
        return max(1, min(most, most * ROWS_PER_LOAN * loans // max(1, rows)))

    def _spill(self, name: str) -> dict[str, Any]:
        step = f"spill-{name}"
        if done := self.steps.result(step):
            return done
        target, by = self.work / "spilled" / name, _BY[name]
        shutil.rmtree(target, ignore_errors=True)
        chaos("import.spill")
        keys = pl.read_parquet(self.work / "keys" / f"{by}.parquet").select(by, "part")
        astray = spill(
            EXTRACT[name],
            self.work / "checked" / name,
            by=by,
            keys=keys,
            lost=self._lost("debtor" if by == "debtor_id" else "loan", by),
            target=target,
        )
        chaos("import.spilled")
        self.progress("spread", list(EXTRACT).index(name) + 1, len(EXTRACT))
        return self.steps.finish(step, astray)

    def _lost(self, name: str, by: str) -> pl.DataFrame:
        files = sorted((self.work / "checked" / name / "lost").glob("*.parquet"))
        parts = [pl.read_parquet(file, columns=[by, "root"]) for file in files]
        return pl.concat([pl.DataFrame(schema={by: pl.String, "root": pl.String}), *parts])

    def _finish(self, bounds: list[dict[str, int]]) -> list[dict[str, Any]]:
        keys = pl.read_parquet(self.work / "keys" / "debtor_id.parquet")
        done = 0

        def one(bound: dict[str, int]) -> dict[str, Any]:
            nonlocal done
            result = self._finish_one(bound, keys)
            done += 1
            self.progress("lay out", done, len(bounds))
            return result

        self.progress("lay out", 0, len(bounds))
        with ThreadPoolExecutor(self.settings.workers) as pool:
            return list(pool.map(one, bounds))

    def _finish_one(self, bound: dict[str, int], keys: pl.DataFrame) -> dict[str, Any]:
        step = f"finish-{bound['part']:05d}"
        if done := self.steps.result(step):
            return done
        chaos("import.finish")
        mine = keys.slice(bound["debtor_from"], bound["debtor_to"] - bound["debtor_from"])
        hashes = [person_hash(each) for each in mine["debtor_id"]]
        debtors = mine.select("debtor_id", "debtor_no").with_columns(
            person_hash=pl.Series(hashes, dtype=pl.Int64)
        )
        place = Place(
            bound["part"], self.work, self.book, day_number(self.book_date), bound["loan_from"]
        )
        result = finish_part(place, debtors=debtors)
        chaos("import.finished")
        return self.steps.finish(step, result)

    def _reject(self) -> dict[str, Any]:
        if done := self.steps.result("reject"):
            return done
        rejects = gather_rejects(self.extract, self.work, self.book)
        chaos("import.reject")
        return self.steps.finish("reject", rejects)

    def _seal(self, final: Path, made: Made) -> None:
        self.progress("seal", 0, 1)
        manifest = book_manifest(self.extract, made, book_id=self.book_id, book_date=self.book_date)
        write_text(
            self.book / "manifest.json",
            json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True) + "\n",
        )
        settle(self.book)
        chaos("import.seal")
        self.book.rename(final)
        chaos("import.renamed")
        self.progress("seal", 1, 1)
