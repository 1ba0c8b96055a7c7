"""Which figures are kept as files, every day and every week, for whoever may see figures?

A period is a folder of CSV files under the home: ``2026-11-27`` of a day, ``2026-W48`` of a week.
It gets its name when it is whole, is written once, and is removed when its time is over. Nothing
in it names a person.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from forbear.contexts.contact.compare import reached
from forbear.contexts.nightly.bridge.opens import Opens
from forbear.contexts.nightly.figures import night_figures
from forbear.contexts.nightly.local.trial import compared
from forbear.contexts.nightly.workspace import Workspace
from forbear.contexts.people import queries as people
from forbear.interfaces.console.presenter import effect
from forbear.interfaces.console.presenter.figures import table_of
from forbear.interfaces.console.presenter.span import Days
from forbear.values.errors import NotFound
from forbear.values.principal import Principal

PARTS = ("funnel", "bucket", "roll", "vintage", "teams", "local")
KEPT_DAYS = 400
_PERIOD = re.compile(r"\d{4}-(\d{2}-\d{2}|W\d{2})")


class NotKept(NotFound):
    """There is no such file of figures."""

    code = "NOT_KEPT"


@dataclass(frozen=True, slots=True)
class Kept:
    """One period and the parts that are kept of it."""

    period: str
    parts: tuple[str, ...]


def keep_figures(home: Path, *, opens: Opens, actor: Principal, now: datetime) -> tuple[str, ...]:
    """Write what is due and not written yet: today's, once its night is there, and last week's.

    Returns the periods that are new. Doing it again, also after a kill, changes nothing.
    """
    today = opens.day(now)
    monday = today - timedelta(days=today.weekday())
    year, week, _day = (monday - timedelta(days=1)).isocalendar()
    last_week = Days(monday - timedelta(days=7), monday - timedelta(days=1), opens.zone)
    due = {
        today.isoformat(): Days(today - timedelta(days=1), today - timedelta(days=1), opens.zone),
        f"{year}-W{week:02d}": last_week,
    }
    folder = _folder(home)
    _forget(folder, today)
    missing = [period for period in due if not (folder / period).exists()]
    if not missing:
        return ()
    try:
        night = night_figures(Workspace(home), actor=actor)
    except NotFound:
        return ()
    if night.manifest.get("as_of") != today.isoformat():
        return ()
    teams = people.teams(actor=actor, with_closed=True)
    trial = effect.table(compared(actor=actor))
    for period in missing:
        rows = reached(due[period].since, due[period].until, actor=actor)
        tables = {part: table_of(part, night, rows, teams) for part in PARTS[:-1]}
        plain = {part: [head, *cells] for part, (head, cells) in tables.items()}
        _write(folder, period, {**plain, "local": trial})
    return tuple(missing)


def kept(home: Path) -> tuple[Kept, ...]:
    """Return every period, the newest first."""
    return tuple(
        Kept(each.name, tuple(part for part in PARTS if (each / f"{part}.csv").exists()))
        for each in sorted(_periods(_folder(home)), key=lambda one: one.name, reverse=True)
    )


def kept_file(home: Path, period: str, part: str) -> bytes:
    """Return one file.

    Raises:
        NotKept: it was never written, or its time is over.
    """
    if part in PARTS and _PERIOD.fullmatch(period):
        file = _folder(home) / period / f"{part}.csv"
        if file.is_file():
            return file.read_bytes()
    raise NotKept(
        "There is no such file of figures.",
        remedy="Choose from the list.",
        message_zh="没有这份数据文件。",
        remedy_zh="请从列表中选择。",
    )


def _folder(home: Path) -> Path:
    return home / "figures"


def _periods(folder: Path) -> Iterator[Path]:
    return (each for each in folder.glob("*") if _PERIOD.fullmatch(each.name))


def _write(folder: Path, period: str, tables: Mapping[str, Sequence[Sequence[str]]]) -> None:
    scratch = folder / f".{period}"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True, mode=0o700)
    for part, rows in tables.items():
        with (scratch / f"{part}.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\r\n").writerows(rows)
    scratch.rename(folder / period)


def _forget(folder: Path, today: date) -> None:
    """Remove what is older than it is kept."""
    for each in _periods(folder):
        year, _dash, rest = each.name.partition("-")
        week = rest.removeprefix("W")
        day = (
            date.fromisocalendar(int(year), int(week), 1)
            if rest.startswith("W")
            else date.fromisoformat(each.name)
        )
        if (today - day).days > KEPT_DAYS:
            shutil.rmtree(each)
