"""How is a night carried out, so that a kill at any instant costs nothing but time?

Every step leaves files and then a note, partition by partition; a night that is taken up again
goes on behind the last note. The folder gets its final name when all is written.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from forbear.contexts.database.chaos import chaos
from forbear.contexts.house.own import OwnRow
from forbear.contexts.nightly.insight.registry import Notice
from forbear.contexts.nightly.run.engine import Engine, open_engine
from forbear.contexts.nightly.run.given import Policies, night_id, policies_of, with_insight
from forbear.contexts.nightly.workspace import (
    Steps,
    TableFolder,
    Workspace,
    only_one,
    part_name,
    sealed,
    write_frame,
    write_text,
)
from forbear.engine.agenda import Team, load
from forbear.engine.delinquency import as_known
from forbear.engine.eligibility import clocks_of
from forbear.engine.intake.typed import stored
from forbear.engine.night import (
    INSIGHT_STEPS,
    OPTION_COLUMNS,
    STEPS,
    TABLES,
    Frames,
    Given,
    Scope,
    Step,
    solve_agenda,
    steps_of,
)
from forbear.engine.schema import CONTRACT_VERSION
from forbear.values.day import day_number
from forbear.values.errors import InvalidInput

Progress = Callable[[str, int, int], None]
CHAOS_POINTS = (
    *[
        f"night.{step.name}.{when}"
        for after in STEPS
        for step in (after, *INSIGHT_STEPS.get(after.name, ()))
        for when in ("before", "written")
    ],
    "night.seal",
    "night.sealed",
    "night.latest",
)
_SORTED_BY = {"agenda": ("team", "slot", "rank", "debtor_no")}


@dataclass(frozen=True)
class NightSettings:
    """How to run a night; ``as_of`` None means the book's own day."""

    as_of: date | None = None
    known_at: date | None = None
    engine: str = "polars"
    remote: str | None = None
    seed: int | None = None
    workers: int = 3
    """Partitions at a time: one is planned while others compute on all processors."""
    teams: tuple[Team, ...] | None = None
    """Null: those of the house's own file."""
    own: tuple[OwnRow, ...] = ()
    """Rules that two persons let count, beside those of the files."""


@dataclass(frozen=True)
class Ran:
    """A finished night, its seconds by step, and whether this call computed it."""

    night: TableFolder
    book: TableFolder
    seconds: Mapping[str, float]
    already: bool
    notices: tuple[Notice, ...] = ()
    """Models that were passed over."""


def run_night(
    *,
    workspace: Workspace,
    settings: NightSettings,
    progress: Progress = lambda _step, _done, _all: None,
) -> Ran:
    """Run the night of the current book.

    Raises:
        NotFound: nothing has been imported yet.
        InvalidInput: the day or the engine cannot be used.
        Transient: another night is at work.
    """
    book = workspace.current_book()
    as_of = settings.as_of or date.fromisoformat(book.manifest["book_date"])
    _check_days(book, as_of=as_of, known_at=settings.known_at)
    policies = policies_of(as_of, seed=settings.seed, teams=settings.teams, own=settings.own)
    policies, notices = with_insight(policies, workspace)
    name = night_id(
        book.manifest["book_id"],
        policies.described,
        as_of=as_of,
        known_at=settings.known_at,
        engine=settings.engine,
    )
    final = workspace.nights / name
    with only_one(workspace.nights, "night"):
        already = (final / "manifest.json").exists()
        if not already:
            engine = open_engine(settings.engine, remote=settings.remote)
            try:
                night = _Night(book, final, policies, engine, as_of, settings, progress)
                night.run()
            finally:
                engine.close()
        chaos("night.sealed")
        write_text(workspace.nights / "LATEST", name + "\n")
        chaos("night.latest")
    timings = json.loads((final / "timings.json").read_text(encoding="utf-8"))
    return Ran(sealed(final), book, timings["steps"], already, notices)


def _check_days(book: TableFolder, *, as_of: date, known_at: date | None) -> None:
    book_date = date.fromisoformat(book.manifest["book_date"])
    if known_at is not None and known_at > book_date:
        raise InvalidInput(
            f"--known-at {known_at} lies after the book's day {book_date}.",
            remedy="Nothing later is known; choose an earlier day.",
            message_zh=f"--known-at {known_at} 晚于账簿日期 {book_date}。",
            remedy_zh="之后的情况尚不知晓，请选择更早的日期。",
        )
    if as_of > book_date:
        raise InvalidInput(
            f"--as-of {as_of} lies after the book's day {book_date}: payments made since are not "
            "known, and people might be contacted who owe nothing.",
            remedy="Import a newer extract, or choose the book's day or an earlier one.",
            message_zh=f"--as-of {as_of} 晚于账簿日期 {book_date}：其后的还款尚不知晓，"
            "可能会联系已不欠款的人。",
            remedy_zh="请导入更新的数据，或选择账簿日期及更早的日期。",
        )


