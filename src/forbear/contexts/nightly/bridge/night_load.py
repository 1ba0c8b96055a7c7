"""How does a finished night become today's plans, cases and standings?

Everything enters in one transaction: a reader sees yesterday's day or today's, never a mixture,
and a kill leaves yesterday's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

import polars as pl

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases import bulk as cases
from forbear.contexts.database.bulk import Stage, prefer_whole_tables, staged
from forbear.contexts.database.chaos import chaos
from forbear.contexts.database.transaction import acting
from forbear.contexts.ledger import bulk as ledger
from forbear.contexts.nightly.bridge.difference import difference_to_latest
from forbear.contexts.nightly.bridge.late import known_now
from forbear.contexts.nightly.bridge.pieces import day, pieces, word
from forbear.contexts.nightly.local.trial import ENROLLED, merge_enrolled
from forbear.contexts.nightly.models import Night, NightState
from forbear.contexts.nightly.workspace import TableFolder
from forbear.contexts.portfolio.bulk import merge_care
from forbear.values.code import AgendaOutcome, PersonState, RiskClass, TrialArm
from forbear.values.principal import Principal

Progress = Callable[[str, int, int], None]


def load_night(
    night: TableFolder,
    book: TableFolder,
    *,
    facts_at: datetime,
    actor: Principal,
    now: datetime,
    progress: Progress = lambda _step, _done, _all: None,
) -> Night:
    """Load a night; loading it again changes nothing.

    ``facts_at``: when the facts that the night knew were taken from the database; what the day
    worked out from later facts stays.
    """
    days = _days(night)
    counts: dict[str, Any] = {}
    with acting(actor):
        prefer_whole_tables()
        row, _ = Night.objects.update_or_create(
            id=night.manifest["night_id"],
            defaults={
                "as_of_date": days.as_of,
                "known_date": days.known,
                "state": NightState.RUNNING.value,
                "started_at": facts_at,
            },
        )
        for done, (step, load) in enumerate(_LOADS):
            progress("load", done, len(_LOADS))
            counts |= load(night, book, _Moment(row.id, days, facts_at, now))
            chaos(f"load.{step}")
        _finish(row, night.manifest, counts, now=now)
        record(
            AuditEvent.NIGHT_LOADED,
            actor=actor,
            subject=f"night:{row.id}",
            now=now,
            body={"as_of": days.as_of, "book": night.manifest["book_id"], **counts},
        )
        chaos("load.recorded")
    chaos("load.committed")
    progress("load", len(_LOADS), len(_LOADS))
    return row


class _Days(NamedTuple):
    as_of: date
    known: date


class _Moment(NamedTuple):
    night_id: str
    days: _Days
    facts_at: datetime
    now: datetime


def _days(night: TableFolder) -> _Days:
    as_of = date.fromisoformat(night.manifest["as_of"])
    known_at = night.manifest["known_at"]
    return _Days(as_of, date.fromisoformat(known_at) if known_at else as_of)


def _load_standings(night: TableFolder, book: TableFolder, at: _Moment) -> dict[str, Any]:
    with staged("night_standing", ledger.STANDING) as stage:
        _fill(stage, _standings(night, book))
        merged = ledger.merge_standings(
            stage,
            as_of=at.days.as_of,
            known=at.days.known,
            facts_at=at.facts_at,
            now=at.now,
        )
    return {"standings": merged.as_dict()}


def _load_plans(night: TableFolder, book: TableFolder, at: _Moment) -> dict[str, Any]:
    with staged("night_plan", cases.PLAN) as stage:
        _fill(stage, _plans(night, book))
        care = merge_care(stage)
        plans = cases.merge_plans(stage, day=at.days.as_of, night_id=at.night_id)
    return {"care": care, "plans": plans.as_dict()}


def _load_cases(night: TableFolder, book: TableFolder, at: _Moment) -> dict[str, Any]:
    with staged("night_position", cases.POSITION) as stage:
        _fill(stage, _positions(night, book))
        moved = cases.merge_cases(stage, night_id=at.night_id, now=at.now)
    return {"cases": moved.as_dict()}


def _load_trial(night: TableFolder, book: TableFolder, at: _Moment) -> dict[str, Any]:
    trial = night.manifest.get("local_trial")
    if trial is None:
        return {}
    with staged("night_trial", ENROLLED) as stage:
        _fill(stage, _drawn(night, book))
        return {"drawn": merge_enrolled(stage, trial=trial["number"], day=at.days.as_of)}


_LOADS = (
    ("standings", _load_standings),
    ("plans", _load_plans),
    ("cases", _load_cases),
    ("trial", _load_trial),
)
CHAOS_POINTS = (*(f"load.{step}" for step, _ in _LOADS), "load.recorded", "load.committed")


def _finish(row: Night, manifest: dict[str, Any], counts: dict[str, Any], *, now: datetime) -> None:
    row.state, row.finished_at = NightState.LOADED.value, now
    row.manifest = {key: manifest[key] for key in ("book_id", "figures", "code_version")}
    row.manifest |= known_now()
    row.difference = {**difference_to_latest(row), "loaded": counts}
    row.save()


def _fill(stage: Stage, frames: Iterator[pl.DataFrame]) -> None:
    stage.fill(pieces(frames, stage.columns))
    stage.index(next(iter(stage.columns)))


def _refs(book: TableFolder, table: str) -> pl.DataFrame:
    return book.scan(table).select(f"{table}_no", f"{table}_id").collect()


def _book(night: TableFolder, book: TableFolder, table: str, part: int) -> pl.LazyFrame:
    """Return the book's rows of a part of the night; some engines make one part of all."""
    return book.scan(table, part if night.parts == book.parts else None)


