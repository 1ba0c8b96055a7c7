"""Which figures are kept as files, every day and every week, for whoever may see figures?

A period is a folder under the home: ``2026-11-27`` of a day, ``2026-W48`` of a week. In it are CSV
files, pages to print in both languages, and ``SHA256SUMS`` of them all, as ``sha256sum -c`` reads
it. It gets its name when it is whole, is written once, and is removed when its time is over. A file
that is no longer what was written is not handed out. Nothing in it names a person.
"""

from __future__ import annotations

import csv
import hashlib
import io
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
from forbear.interfaces.console.sheet import LANGUAGES, Figures, set_sheet
from forbear.values.errors import Conflict, NotFound
from forbear.values.principal import Principal

PARTS = ("funnel", "bucket", "roll", "vintage", "teams", "local")
KEPT_DAYS = 400
SHEET, SUMS = "sheet", "SHA256SUMS"
_PERIOD = re.compile(r"\d{4}-(\d{2}-\d{2}|W\d{2})")


class NotKept(NotFound):
    """There is no such file of figures."""

    code = "NOT_KEPT"


@dataclass(frozen=True, slots=True)
class Kept:
    """One period: parts kept as CSV, languages of its pages, and the hash of all the hashes."""

    period: str
    parts: tuple[str, ...]
    sheets: tuple[str, ...]
    sha256: str


class Altered(Conflict):
    """A kept file is not what was written."""

    code = "KEPT_FIGURES_ALTERED"


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
    trial = compared(actor=actor)
    for period in missing:
        rows = reached(due[period].since, due[period].until, actor=actor)
        tables = {part: table_of(part, night, rows, teams) for part in PARTS[:-1]}
        plain = {part: [head, *cells] for part, (head, cells) in tables.items()}
        files = {
            f"{part}.csv": _csv(table)
            for part, table in {**plain, "local": effect.table(trial)}.items()
        }
        span = due[period].first.isoformat(), due[period].last.isoformat()
        figures = Figures(period, *span, night, rows, teams, trial)
        files |= {f"{SHEET}-{each}.pdf": set_sheet(figures, each) for each in LANGUAGES}
        _write(folder, period, files)
    return tuple(missing)


def kept(home: Path) -> tuple[Kept, ...]:
    """Return every period, the newest first."""
    return tuple(
        Kept(
            each.name,
            tuple(part for part in PARTS if (each / f"{part}.csv").exists()),
            tuple(lang for lang in LANGUAGES if (each / f"{SHEET}-{lang}.pdf").exists()),
            _sha256((each / SUMS).read_bytes()) if (each / SUMS).exists() else "",
        )
        for each in sorted(_periods(_folder(home)), key=lambda one: one.name, reverse=True)
    )


def kept_file(home: Path, period: str, part: str) -> bytes:
    """Return one file: a part's table, or "sheet-en" or "sheet-zh", the pages to print.

    Raises:
        NotKept: it was never written, or its time is over.
        Altered: it is not what was written.
    """
    name = kept_name(part)
    file = _folder(home) / period / name
    if name and _PERIOD.fullmatch(period) and file.is_file():
        return _whole(file)
    raise NotKept(
        "There is no such file of figures.",
        remedy="Choose from the list.",
        message_zh="没有这份数据文件。",
        remedy_zh="请从列表中选择。",
    )


def kept_name(part: str) -> str:
    """Return the name of a part's file; empty: there is no such part."""
    if part in {f"{SHEET}-{each}" for each in LANGUAGES}:
        return f"{part}.pdf"
    return f"{part}.csv" if part in PARTS else ""


def _whole(file: Path) -> bytes:
    content, sums = file.read_bytes(), file.parent / SUMS
    # What was kept before there were hashes has none.
    if sums.exists() and f"{_sha256(content)}  {file.name}" not in sums.read_text().splitlines():
        raise Altered(
            f"{file.name} of {file.parent.name} is not what was written.",
            remedy="Bring it back from a backup.",
            message_zh=f"{file.parent.name} 的 {file.name} 与写入时不一致。",
            remedy_zh="请从备份恢复。",
        )
    return content


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _folder(home: Path) -> Path:
    return home / "figures"


def _periods(folder: Path) -> Iterator[Path]:
    return (each for each in folder.glob("*") if _PERIOD.fullmatch(each.name))


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def _write(folder: Path, period: str, files: Mapping[str, bytes]) -> None:
    scratch = folder / f".{period}"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True, mode=0o700)
    for name, content in files.items():
        (scratch / name).write_bytes(content)
    sums = (f"{_sha256(content)}  {name}\n" for name, content in files.items())
    (scratch / SUMS).write_text("".join(sums), encoding="utf-8")
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
