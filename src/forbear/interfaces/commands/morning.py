"""How does a day begin, by command or by the clock?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forbear.interfaces.commands.application import application
from forbear.interfaces.commands.console import progress_bars, wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Home, Json

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from forbear.contexts.nightly.models import Night


def morning(
    extract: Annotated[
        Path | None,
        typer.Argument(help="The lender's extract; the inbox's newest when left out."),
    ] = None,
    *,
    home: Home = Path("forbear-home"),
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day; the lender's today when left out."),
    ] = None,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Begin the day: take in what the lender handed over, and load today's agenda and cases."""
    with application(home), progress_bars(quiet=as_json) as progress:
        night = begin(home, extract, as_of=as_of.date() if as_of else None, progress=progress)
        told = told_of(night)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, default=str))
        return
    for line in in_words(told, lang):
        typer.echo(wrapped(line, hang=2))


def begin(
    home: Path,
    extract: Path | None,
    *,
    as_of: date | None,
    progress: Callable[[str, int, int], None],
) -> Night:
    """Begin a day in an application that is set up; return its night."""
    from django.conf import settings

    from forbear.contexts.nightly.bridge.morning import Morning, begin_day
    from forbear.contexts.nightly.bridge.schedule import newest_extract
    from forbear.contexts.nightly.bridge.sealing import RowSealer
    from forbear.contexts.nightly.workspace import Workspace
    from forbear.contexts.people.actions.team import load_teams
    from forbear.values.principal import system

    actor = system("morning")
    load_teams(actor=actor, now=_now())
    return begin_day(
        Morning(
            workspace=Workspace(home),
            as_of=as_of or settings.FORBEAR_MORNING.day(_now()),
            extract=extract or newest_extract(home),
            sealer=RowSealer(_now),
            actor=actor,
            clock=_now,
            extract_age_days_max=settings.FORBEAR_EXTRACT_AGE_DAYS_MAX,
        ),
        progress=progress,
    )


def _now() -> datetime:
    return datetime.now(UTC)


def told_of(night: Night) -> dict[str, object]:
    """Return what a finished morning has to tell, as plain values."""
    return {
        "night": night.id,
        "day": night.as_of_date.isoformat(),
        "figures": night.manifest.get("figures", {}),
        "difference": night.difference,
    }


def in_words(told: dict[str, object], lang: str) -> list[str]:
    """Return the same in sentences."""
    figures, difference = told["figures"], told["difference"]
    assert isinstance(figures, dict)
    assert isinstance(difference, dict)
    cases = difference["loaded"]["cases"]
    people = f"{figures['planned'] + figures['explored']:,}"
    opened, closed = f"{cases['opened']:,}", f"{cases['closed']:,}"
    return [
        choose(
            lang,
            f"The agenda of {told['day']} is loaded: {people} people are to be contacted.",
            f"{told['day']} 的当日计划已载入：计划联系 {people} 人。",
        ),
        choose(
            lang,
            f"Cases opened: {opened}; cases closed: {closed}.",
            f"新开案件 {opened} 件；结案 {closed} 件。",
        ),
    ]
