"""How is a person's way in to their own pages made, and taken back?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from forbear.interfaces.commands.application import application
from forbear.interfaces.commands.console import wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Home, Json

link = typer.Typer(
    name="link",
    no_args_is_help=True,
    help="Make and take back links by which persons come to their own pages.",
)


@link.command()
def make(
    person: Annotated[str, typer.Argument(help="The lender's id of the person.")],
    *,
    home: Home = Path("forbear-home"),
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Make a link. It opens nothing by itself; it is shown this once and kept as a hash."""
    with application(home):
        from forbear.contexts.access.actions.link import make_link
        from forbear.values.principal import system

        made = make_link(person, actor=system("command"), now=datetime.now(tz=UTC))
    path = f"/p/l/{made.token}/"
    if as_json:
        told = {"path": path, "ref": made.ref, "expires_at": made.expires_at}
        typer.echo(json.dumps(told, default=str))
        return
    typer.echo(path)
    until = f"{made.expires_at:%Y-%m-%d}"
    en = f"Put your host before it. Taken back by its ref {made.ref}; good until {until}."
    zh = f"请在前面加上您的域名。撤销用编号 {made.ref}；有效期至 {until}。"
    typer.echo(wrapped(choose(lang, en, zh)), err=True)


@link.command()
def revoke(
    ref: Annotated[UUID, typer.Argument(help="The link's ref, as make told it.")],
    *,
    home: Home = Path("forbear-home"),
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Take a link back at once; whoever is in by it is out."""
    with application(home):
        from forbear.contexts.access.actions.link import revoke_link
        from forbear.values.principal import system

        ended = revoke_link(ref, actor=system("command"), now=datetime.now(tz=UTC))
    if as_json:
        typer.echo(json.dumps({"ref": str(ref), "ended": ended}))
        return
    en = "The link opens nothing any more." if ended else "It was taken back before."
    zh = "该链接已失效。" if ended else "此前已撤销。"
    typer.echo(wrapped(choose(lang, en, zh)))
