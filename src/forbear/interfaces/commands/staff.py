"""How does the first person come to sign in, and how does an administrator come back in?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forbear.interfaces.commands.application import application
from forbear.interfaces.commands.console import wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Home, Json

if TYPE_CHECKING:
    from forbear.contexts.people.role import Role
    from forbear.values.principal import Principal

staff = typer.Typer(
    name="staff",
    no_args_is_help=True,
    help="Add an account, or give one a new start. Whoever runs this owns the machine.",
)


@staff.command()
def add(
    username: Annotated[str, typer.Argument(help="The name to sign in with.")],
    *,
    name: Annotated[str, typer.Option(help="What others call them.")],
    role: Annotated[
        str, typer.Option(help="COLLECTOR, SUPERVISOR, COMPLIANCE, ANALYST or ADMIN.")
    ] = "ADMIN",
    team: Annotated[list[str] | None, typer.Option(help="A team's code; may be repeated.")] = None,
    home: Home = Path("forbear-home"),
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Add an account; its one-time password is shown this once."""
    with application(home):
        from forbear.contexts.people.actions.staff import add_staff
        from forbear.contexts.people.actions.team import load_teams
        from forbear.values.principal import system

        actor, now = system("command"), datetime.now(UTC)
        known = load_teams(actor=actor, now=now)
        added = add_staff(
            username=username,
            name=name,
            role=_role(role),
            teams=[_team(code, known) for code in team or ()],
            language="zh-hans" if lang == "zh" else "en",
            actor=actor,
            now=now,
        )
    _tell(username, added.password, lang=lang, as_json=as_json)


@staff.command()
def agency(
    code: Annotated[str, typer.Argument(help="The agency's code.")],
    *,
    name_en: Annotated[str, typer.Option(help="Its name in English.")],
    name_zh: Annotated[str, typer.Option(help="Its name in Chinese.")],
    zone: Annotated[str, typer.Option(help="The clock of its days.")] = "Asia/Shanghai",
    home: Home = Path("forbear-home"),
    lang: Lang,
) -> None:
    """Add an outside agency, to whose care persons may be given."""
    with application(home):
        from forbear.contexts.people.actions.team import add_team
        from forbear.values.principal import system

        number = add_team(
            code=code,
            name_en=name_en,
            name_zh=name_zh,
            time_zone=zone,
            agency=True,
            actor=system("command"),
            now=datetime.now(UTC),
        )
    en = f"Team {number}. Make a key for its system: forbear token make --agency {code}"
    zh = f"团队编号 {number}。为其系统生成密钥：forbear token make --agency {code}"
    typer.echo(wrapped(choose(lang, en, zh)))


@staff.command()
def reset(
    username: Annotated[str, typer.Argument(help="Whose account.")],
    *,
    home: Home = Path("forbear-home"),
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Give an account a new one-time password, and take away its second factors."""
    with application(home):
        from forbear.contexts.people.actions.password import (
            reset_password,
            reset_second_factor,
        )
        from forbear.values.principal import system

        actor, now = system("command"), datetime.now(UTC)
        found = _account(username, actor)
        reset_second_factor(found, actor=actor, now=now)
        password = reset_password(found, actor=actor, now=now)
    _tell(username, password, lang=lang, as_json=as_json)


@staff.command()
def telephone(
    username: Annotated[str, typer.Argument(help="Whose telephone.")],
    extension: Annotated[str, typer.Argument(help="Its name, such as 1001; '' for none.")],
    *,
    home: Home = Path("forbear-home"),
    lang: Lang,
) -> None:
    """Say where the switchboard reaches somebody who calls from the console."""
    with application(home):
        from forbear.contexts.people.actions.telephone import set_telephone
        from forbear.values.principal import system

        actor, now = system("command"), datetime.now(UTC)
        set_telephone(_account(username, actor), extension, actor=actor, now=now)
    typer.echo(wrapped(choose(lang, "The telephone is set.", "已设置分机。")))


def _account(username: str, actor: Principal) -> int:
    from forbear.contexts.people.queries import staff as everybody
    from forbear.values.errors import NotFound

    known = {each.username: each.id for each in everybody(actor=actor)}
    if username not in known:
        raise NotFound(
            f"There is no account {username}.",
            remedy="Add it: forbear staff add",
            message_zh=f"没有账号 {username}。",
            remedy_zh="请先添加：forbear staff add",
        )
    return known[username]


def _role(word: str) -> Role:
    from forbear.contexts.people.role import Role
    from forbear.values.errors import InvalidInput

    try:
        return Role(word.upper())
    except ValueError:
        known = ", ".join(each.value for each in Role)
        raise InvalidInput(
            f"There is no role {word}.",
            remedy=f"Use one of: {known}.",
            message_zh=f"没有角色 {word}。",
            remedy_zh=f"请使用：{known}。",
        ) from None


def _team(code: str, known: dict[str, int]) -> int:
    from forbear.values.errors import InvalidInput

    if code not in known:
        raise InvalidInput(
            f"There is no team {code}.",
            remedy=f"Use one of: {', '.join(sorted(known))}.",
            message_zh=f"没有团队 {code}。",
            remedy_zh=f"请使用：{'、'.join(sorted(known))}。",
        )
    return known[code]


def _tell(username: str, password: str, *, lang: str, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"username": username, "password": password}))
        return
    typer.echo(password)
    en = (
        f"{username} signs in with it within 24 hours, then chooses a password and a second factor."
    )
    zh = f"{username} 须在 24 小时内用它登录，随后设置自己的密码和第二重验证。"
    typer.echo(wrapped(choose(lang, en, zh)), err=True)
