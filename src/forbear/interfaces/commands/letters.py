"""How are letters given to the printing house, and those that came back entered?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from forbear.interfaces.commands.application import application
from forbear.interfaces.commands.console import wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Home

letters = typer.Typer(
    name="letters",
    no_args_is_help=True,
    help="Make a batch of the letters that lie ready, and enter what became of letters.",
)


def _now() -> datetime:
    return datetime.now(tz=UTC)


@letters.command()
def batch(
    channel: Annotated[str, typer.Argument(help="The channel's name in the file of channels.")],
    *,
    home: Home = Path("forbear-home"),
    lang: Lang,
) -> None:
    """Make a batch of everything that lies ready: pages, and a list with the hash of each."""
    with application(home):
        from forbear.contexts.contact.letters import make_batch

        made = make_batch(home.resolve(), channel, now=_now())
    said = choose(
        lang,
        f"{made.letters} letters, list {made.sha256}",
        f"共 {made.letters} 封，清单哈希 {made.sha256}",
    )
    typer.echo(wrapped(said))
    typer.echo(str(made.folder))


@letters.command()
def returned(
    permits: Annotated[list[UUID], typer.Argument(help="The letters' permits.")],
    *,
    home: Home = Path("forbear-home"),
    lang: Lang,
) -> None:
    """Enter that letters came back; their addresses are used no more."""
    _tell(permits, "NOT_CONNECTED", home, lang)


@letters.command()
def delivered(
    permits: Annotated[list[UUID], typer.Argument(help="The letters' permits.")],
    *,
    home: Home = Path("forbear-home"),
    lang: Lang,
) -> None:
    """Enter that the post delivered letters."""
    _tell(permits, "DELIVERED", home, lang)


def _tell(permits: list[UUID], outcome: str, home: Path, lang: str) -> None:
    with application(home):
        from forbear.contexts.contact.letters import tell_of_letter
        from forbear.values.code import Outcome
        from forbear.values.principal import system

        new = [
            tell_of_letter(each, Outcome(outcome), actor=system("command"), now=_now())
            for each in permits
        ]
    said = choose(lang, f"Entered: {sum(new)} of {len(new)}.", f"已登记 {sum(new)}/{len(new)}。")
    typer.echo(wrapped(said))
