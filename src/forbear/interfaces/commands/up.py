"""How does the whole application start and stop with one command?"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from forbear.interfaces.commands.application import (
    application,
    environment,
    given_address,
)
from forbear.interfaces.commands.console import wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Home

PARTS = ("web", "worker", "sender", "switchboard")


def up(
    *,
    home: Home = Path("forbear-home"),
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    web_workers: Annotated[int, typer.Option(min=1, help="Web processes.")] = 2,
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="Run one part alone: web, worker, sender or switchboard. May be repeated."
        ),
    ] = None,
    lang: Lang,
) -> None:
    """Run the database, the web pages, the workers and any sender until Ctrl-C."""
    from forbear.values.errors import InvalidInput

    unknown = sorted(set(only or ()) - set(PARTS))
    if unknown:
        raise InvalidInput(
            f"There is no part {unknown[0]}.",
            remedy="Use web, worker, sender or switchboard.",
            message_zh=f"没有名为 {unknown[0]} 的部分。",
            remedy_zh="请使用 web、worker、sender 或 switchboard。",
        )
    raise typer.Exit(
        serve(home, host=host, port=port, web_workers=web_workers, only=only, lang=lang)
    )


def serve(
    home: Path,
    *,
    host: str,
    port: int,
    web_workers: int,
    lang: str,
    only: list[str] | None = None,
    demo: bool = False,
) -> int:
    """Serve a workspace until told to stop; return the exit code."""
    from forbear.interfaces.commands.ready import refuse_if_taken, refuse_if_unready
    from forbear.interfaces.workers.group import Group, Part

    providers = "simulated" if demo else os.environ.get("FORBEAR_PROVIDERS", "")
    wanted = _wanted(only, providers, "" if demo else os.environ.get("FORBEAR_CHANNELS", ""))
    if "web" in wanted:
        refuse_if_taken(host, port)
    # Asked before the application is set up, which names an address in either case.
    comes_along = given_address() is None
    with application(home) as urls:
        refuse_if_unready()
        more = _DEMO if demo else {}
        told = environment(home, urls["app"], FORBEAR_POOL="1", **more)
        parts = {
            "web": Part("web", _web(host, port, web_workers), {**told, **_prepared(port)})
            if "web" in wanted
            else None,
            "worker": Part("worker", _worker(), {**told, "FORBEAR_POOL": "0"}),
            "switchboard": Part("switchboard", _switchboard(), {**told, "FORBEAR_POOL": "0"}),
            "sender": Part("sender", _sender(), {**told, **_behind(port, wanted, demo=demo)}),
        }
        _greet(host, port, lang=lang, web="web" in wanted, demo=demo)
        group = Group(
            [part for name in wanted if (part := parts[name]) is not None],
            say=lambda text: typer.echo(text, err=True),
            founded=_database_stays(urls["app"], lang) if comes_along else lambda: True,
        )
        return group.run()


_LOOK_EVERY_S = 2.0
_MISSES_MAX = 5


def _database_stays(
    url: str, lang: str, *, now_s: Callable[[], float] = time.monotonic
) -> Callable[[], bool]:
    """Return what says whether the workspace's own server still answers; it is not restarted here.

    Only for the one that comes along; one of the lender's own is waited for.
    """
    import psycopg

    state = {"due_s": now_s() + _LOOK_EVERY_S, "misses": 0.0}

    def stays() -> bool:
        if now_s() < state["due_s"]:
            return True
        state["due_s"] = now_s() + _LOOK_EVERY_S
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            state["misses"] += 1
        else:
            state["misses"] = 0
        if state["misses"] < _MISSES_MAX:
            return True
        en = "The database has ended; stopping all. Start again: nothing that was finished is lost."
        zh = "数据库已停止，正在停止全部。请重新启动：已完成的内容不会丢失。"
        typer.echo(wrapped(choose(lang, en, zh)), err=True)
        return False

    return stays


# A demonstration sends through a provider that reaches nobody, at the pace of somebody who watches,
# and does not wait for the evening; the hours of the rules hold all the same.
_DEMO = {
    "FORBEAR_DEMO": "1",
    "FORBEAR_PROVIDERS": "simulated",
    "FORBEAR_CHANNELS": "",
    "FORBEAR_SEND_EARLY": "1",
    "FORBEAR_SENDS_PER_MINUTE_MAX": "600",
}


def _wanted(only: list[str] | None, providers: str, channels: str = "") -> list[str]:
    """Return the parts to run. Without a provider there is nothing to send, and so no sender.

    Raises:
        InvalidInput: the sender is to run, and no provider is named or one is not known; or the
            file of channels is wrong.
    """
    from forbear.contexts.contact.channels.registry import (
        chosen,
        kind_of,
        read_channels,
        refuse_unknown,
    )

    wanted = list(dict.fromkeys(only or PARTS))
    names = [name for name in providers.split(",") if name]
    filed = read_channels(Path(channels)) if channels else ()
    sends = bool(names or chosen(names, filed))
    if "sender" in wanted and (only or sends):
        refuse_unknown(names, filed)
    calls = any(kind_of(entry.kind).apart for entry in chosen(names, filed))
    serves = {"sender": sends, "switchboard": calls or "switchboard" in (only or ())}
    return [part for part in wanted if serves.get(part, True)]


def _behind(port: int, wanted: list[str], *, demo: bool) -> dict[str, str]:
    """Return what the sender is told beyond what all are told: to let the first page go first."""
    quiet = {"FORBEAR_LOG_LEVEL": "ERROR"} if demo else {}
    waits = {"FORBEAR_SENDER_WAITS_FOR": str(port)} if "web" in wanted else {}
    return {"FORBEAR_POOL": "0", **waits, **quiet}


def _greet(host: str, port: int, *, lang: str, web: bool, demo: bool) -> None:
    shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::1", "::"} else host  # noqa: S104
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
    if web:
        typer.echo(wrapped(choose(lang, f"Open {address}", f"请打开 {address}")))
        for line in _portal(f"{address}p/", lang=lang, demo=demo):
            typer.echo(line)
    typer.echo(wrapped(choose(lang, "Ctrl-C stops everything.", "按 Ctrl-C 停止全部。")))
    _tell_of_hold(lang)
    sys.stdout.flush()


def _portal(address: str, *, lang: str, demo: bool) -> list[str]:
    """Say where the person who owes finds their pages; in a demonstration, as whom to look in."""
    told = [choose(lang, f"The persons' own pages: {address}", f"本人服务页面：{address}")]
    if demo:
        from datetime import UTC, datetime

        from forbear.contexts.access.demo import demo_link

        token = demo_link(now=datetime.now(UTC))
        if token is not None:
            # On a line of its own, unbroken, so that it can be clicked.
            en, zh = "One invented person's link:", "一位虚构人物的链接："
            told += [choose(lang, en, zh), f"  {address}l/{token}/"]
            en, zh = "Its code is shown at:", "验证码显示在："
            told += [choose(lang, en, zh), f"  {address}demo/"]
    return told


def _tell_of_hold(lang: str) -> None:
    """Say that nothing is sent after a restore, and how that ends."""
    from forbear.interfaces.web.hold import held_now

    held = held_now()
    if held is not None:
        typer.echo(wrapped(choose(lang, held.en, held.zh)), err=True)


def _prepared(port: int) -> dict[str, str]:
    """See that static files lie ready and figures begin anew; return what web processes need."""
    from forbear.interfaces.web.metric import FOLDER, folder_for
    from forbear.interfaces.web.static import collect_static

    collect_static()
    folder = folder_for(port)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    return {FOLDER: str(folder)}


def _web(host: str, port: int, workers: int) -> list[str]:
    return [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        host,
        "--port",
        str(port),
        "--workers",
        str(workers),
        "--blocking-threads",
        "4",
        "--backlog",
        "512",
        "--respawn-failed-workers",
        "--workers-kill-timeout",
        "5",
        "--log-level",
        os.environ.get("FORBEAR_WEB_LOG", "warning"),
        "forbear.interfaces.wsgi:application",
    ]


def _worker() -> list[str]:
    return [sys.executable, "-m", "forbear.interfaces.workers.run"]


def _sender() -> list[str]:
    return [sys.executable, "-m", "forbear.interfaces.workers.sender"]


def _switchboard() -> list[str]:
    return [sys.executable, "-m", "forbear.interfaces.workers.switchboard"]
