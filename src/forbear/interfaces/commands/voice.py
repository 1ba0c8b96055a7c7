"""Which words of telephone calls have no sound yet?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from forbear.interfaces.commands.application import application
from forbear.interfaces.commands.console import wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Home, Json

voice = typer.Typer(
    name="voice", no_args_is_help=True, help="Look after what machines say in telephone calls."
)


@voice.callback()
def _whole() -> None:
    """Look after what machines say in telephone calls."""


@voice.command()
def prompts(
    *,
    make: Annotated[
        bool, typer.Option(help="Make what is missing with the trunks' voice programs.")
    ] = False,
    home: Home = Path("forbear-home"),
    lang: Lang,
    as_json: Json = False,
) -> None:
    """List words that are always the same, the file of each, and whether it has a sound."""
    with application(home):
        from django.conf import settings

        from forbear.contexts.contact.channels.registry import fixed_words

        folder = settings.FORBEAR_PROMPTS
        today = datetime.now(UTC).date()
        found, made = fixed_words(folder, as_of=today, make=make)
    if as_json:
        rows = [
            {"file": p.file, "language": p.language.value, "text": p.text, "there": p.there}
            for p in found
        ]
        typer.echo(json.dumps({"folder": str(folder), "made": made, "prompts": rows}))
        return
    for each in found:
        mark = choose(lang, "there  ", "已有") if each.there else choose(lang, "missing", "缺失")
        typer.echo(wrapped(f"{mark} {each.file} {each.language.value} {each.text}"))
    missing = sum(not each.there for each in found)
    en = f"{missing} missing, {made} made now, in {folder}."
    typer.echo(wrapped(choose(lang, en, f"缺失 {missing} 段，本次生成 {made} 段，位于 {folder}。")))
