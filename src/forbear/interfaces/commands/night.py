"""How does the current book become today's agenda?"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forbear.interfaces.commands.console import fits, progress_bars, table, wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Home, Json

if TYPE_CHECKING:
    from forbear.contexts.nightly.run import Ran


def night(
    *,
    home: Home = Path("forbear-home"),
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
    workers: Annotated[int, typer.Option(min=1, help="Partitions in work at a time.")] = 3,
    lang: Lang,
    as_json: Json = False,
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
    _show(ran, report, home, lang)


def _show(ran: Ran, report: Path, home: Path, lang: str) -> None:
    manifest = ran.night.manifest
    figures = manifest["figures"]
    agenda = ran.night.scan("agenda").select("debtor_id", "team", "channel").collect()
    say = partial(choose, lang)
    for notice in ran.notices:
        typer.echo(wrapped(f"! {say(notice.en, notice.zh)}", hang=2), err=True)
    day, name, seconds = manifest["as_of"], manifest["night_id"], sum(ran.seconds.values())
    typer.echo(
        say(
            f"Night {name} as of {day} ({seconds:.1f} s)",
            f"夜间运行 {name}，截至 {day}（{seconds:.1f} 秒）",
        )
    )
    _show_teams(agenda.rows(), date.fromisoformat(day), lang)
    for count, en, zh in (
        (manifest["tables"]["position"]["rows"], "people in the book", "人在账簿中"),
        (figures["people"], "could be contacted today", "人今天可以联系"),
        (figures["planned"], "will be contacted as planned", "人将按计划联系"),
        (
            figures["explored"],
            "will be contacted in a way drawn by lot, to learn from",
            "人将按抽签决定的方式联系，以便学习",
        ),
        (figures["held_out"], "are left alone by lot", "人经抽签不主动联系"),
    ):
        typer.echo(wrapped(f"{count:>12,} {say(en, zh)}", hang=13))
    gap = figures["gap_ppb"] / 1e7
    lines = [
        say(
            f"The agenda is within {gap:.4f} % of the best that any agenda could reach.",
            f"与任何安排所能达到的最优相比，差距不超过 {gap:.4f} %。",
        )
    ]
    if ran.already:
        lines.append(say("This night was run before; nothing changed.", "此夜已运行过，没有变化。"))
    for line in lines:
        typer.echo(wrapped(line))
    typer.echo(say(f"Report: {report}", f"报告：{report}"))
    if agenda.height:
        command = f"forbear explain {agenda['debtor_id'][0]} --home {home}"
        typer.echo(say(f"Why one of them: {command}", f"查看其中一人的原因：{command}"))


def _show_teams(agenda: list[tuple[str, str, str]], as_of: date, lang: str) -> None:
    """Show one row a team and one column a channel; where that is too wide, one after the other."""
    from forbear.contexts.nightly.explain import team_names
    from forbear.contexts.nightly.report import label

    say = partial(choose, lang)
    names = team_names(as_of)
    counts = Counter((team, channel) for _person, team, channel in agenda)
    by_team, by_channel = Counter[str](), Counter[str]()
    for (team, channel), n in counts.items():
        by_team[team] += n
        by_channel[channel] += n
    said = {team: names.get(team, (team, team))[lang == "zh"] for team in by_team}
    channels = {c: str(getattr(label.CHANNELS[c], lang)) for c in sorted(by_channel)}
    title, people = say("Today's agenda", "今天的安排"), say("people", "人数")
    headers = [say("team", "团队"), *channels.values(), people]
    rows = [
        [
            said[team],
            *(f"{counts[team, c]:,}" if counts[team, c] else "·" for c in channels),
            f"{by_team[team]:,}",
        ]
        for team in sorted(by_team)
    ]
    rows.append(
        [
            say("all teams", "全部团队"),
            *(f"{by_channel[c]:,}" for c in channels),
            f"{len(agenda):,}",
        ]
    )
    if fits(headers, rows):
        table(title, headers, rows)
        return
    table(title, [headers[0], people], [[row[0], row[-1]] for row in rows])
    ways = [[name, f"{by_channel[channel]:,}"] for channel, name in channels.items()]
    table(say("By channel", "按渠道"), [say("channel", "渠道"), people], ways)
