"""How does the current book become today's agenda?"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forbear.interfaces.commands.console import progress_bars, table

if TYPE_CHECKING:
    from forbear.contexts.nightly.run import Ran


def night(
    *,
    home: Annotated[Path, typer.Option(envvar="FORBEAR_HOME", help="The workspace folder.")] = Path(
        "forbear-home"
    ),
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day; the book's own day when left out."),
    ] = None,
    known_at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Use only what was known on that day."),
    ] = None,
    engine: Annotated[str, typer.Option(help="polars, duckdb or spark.")] = "polars",
    remote: Annotated[
        str | None, typer.Option(help="Address of the Spark server, sc://host:15002.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="For lots and ties; the settings' own when left out.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Partitions in work at a time.")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Answer with JSON.")] = False,
) -> None:
    """Work out what everyone owes, whom the rules allow to contact, and today's agenda."""
    from forbear.contexts.nightly.report import write_report
    from forbear.contexts.nightly.run import NightSettings, run_night
    from forbear.contexts.nightly.workspace import Workspace

    settings = NightSettings(
        as_of=as_of.date() if as_of else None,
        known_at=known_at.date() if known_at else None,
        engine=engine,
        remote=remote,
        seed=seed,
        workers=workers,
    )
    with progress_bars(quiet=as_json) as progress:
        ran = run_night(workspace=Workspace(home), settings=settings, progress=progress)
        progress("report", 0, 1)
        report = write_report(ran.night.path, ran.book.path)
        progress("report", 1, 1)
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "already": ran.already,
                    "seconds": dict(ran.seconds),
                    "report": str(report),
                    **ran.night.manifest,
                },
                ensure_ascii=False,
            )
        )
        return
    _show(ran, report, home)


def _show(ran: Ran, report: Path, home: Path) -> None:
    manifest = ran.night.manifest
    figures = manifest["figures"]
    agenda = ran.night.scan("agenda").select("debtor_id", "team", "channel").collect()
    typer.echo(
        f"Night {manifest['night_id']} as of {manifest['as_of']} "
        f"({sum(ran.seconds.values()):.1f} s)"
    )
    _show_teams(agenda.rows(), date.fromisoformat(manifest["as_of"]))
    for count, said in (
        (manifest["tables"]["position"]["rows"], "people in the book"),
        (figures["people"], "could be contacted today"),
        (figures["planned"], "will be contacted as planned"),
        (figures["explored"], "will be contacted in a way drawn by lot, to learn from"),
        (figures["held_out"], "are left alone by lot"),
    ):
        typer.echo(f"{count:>12,} {said}")
    gap = figures["gap_ppb"] / 1e7
    typer.echo(f"The agenda is within {gap:.4f} % of the best that any agenda could reach.")
    if ran.already:
        typer.echo("This night was run before; nothing changed.")
    typer.echo(f"Report: {report}")
    if agenda.height:
        typer.echo(f"Why one of them: forbear explain {agenda['debtor_id'][0]} --home {home}")


def _show_teams(agenda: list[tuple[str, str, str]], as_of: date) -> None:
    """Show one row a team and one column a channel, with totals both ways."""
    from forbear.contexts.nightly.explain import team_names

    names = team_names(as_of)
    counts = Counter((team, channel) for _person, team, channel in agenda)
    channels = sorted({channel for _team, channel in counts})
    rows = []
    for team in sorted({team for team, _channel in counts}):
        own = [counts[team, channel] for channel in channels]
        rows.append(
            [
                names.get(team, (team, team))[0],
                *(f"{n:,}" if n else "·" for n in own),
                f"{sum(own):,}",
            ]
        )
    whole = [sum(n for (_t, c), n in counts.items() if c == channel) for channel in channels]
    rows.append(["all teams", *(f"{n:,}" for n in whole), f"{len(agenda):,}"])
    table("Today's agenda", ["team", *channels, "people"], rows)
