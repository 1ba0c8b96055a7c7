"""How does the whole application start and stop with one command?"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from forbear.interfaces.commands.application import (
    application,
    environment,
)
from forbear.interfaces.commands.console import wrapped
from forbear.interfaces.commands.lang import Lang, choose

Home = Annotated[Path, typer.Option(envvar="FORBEAR_HOME", help="The workspace folder.")]
PARTS = ("web", "worker")


def up(
    *,
    home: Home = Path("forbear-home"),
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    web_workers: Annotated[int, typer.Option(min=1, help="Web processes.")] = 2,
    only: Annotated[
        list[str] | None, typer.Option(help="Run one part alone: web or worker. May be repeated.")
    ] = None,
    lang: Lang,
) -> None:
    """Run the database, the web pages and the workers until Ctrl-C."""
    from forbear.values.errors import InvalidInput

    unknown = sorted(set(only or ()) - set(PARTS))
    if unknown:
        raise InvalidInput(
            f"There is no part {unknown[0]}.",
            remedy="Use web or worker.",
            message_zh=f"没有名为 {unknown[0]} 的部分。",
            remedy_zh="请使用 web 或 worker。",
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

    wanted = only or list(PARTS)
    if "web" in wanted:
        refuse_if_taken(host, port)
    with application(home) as urls:
        refuse_if_unready()
        more = {"FORBEAR_DEMO": "1"} if demo else {}
        told = environment(home, urls["app"], FORBEAR_POOL="1", **more)
        parts = {
            "web": Part("web", _web(host, port, web_workers), told),
            "worker": Part("worker", _worker(), {**told, "FORBEAR_POOL": "0"}),
        }
        address = f"http://{'localhost' if host == '127.0.0.1' else host}:{port}/"
        if "web" in wanted:
            typer.echo(wrapped(choose(lang, f"Open {address}", f"请打开 {address}")))
        typer.echo(
            wrapped(choose(lang, "Ctrl-C stops everything.", "按 Ctrl-C 停止全部。")), err=False
        )
        sys.stdout.flush()
        group = Group([parts[name] for name in wanted], say=lambda text: typer.echo(text, err=True))
        return group.run()


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
