"""How does the sample reach the disk, a chunk at a time and always the same?"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from forbear.contexts.nightly.library import policy_texts
from forbear.contexts.nightly.sample.contacting import make_attempts, make_consents, make_holds
from forbear.contexts.nightly.sample.dirt import with_dirt
from forbear.contexts.nightly.sample.lending import PRODUCTS, Lending, make_lending
from forbear.contexts.nightly.sample.paying import make_payments
from forbear.contexts.nightly.sample.people import Region, make_people, regions_from
from forbear.engine.schema import CONTRACT_VERSION, Kind, Table
from forbear.engine.tables import EXTRACT
from forbear.values.day import day_number
from forbear.values.errors import Conflict, InvalidInput

LENDER = "Banyan Consumer Finance (invented) 榕树消费金融（虚构）"
CHUNK_LOANS = 50_000
LOANS_PER_PERSON = 1.4
LOANS_MAX = 100_000_000


@dataclass(frozen=True)
class SampleSettings:
    """What to write: how many loans, from which seed, as of which day, in which form.

    ``attempts_per_loan`` is the mean over 180 days. ``instalments`` fixes every schedule's
    length; None draws it by product. ``dirt`` is the share of spoiled rows, CSV only.
    """

    loans: int
    seed: int
    book_date: date
    parquet: bool = False
    attempts_per_loan: float = 1.0
    instalments: int | None = None
    dirt: float = 0.0


def write_sample(
    folder: Path,
    *,
    settings: SampleSettings,
    force: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> dict[str, object]:
    """Write the extract into ``folder`` and its truth into ``<folder>-truth``.

    Raises:
        InvalidInput: a setting is out of range.
        Conflict: the folder exists and ``force`` is not given.
    """
    _check(settings)
    truth = folder.with_name(f"{folder.name}-truth")
    _make_room(folder, truth, force=force)
    regions = regions_from(policy_texts("regions"), teams=policy_texts("house/demo")["teams.yaml"])
    writer = _Writer(folder, truth, settings)
    chunks = -(-settings.loans // CHUNK_LOANS)
    for chunk in range(chunks):
        loans = min(CHUNK_LOANS, settings.loans - chunk * CHUNK_LOANS)
        tables, behind = _chunk(settings, chunk=chunk, loans=loans, regions=regions)
        writer.add(tables, behind, chunk=chunk)
        progress(chunk + 1, chunks)
    return writer.finish()


def _check(settings: SampleSettings) -> None:
    if not 1 <= settings.loans <= LOANS_MAX:
        raise InvalidInput(
            f"--loans is {settings.loans}; it must lie between 1 and {LOANS_MAX:,}.",
            remedy="Choose another number of loans.",
        )
    if settings.dirt and settings.parquet:
        raise InvalidInput(
            "Dirt can only be planted in CSV.", remedy="Leave out --dirt or use --format csv."
        )
    if not 0 <= settings.dirt < 0.5:
        raise InvalidInput("--dirt must be a share below 0.5.", remedy="Try --dirt 0.001.")


def _make_room(folder: Path, truth: Path, *, force: bool) -> None:
    if folder.exists() and any(folder.iterdir()):
        known = (folder / "manifest.json").exists() or not any(folder.iterdir())
        if not (force and known):
            raise Conflict(
                f"The folder {folder} is not empty.",
                remedy="Choose another folder, or add --force to replace a sample."
                if known
                else "Choose another folder: this one holds something else.",
            )
        shutil.rmtree(folder)
        shutil.rmtree(truth, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    truth.mkdir(parents=True, exist_ok=True)


def _chunk(
    settings: SampleSettings, *, chunk: int, loans: int, regions: tuple[Region, ...]
) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    rng = np.random.default_rng([settings.seed, chunk])
    book_day = day_number(settings.book_date)
    held = rng.geometric(1 / LOANS_PER_PERSON, loans)
    owner = np.repeat(np.arange(loans), held)[:loans]
    people = make_people(
        rng, persons=int(owner[-1]) + 1, chunk=chunk, regions=regions, book_day=book_day
    )
    lending = make_lending(
        rng,
        loans=loans,
        country_of_person=people.country,
        owner=owner,
        book_day=book_day,
        instalments=settings.instalments,
    )
    payments = make_payments(
        rng, lending=lending, behaviour=people.behaviour[owner], book_day=book_day, chunk=chunk
    )
    loan_ids = pl.Series([f"L{chunk:05d}{i:06d}" for i in range(loans)])
    loan = _loans(lending, ids=loan_ids, owners=people.ids.gather(owner), state=payments.state)
    tables = {
        "debtor": people.debtor,
        "contact_point": people.point,
        "loan": loan,
        "instalment": _instalments(lending, ids=loan_ids),
        "payment": payments.table.with_columns(
            loan_id=loan_ids.gather(payments.table["loan"].to_numpy())
        ),
        "hold": make_holds(
            rng, people=people, owner=owner, loan_ids=loan_ids, book_day=book_day, chunk=chunk
        ),
        "consent": make_consents(rng, people=people, book_day=book_day, chunk=chunk),
        "attempt": make_attempts(
            rng,
            people=people,
            owner=owner,
            chunk=chunk,
            per_loan=settings.attempts_per_loan,
            book_day=book_day,
            loan_ids=loan_ids,
        ),
    }
    behind = {
        "behaviour": people.truth,
        "loan": pl.DataFrame(
            {
                "loan_id": loan_ids,
                "paid_minor": payments.paid,
                "oldest_unpaid_day": payments.oldest_unpaid_day,
            }
        ),
    }
    return {name: frame.select(EXTRACT[name].names) for name, frame in tables.items()}, behind


def _loans(
    lending: Lending, *, ids: pl.Series, owners: pl.Series, state: np.ndarray
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "loan_id": ids,
            "debtor_id": owners,
            "product": np.array(PRODUCTS)[lending.product],
            "currency": lending.currency,
            "contract_date": lending.contract_day,
            "disbursed_date": lending.disbursed_day,
            "principal_minor": lending.principal,
            "annual_rate_bp": lending.rate_bp,
            "state": state,
        }
    )


def _instalments(lending: Lending, *, ids: pl.Series) -> pl.DataFrame:
    loan, k = np.nonzero(lending.exists)
    return pl.DataFrame(
        {
            "loan_id": ids.gather(loan),
            "instalment_no": k + 1,
            "due_date": lending.due_day[loan, k],
            "principal_minor": lending.part_principal[loan, k],
            "interest_minor": lending.part_interest[loan, k],
            "fee_minor": lending.part_fee[loan, k],
        }
    )


class _Writer:
    """Appends chunks to the extract's files and keeps their control totals."""

    def __init__(self, folder: Path, truth: Path, settings: SampleSettings) -> None:
        self._folder, self._truth, self._settings = folder, truth, settings
        self._rows = dict.fromkeys(EXTRACT, 0)
        self._sums = {name: dict.fromkeys(table.sums, 0) for name, table in EXTRACT.items()}
        self._files: dict[str, list[str]] = {name: [] for name in EXTRACT}
        self._planted: dict[str, int] = {}

    def add(
        self, tables: dict[str, pl.DataFrame], behind: dict[str, pl.DataFrame], *, chunk: int
    ) -> None:
        for name, frame in tables.items():
            self._rows[name] += frame.height
            for column in EXTRACT[name].sums:
                self._sums[name][column] += int(frame[column].sum())
            if self._settings.parquet:
                self._add_parquet(name, frame, chunk=chunk)
            else:
                self._add_csv(name, frame, chunk=chunk)
        for name, frame in behind.items():
            frame.write_parquet(self._truth / f"{name}-{chunk:05d}.parquet")

    def _add_parquet(self, name: str, frame: pl.DataFrame, *, chunk: int) -> None:
        file = f"{name}-{chunk:05d}.parquet"
        self._files[name].append(file)
        typed = frame.with_columns(_typed(EXTRACT[name]))
        typed.write_parquet(self._folder / file, compression="zstd", compression_level=1)

    def _add_csv(self, name: str, frame: pl.DataFrame, *, chunk: int) -> None:
        rng = np.random.default_rng([self._settings.seed, chunk, 1])
        text = frame.select(_as_text(EXTRACT[name]))
        text, planted = with_dirt(rng, text, table=name, share=self._settings.dirt)
        for kind, count in planted.items():
            self._planted[kind] = self._planted.get(kind, 0) + count
        self._files[name] = [f"{name}.csv"]
        with (self._folder / f"{name}.csv").open("ab") as file:
            text.write_csv(file, include_header=chunk == 0)

    def finish(self) -> dict[str, object]:
        manifest = {
            "contract": CONTRACT_VERSION,
            "lender": LENDER,
            "invented": "Every name, number and address is invented; no number can be dialled.",
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
        text = json.dumps(manifest, indent=1, ensure_ascii=False)
        (self._folder / "manifest.json").write_text(text + "\n", encoding="utf-8")
        planted = json.dumps({"planted_rows": self._planted}, indent=1)
        (self._truth / "truth.json").write_text(planted + "\n", encoding="utf-8")
        return manifest


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
