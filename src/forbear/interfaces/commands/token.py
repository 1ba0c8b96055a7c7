"""How are the keys of lenders' systems made, listed and taken back?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forbear.interfaces.commands.application import application
from forbear.interfaces.commands.console import table, wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Home, Json

if TYPE_CHECKING:
    from forbear.contexts.exchange.scope import Scope

token = typer.Typer(
    name="token",
    no_args_is_help=True,
    help="Make, list and take back the keys with which lenders' and agencies' systems call.",
)


def _now() -> datetime:
    return datetime.now(tz=UTC)


@token.command()
def make(
    name: Annotated[str, typer.Argument(help="Which system it is for.")],
    scope: Annotated[
        list[str], typer.Option("--scope", help="What it may do; may be repeated. all: everything.")
    ],
    *,
    days: Annotated[int, typer.Option(min=1, max=366, help="How long it is in force.")] = 90,
    agency: Annotated[
        str | None, typer.Option(help="The code of the agency whose system it is for.")
    ] = None,
    home: Home = Path("forbear-home"),
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Make a key. It is shown this once and kept nowhere."""
    with application(home):
        from forbear.contexts.exchange.actions.token import make_token
        from forbear.values.principal import system

        made = make_token(
            name,
            _scopes(scope, for_agency=agency is not None),
            days=days,
            agency=agency,
            actor=system("command"),
            now=_now(),
        )
    if as_json:
        told = {"token": made.text, "prefix": made.prefix, "expires_at": made.expires_at}
        typer.echo(json.dumps(told, default=str))
        return
    typer.echo(made.text)
    en = f"Copy it now: it is not shown again. In force until {made.expires_at:%Y-%m-%d}."
    zh = f"请立即复制：不会再次显示。有效期至 {made.expires_at:%Y-%m-%d}。"
    typer.echo(wrapped(choose(lang, en, zh)), err=True)


@token.command("list")
def list_all(*, home: Home = Path("forbear-home"), lang: Lang, as_json: Json = False) -> None:
    """List every key, without its secret."""
    with application(home):
        from forbear.contexts.exchange.queries import tokens
        from forbear.values.principal import system

        found, now = tokens(actor=system("command")), _now()
    rows = [
        {
            "prefix": each.prefix,
            "name": each.name,
            "scopes": list(each.scopes),
            "expires_at": each.expires_at.isoformat(timespec="seconds"),
            "agency": each.agency,
            "in_force": each.in_force(now),
            "used_at": each.used_at and each.used_at.isoformat(timespec="seconds"),
        }
        for each in found
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    headers = choose(lang, "key|for|in force|until|scopes", "密钥|用途|有效|到期|范围").split("|")
    yes, no = choose(lang, "yes", "是"), choose(lang, "no", "否")
    shown = [
        [
            str(row["prefix"]),
            f"{row['name']} ({each.agency})" if each.agency else str(row["name"]),
            yes if row["in_force"] else no,
            str(row["expires_at"])[:10],
            " ".join(each.scopes),
        ]
        for row, each in zip(rows, found, strict=True)
    ]
    table(choose(lang, f"{len(rows):,} keys", f"{len(rows):,} 个密钥"), headers, shown)


@token.command()
def revoke(
    prefix: Annotated[str, typer.Argument(help="How the key begins, as token list tells it.")],
    *,
    home: Home = Path("forbear-home"),
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Take a key back at once."""
    with application(home):
        from forbear.contexts.exchange.actions.token import revoke_token
        from forbear.values.principal import system

        ended = revoke_token(prefix, actor=system("command"), now=_now())
    if as_json:
        typer.echo(json.dumps({"prefix": prefix, "ended": ended}))
        return
    en = f"{prefix} opens nothing any more." if ended else f"{prefix} was revoked before."
    zh = f"{prefix} 已失效。" if ended else f"{prefix} 此前已撤销。"
    typer.echo(wrapped(choose(lang, en, zh)))


def _scopes(said: list[str], *, for_agency: bool) -> list[Scope]:
    from forbear.contexts.exchange.scope import FOR_AGENCIES, OF_AGENCIES, Scope
    from forbear.values.errors import InvalidInput

    if said == ["all"]:
        return sorted(FOR_AGENCIES if for_agency else set(Scope) - OF_AGENCIES)
    known = [scope.value for scope in Scope]
    unknown = sorted(set(said) - set(known))
    if unknown:
        raise InvalidInput(
            f"There is no scope {unknown[0]}.",
            remedy=f"Use some of: {', '.join(known)}; or: all.",
            message_zh=f"没有范围 {unknown[0]}。",
            remedy_zh=f"可用：{'、'.join(known)}；或 all。",
        )
    return [Scope(each) for each in said]
