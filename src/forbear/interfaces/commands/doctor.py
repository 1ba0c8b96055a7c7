"""Is this installation sound, and what mends what is not?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from forbear.interfaces.commands.console import wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Home, Json
from forbear.values.errors import ForbearError

if TYPE_CHECKING:
    from forbear.interfaces.commands.finding import Finding

_MARKS = {"ok": "✓", "warn": "!", "fail": "✗"}


def doctor(
    *,
    home: Home = Path("forbear-home"),
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Look at the machine, the database, the keys and the day; change nothing.

    Exit code 0: nothing is wrong, warnings included. 1: something has failed.
    """
    from forbear.interfaces.commands.finding import Grade

    found = list(_findings(home, show=None if as_json else lang))
    bad = any(each.grade is Grade.FAIL for each in found)
    if as_json:
        typer.echo(json.dumps(_told(found, bad=bad), ensure_ascii=False))
    else:
        counts = {grade: sum(each.grade is grade for each in found) for grade in Grade}
        typer.echo(
            choose(
                lang,
                f"{counts[Grade.OK]} ok, {counts[Grade.WARN]} to look at, "
                f"{counts[Grade.FAIL]} failed.",
                f"{counts[Grade.OK]} 项正常，{counts[Grade.WARN]} 项需留意，"
                f"{counts[Grade.FAIL]} 项失败。",
            )
        )
    raise typer.Exit(int(bad))


def _findings(home: Path, *, show: str | None) -> Iterator[Finding]:
    from forbear.interfaces.commands.doctor_database import database_findings
    from forbear.interfaces.commands.doctor_machine import machine_findings
    from forbear.interfaces.commands.doctor_rules import reader_findings, rules_findings

    now = datetime.now(UTC)
    sources = {
        "machine": machine_findings(home),
        "rules": rules_findings(today=now.date()),
        "reader of meaning": reader_findings(),
        "database": database_findings(home, now=now),
    }
    for name, source in sources.items():
        for finding in _whole(name, source):
            if show is not None:
                _show(finding, show)
            yield finding


def _whole(name: str, source: Iterator[Finding]) -> Iterator[Finding]:
    """Yield what a part of the examination finds; what ends it is found too, and ends no other."""
    from forbear.interfaces.commands.finding import failed

    try:
        yield from source
    except ForbearError as error:
        yield failed(name, error)


def _show(finding: Finding, lang: str) -> None:
    mark = _MARKS[finding.grade.value]
    typer.echo(wrapped(f"{mark} {finding.check}: {finding.said.in_(lang)}", hang=2))
    if finding.remedy is not None:
        typer.echo(wrapped(f"→ {finding.remedy.in_(lang)}", indent=2, hang=2))


def _told(found: list[Finding], *, bad: bool) -> dict[str, object]:
    return {
        "ok": not bad,
        "findings": [
            {
                "check": each.check,
                "grade": each.grade.value,
                "message": each.said.en,
                "message_zh": each.said.zh,
                "remedy": each.remedy.en if each.remedy else "",
                "remedy_zh": each.remedy.zh if each.remedy else "",
            }
            for each in found
        ],
    }
