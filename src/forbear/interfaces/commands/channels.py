"""Do the channels of the file of channels work, tried up to the step that would send?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forbear.interfaces.commands.application import application
from forbear.interfaces.commands.console import table, wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Home, Json

if TYPE_CHECKING:
    from forbear.contexts.contact.channels.registry import Entry, Setting

channels = typer.Typer(
    name="channels",
    no_args_is_help=True,
    help="Look after the channels that contacts leave by (FORBEAR_CHANNELS).",
)


@channels.callback()
def _group() -> None:
    """Look after channels."""


@channels.command()
def check(
    names: Annotated[
        list[str] | None, typer.Argument(help="Which to try; none named: all of the file.")
    ] = None,
    *,
    home: Home = Path("forbear-home"),
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Connect to each channel, sign in and ask whether it is there; nobody is contacted.

    Exit code 1 where something is not as it should be.

    Example: FORBEAR_CHANNELS=channels.yaml forbear channels check carrier-a
    """
    with application(home):
        from django.conf import settings

        from forbear.contexts.contact.channels.registry import (
            Setting,
            chosen,
            filed,
            refuse_unknown,
        )

        entries = filed()
        refuse_unknown(names or [], entries)
        setting = Setting(settings.FORBEAR_HOME, _now, settings.FORBEAR_IN_EARNEST)
        seen = [row for each in chosen(names or [], entries) for row in _try(each, setting)]
    if as_json:
        typer.echo(json.dumps(seen, ensure_ascii=False))
    else:
        _show(seen, lang)
    if not all(row["good"] for row in seen):
        raise typer.Exit(1)


def _try(entry: Entry, setting: Setting) -> list[dict[str, Any]]:
    """Return what trying one channel showed, step by step; a fault is one line, never the end."""
    from forbear.contexts.contact.channels.registry import try_channel

    return [
        {"channel": entry.name, "kind": entry.kind, "step": each.step, "saw": each.saw}
        | {"good": each.good}
        for each in try_channel(entry, setting)
    ]


def _show(seen: list[dict[str, Any]], lang: str) -> None:
    good, bad = choose(lang, "yes", "是"), choose(lang, "NO", "否")
    headings = {
        "channel": choose(lang, "channel", "渠道"),
        "kind": choose(lang, "kind", "类型"),
        "step": choose(lang, "step", "步骤"),
        "saw": choose(lang, "what it saw", "所见"),
        "good": choose(lang, "as it should be", "正常"),
    }
    rows = [[*map(str, list(row.values())[:4]), good if row["good"] else bad] for row in seen]
    table(choose(lang, "Channels", "渠道"), list(headings.values()), rows)
    if not all(row["good"] for row in seen):
        said = choose(
            lang,
            "Something is not as it should be; nothing was sent.",
            "有不正常之处；未发送任何内容。",
        )
        typer.echo(wrapped(said), err=True)


def _now() -> datetime:
    return datetime.now(tz=UTC)