class _Night:
    """One night, step by step, in a folder of its own beside the finished ones."""

    def __init__(
        self,
        book: TableFolder,
        final: Path,
        policies: Policies,
        engine: Engine,
        as_of: date,
        settings: NightSettings,
        progress: Progress,
    ) -> None:
        self.book, self.final, self.engine = book, final, engine
        self.policies, self.settings, self.as_of = policies, settings, as_of
        self.progress = progress
        self.work = final.with_name(f".work-{final.name}")
        self.steps = Steps(self.work)
        parts = range(book.parts) if engine.by_partition else range(1)
        self.parts = list(parts)
        self.plan = steps_of(policies.given.insight)
        self.known_day = day_number(settings.known_at) if settings.known_at else None

    def run(self) -> None:
        started = time.perf_counter()
        given = replace(self.policies.given, clocks=self._clocks())
        files: dict[str, list[dict[str, Any]]] = {}
        figures: dict[str, Any] = {}
        seconds: dict[str, float] = {}
        processor: dict[str, float] = {}
        for step in self.plan:
            begun, spent = time.perf_counter(), time.process_time()
            done = (
                self._book_step(step, given) if step.scope is Scope.BOOK else self._all(step, given)
            )
            seconds[step.name] = round(time.perf_counter() - begun, 3)
            processor[step.name] = round(time.process_time() - spent, 3)
            for result in done:
                for table, described in result["files"].items():
                    files.setdefault(table, []).append(described)
                figures.update(result.get("figures", {}))
            if step.name == "solve":
                given = replace(given, resources=tuple(figures["resources"]))
        timings = {
            "steps": seconds,
            "processor": processor,
            "seconds": round(time.perf_counter() - started, 3),
            "cores": os.cpu_count(),
        }
        self._seal(files, figures, timings)

    # ---- one step ------------------------------------------------------------------------

    def _all(self, step: Step, given: Given) -> list[dict[str, Any]]:
        done = 0
        self.progress(step.name, 0, len(self.parts))

        def one(part: int) -> dict[str, Any]:
            nonlocal done
            name = f"{step.name}-{part:05d}"
            result = self.steps.result(name)
            if result is None:
                chaos(f"night.{step.name}.before")
                result = {"files": self._compute(step, part, given)}
                chaos(f"night.{step.name}.written")
                self.steps.finish(name, result)
            done += 1
            self.progress(step.name, done, len(self.parts))
            return result

        workers = self.settings.workers if self.engine.by_partition else 1
        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(one, self.parts))

    def _compute(self, step: Step, part: int | None, given: Given) -> dict[str, dict[str, Any]]:
        if step.reckon is not None:
            return self._reckon(step, part, given)
        assert step.run is not None  # only ``solve`` has neither, and it goes its own way
        book = self._book_frames(step, part)
        night = {name: self.engine.scan(self._night_files(name, part)) for name in step.needs}
        made = step.run(book, night, given)
        return {
            # Later steps read a partition's rows whole, so nobody asks for their ranges.
            name: write_frame(
                _shaped(self.engine.collect(made[name]), name),
                self.work / name / part_name(part or 0),
                ranges=False,
            )
            for name in step.makes
        }

    def _reckon(self, step: Step, part: int | None, given: Given) -> dict[str, dict[str, Any]]:
        assert step.reckon is not None  # its caller has looked
        night = {
            name: _arrays(pl.read_parquet(self._night_files(name, part))) for name in step.needs
        }
        return {
            name: write_frame(
                _shaped(_frame(columns, name), name), self.work / name / part_name(part or 0)
            )
            for name, columns in step.reckon(night, given).items()
        }

    def _book_frames(self, step: Step, part: int | None) -> Frames:
        frames = {name: self.engine.scan(self._book_files(name, part)) for name in step.book}
        if self.known_day is None or not frames:
            return frames
        # Facts become known through the ledger as a whole, so its tables come along.
        for name in ("instalment", "payment", "loan", "hold"):
            frames.setdefault(name, self.engine.scan(self._book_files(name, part)))
        return as_known(frames, known_at=self.known_day)

    def _book_files(self, table: str, part: int | None) -> list[Path]:
        if self.engine.by_partition and part is not None:
            return [self.book.file(table, part)]
        return [self.book.file(table, each) for each in range(self.book.parts)]

    def _night_files(self, table: str, part: int | None) -> list[Path]:
        parts = [part] if part is not None else self.parts
        return [self.work / table / part_name(each) for each in parts]

    def _clocks(self) -> list[str]:
        """Find the few distinct clocks of the book."""
        found: set[str] = set()
        for part in range(self.book.parts):
            frames = {
                name: self.engine.scan([self.book.file(name, part)])
                for name in ("debtor", "contact_point")
            }
            found.update(self.engine.collect(clocks_of(frames))["clock"].to_list())
        return sorted(found)

    # ---- steps that need the whole book ----------------------------------------------------

    def _book_step(self, step: Step, given: Given) -> list[dict[str, Any]]:
        self.progress(step.name, 0, 1)
        result = self.steps.result(step.name)
        if result is None:
            chaos(f"night.{step.name}.before")
            result = (
                self._solve(given)
                if step.run is None
                else {"files": self._compute(step, None, given)}
            )
            chaos(f"night.{step.name}.written")
            self.steps.finish(step.name, result)
        self.progress(step.name, 1, 1)
        return [result] if step.run is not None else _spread(result)

    def _solve(self, given: Given) -> dict[str, Any]:
        """Gather the options of the whole book, solve, and part the answer again."""
        all_options = self._night_files("option", None)
        options = {
            name: pl.read_parquet(all_options, columns=[name])[name].cast(pl.Int64).to_numpy()
            for name in OPTION_COLUMNS
        }
        hashes = np.concatenate(
            [
                pl.read_parquet(self.book.file("debtor", part), columns=["person_hash"])[
                    "person_hash"
                ].to_numpy()
                for part in range(self.book.parts)
            ]
        )
        solution = solve_agenda(options, hashes, given)
        assignment = _shaped(pl.DataFrame(solution.assignment), "assignment")
        files = [
            write_frame(self._cut(assignment, part), self.work / "assignment" / part_name(part))
            for part in self.parts
        ]
        loads = write_frame(
            _shaped(pl.DataFrame(load(solution)), "load"), self.work / "load" / part_name(0)
        )
        return {
            "assignment": files,
            "load": [loads],
            "figures": {"agenda": solution.figures, "resources": list(solution.resources.labels)},
        }

    def _cut(self, assignment: pl.DataFrame, part: int) -> pl.DataFrame:
        if not self.engine.by_partition:
            return assignment
        bound = self.book.manifest["partitions"][part]
        inside = pl.col("debtor_no").is_between(
            bound["debtor_from"], bound["debtor_to"], closed="left"
        )
        return assignment.filter(inside)

    # ---- the end ---------------------------------------------------------------------------

    def _seal(
        self,
        files: dict[str, list[dict[str, Any]]],
        figures: dict[str, Any],
        timings: dict[str, Any],
    ) -> None:
        trial = self.policies.given.settings.trial
        manifest = {
            "night_id": self.final.name,
            "book_id": self.book.manifest["book_id"],
            "lender": self.book.manifest["lender"],
            "contract": CONTRACT_VERSION,
            "as_of": self.as_of.isoformat(),
            "known_at": self.settings.known_at.isoformat() if self.settings.known_at else None,
            "engine": {"name": self.engine.name, "version": self.engine.version},
            **self.policies.described,
            "lots": asdict(self.policies.given.settings.lots),
            "local_trial": None if trial is None else asdict(trial),
            "figures": figures["agenda"],
            "agenda": figures["agenda"],
            "resources": figures["resources"],
            "steps": [
                {
                    "name": step.name,
                    "question_en": step.question_en,
                    "question_zh": step.question_zh,
                    "makes": list(step.makes),
                }
                for step in self.plan
            ],
            "partitions": [{"part": part} for part in self.parts],
            "tables": {
                name: {"rows": sum(f["rows"] for f in found), "files": found}
                for name, found in files.items()
            },
        }
        write_text(
            self.work / "manifest.json",
            json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True) + "\n",
        )
        write_text(self.work / "timings.json", json.dumps(timings, indent=1) + "\n")
        self.steps.clear()
        chaos("night.seal")
        shutil.rmtree(self.final, ignore_errors=True)
        self.work.rename(self.final)