def _standings(night: TableFolder, book: TableFolder) -> Iterator[pl.DataFrame]:
    days = {"oldest_unpaid": "oldest_unpaid_day", "next_due": "next_due_day"}
    days["limitation"] = "limitation_day"
    for part in range(night.parts):
        refs = _book(night, book, "loan", part).select("loan_no", loan_ref="loan_id")
        yield (
            night.scan("delinquency", part)
            .join(refs, on="loan_no", how="left")
            .with_columns(
                risk_class=word("risk_class", RiskClass),
                **{f"{name}_date": day(column) for name, column in days.items()},
            )
            .collect()
        )


def _plans(night: TableFolder, book: TableFolder) -> Iterator[pl.DataFrame]:
    agenda = night.scan("agenda").drop("debtor_id").collect()
    loans = _refs(book, "loan").rename({"loan_id": "loan_ref"})
    agenda = agenda.join(loans, on="loan_no", how="left").rename(
        {"contact_point_id": "contact_point_ref", "officer_id": "officer_ref"}
    )
    nothing = AgendaOutcome.NOTHING_DUE.number
    for part in range(night.parts):
        refs = _book(night, book, "debtor", part).select("debtor_no", debtor_ref="debtor_id")
        yield (
            night.scan("reason", part)
            .filter(pl.col("outcome") != nothing)
            .join(refs, on="debtor_no", how="left")
            .join(agenda.lazy(), on="debtor_no", how="left")
            .with_columns(
                outcome=word("outcome", AgendaOutcome),
                explored=pl.col("explored").fill_null(value=False),
            )
            .collect()
        )


def _positions(night: TableFolder, book: TableFolder) -> Iterator[pl.DataFrame]:
    for part in range(night.parts):
        refs = _book(night, book, "debtor", part).select("debtor_no", debtor_ref="debtor_id")
        yield (
            night.scan("position", part)
            .join(refs, on="debtor_no", how="left")
            .with_columns(
                overdue=pl.col("state") == PersonState.OVERDUE.number,
                currency=pl.col("currency").fill_null(""),
            )
            .collect()
        )


def _drawn(night: TableFolder, book: TableFolder) -> Iterator[pl.DataFrame]:
    for part in range(night.parts):
        refs = _book(night, book, "debtor", part).select("debtor_no", debtor_ref="debtor_id")
        yield (
            night.scan("reason", part)
            .filter(pl.col("arm").is_not_null())
            .join(refs, on="debtor_no", how="left")
            .with_columns(arm=word("arm", TrialArm))
            .collect()
        )
