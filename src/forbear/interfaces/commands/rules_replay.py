"""Which past contacts would another set of rules have judged differently?"""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forbear.interfaces.commands.console import listed, progress_bars, table, wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Home, Json
from forbear.interfaces.commands.rules_named import opened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forbear.contexts.nightly.replay import Replayed, Tally

_DAY = ["%Y-%m-%d"]
_VERDICTS = {"ALLOWED": ("allowed", "允许"), "REFUSED": ("refused", "拒绝")}


def replay(
    *,
    pack: Annotated[
        str,
        typer.Option(
            help="The rules to try: a folder, shipped or in-force; each contact is judged by the "
            "rules of its own day. With @2026-01-30 behind it, all are judged by those of that day."
        ),
    ],
    against: Annotated[str, typer.Option(help="The rules to compare with.")] = "shipped",
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=_DAY, help="The first day; the first contact's by itself."),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option("--to", formats=_DAY, help="The last day; the last contact's by itself."),
    ] = None,
    home: Home = Path("forbear-home"),
    show: Annotated[int, typer.Option(min=0, help="How many contacts to tell one by one.")] = 10,
    save: Annotated[
        Path | None, typer.Option(help="A new .csv or .parquet file for all of them.")
    ] = None,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Judge the contacts of the past under other rules: how many would differ, whose, and why."""
    from forbear.contexts.nightly.replay import ReplaySettings
    from forbear.contexts.nightly.replay import replay as judge_again
    from forbear.contexts.nightly.workspace import Workspace

    settings = ReplaySettings(
        after=pack,
        before=against,
        first=first.date() if first else None,
        last=last.date() if last else None,
        shown_max=show,
        save=save,
        shelves={name: opened(name, home) for name in (pack, against)},
    )
    with progress_bars(quiet=as_json) as progress:
        found = judge_again(workspace=Workspace(home), settings=settings, progress=progress)
    if as_json:
        typer.echo(json.dumps(found.as_dict(), ensure_ascii=False, default=str))
        return
    _show(found, lang)


def _show(found: Replayed, lang: str) -> None:
    say = partial(choose, lang)
    _head(found, lang)
    _by_rule(found, lang)
    if found.all.newly_refused or found.all.newly_allowed:
        _tallies(say("By month", "按月"), say("month", "月份"), found.by_month, {}, lang)
        title, head = say("By channel", "按渠道"), say("channel", "渠道")
        channels = {name: channel_name(name, lang) for name in found.by_channel}
        _tallies(title, head, found.by_channel, channels, lang)
        _contacts(found, lang)
    typer.echo(
        wrapped(
            say(
                "What the book keeps no history of, such as the quality of a number, is taken as "
                "it is today.",
                "账簿未保留历史的内容（如号码质量），按当前状态计。",
            )
        )
    )


def _head(found: Replayed, lang: str) -> None:
    say, every = partial(choose, lang), found.all
    lines = [
        say(
            f"{every.contacts:,} contacts from {found.first} to {found.last}, judged by "
            f"{found.after} instead of {found.before}:",
            f"{found.first} 至 {found.last} 共 {every.contacts:,} 次联系，以 {found.after} 代替 "
            f"{found.before} 判断：",
        ),
        say(
            f"{every.newly_refused:,} that were allowed would be refused, "
            f"{every.newly_allowed:,} that were refused would be allowed; "
            f"{found.people:,} people are concerned.",
            f"{every.newly_refused:,} 次由允许变为拒绝，{every.newly_allowed:,} 次由拒绝变为允许；"
            f"涉及 {found.people:,} 人。",
        ),
        say(
            f"Refused altogether: {found.refused_after:,} instead of {found.refused_before:,}.",
            f"拒绝总数：由 {found.refused_before:,} 变为 {found.refused_after:,}。",
        ),
    ]
    for line in lines:
        typer.echo(wrapped(line))


def _by_rule(found: Replayed, lang: str) -> None:
    say = partial(choose, lang)
    for title, counter in (
        (
            say("Newly refused, by every rule that refuses", "新增拒绝（按每条拒绝的规则）"),
            found.newly_refused_by,
        ),
        (
            say("Newly allowed, by every rule that refused", "新增允许（按原先拒绝的每条规则）"),
            found.newly_allowed_by,
        ),
    ):
        if counter:
            ranked = sorted(counter.items(), key=lambda each: (-each[1], each[0]))
            entries = [
                (f"{number:,}", rule, found.sentences[rule][lang == "zh"])
                for rule, number in ranked
            ]
            listed(title, entries)


def _tallies(
    title: str, head: str, tallies: Mapping[str, Tally], names: Mapping[str, str], lang: str
) -> None:
    say = partial(choose, lang)
    headers = [
        head,
        say("contacts", "联系次数"),
        say("newly refused", "新增拒绝"),
        say("newly allowed", "新增允许"),
    ]
    rows = [
        [
            names.get(name, name),
            f"{tally.contacts:,}",
            f"{tally.newly_refused:,}",
            f"{tally.newly_allowed:,}",
        ]
        for name, tally in sorted(tallies.items())
    ]
    table(title, headers, rows)


def _contacts(found: Replayed, lang: str) -> None:
    say = partial(choose, lang)
    changed, many = found.all.newly_refused + found.all.newly_allowed, f"{len(found.shown):,}"
    head = say(f"{many} of these {changed:,}", f"共 {changed:,} 次，列出 {many} 次")
    typer.secho(wrapped(head), bold=True)
    for row in found.shown:
        typer.echo(wrapped(_contact(row, lang), indent=2, hang=2))
    if found.file is not None:
        typer.echo(wrapped(say(f"All of them: {found.file}", f"全部：{found.file}")))
    elif changed > len(found.shown):
        typer.echo(
            wrapped(say("For all of them add --save changed.csv", "加 --save changed.csv 导出全部"))
        )


def channel_name(channel: str, lang: str) -> str:
    """Return a channel as people call it."""
    from forbear.contexts.nightly.report import label

    return str(getattr(label.CHANNELS[channel], lang))


def _contact(row: Mapping[str, Any], lang: str) -> str:
    zh = lang == "zh"
    before, after = (_VERDICTS[row[name]][zh] for name in ("before", "after"))
    rules = (row["rules_after"] or row["rules_before"]).replace("|", ", ")
    where = " ".join(each for each in (row["contact_point_id"], row["loan_id"]) if each)
    return (
        f"{row['started_at']} {channel_name(row['channel'], lang)} {row['debtor_id']} "
        f"({where or '—'}): "
        f"{before} → {after} [{rules}]"
    )