def _spread(result: dict[str, Any]) -> list[dict[str, Any]]:
    """Turn the solved tables' files into one result a file, as partition steps give them."""
    spread: list[dict[str, Any]] = [{"files": {}, "figures": result["figures"]}]
    for table in ("assignment", "load"):
        spread += [{"files": {table: described}} for described in result[table]]
    return spread


def _arrays(frame: pl.DataFrame) -> dict[str, np.ndarray]:
    """Return a table as arrays; a missing number becomes not a number."""
    return {
        column.name: column.cast(pl.Float64).fill_null(float("nan")).to_numpy()
        if column.dtype.is_float()
        else column.to_numpy()
        for column in frame
        if column.dtype.is_numeric()
    }


def _frame(columns: Mapping[str, Any], name: str) -> pl.DataFrame:
    wanted = {column.name: stored(column) for column in TABLES[name].columns}
    return pl.DataFrame({key: columns[key] for key in wanted}, schema=wanted)


def _shaped(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Give a table its columns, types and order, so that the same rows are the same bytes."""
    table = TABLES[name]
    # Partial rows may share a key, so all their columns order them.
    order = table.names if name.endswith("_part") else _SORTED_BY.get(name, table.key)
    return frame.select(pl.col(c.name).cast(stored(c)) for c in table.columns).sort(order)
