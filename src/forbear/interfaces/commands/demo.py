"""How does one see everything at work, on an invented lender, with one command?"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forbear.interfaces.commands.application import application
from forbear.interfaces.commands.console import progress_bars, wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.morning import begin, in_words, told_of
from forbear.interfaces.commands.up import serve

if TYPE_CHECKING:
    from collections.abc import Callable

_LEARNS_AFTER_S = 15


def demo(
    *,
    home: Annotated[Path, typer.Option(help="Where the demonstration lives.")] = Path("demo/home"),
    loans: Annotated[int, typer.Option(min=100, help="How many invented loans.")] = 100_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same lender.")] = 7,
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    prepare_only: Annotated[
        bool, typer.Option("--prepare-only", help="Prepare everything, but serve nothing.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew.")] = False,
    lang: Lang,
) -> None:
    """Invent a lender, make today's agenda, and serve the pages until Ctrl-C."""
    if fresh:
        shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True, exist_ok=True)
    # Accounts with public passwords are made, and let in, in a demonstration alone.
    os.environ["FORBEAR_DEMO"] = "1"
    _ring(home)
    with application(home):
        prepare(home, loans=loans, seed=seed, lang=lang)
        if prepare_only:
            return
        # One web process answers one visitor as well, and starts in half the time.
        code = serve(home, host="127.0.0.1", port=port, web_workers=1, lang=lang, demo=True)
    raise typer.Exit(code)


def prepare(home: Path, *, loans: int, seed: int, lang: str) -> None:
    """Bring a demonstration to today; what is there already is kept."""
    with progress_bars(quiet=False) as progress:
        _people()
        today = _today()
        if _begun(today):
            progress("sample", 1, 1)
            told = None
        else:
            folder = _sample(home, loans=loans, seed=seed, today=today, progress=progress)
            told = told_of(begin(home, folder, as_of=today, progress=progress))
        _story(today)
    if told is not None:
        for line in in_words(told, lang):
            typer.echo(wrapped(line, hang=2))
    report = next(iter(sorted((home / "nights").glob("*/report.html"), reverse=True)), None)
    if report is not None:
        typer.echo(wrapped(choose(lang, f"Report: {report}", f"报告：{report}"), hang=2))


def _story(today: date) -> None:
    from procrastinate.exceptions import AlreadyEnqueued

    from forbear.interfaces.commands.story import tell_story
    from forbear.interfaces.workers.tasks import learn_for_demonstration

    tell_story(today=today, now=datetime.now(UTC))
    # It takes seconds that nobody should wait for: the first pages go first.
    with suppress(AlreadyEnqueued):
        learn_for_demonstration.configure(schedule_in={"seconds": _LEARNS_AFTER_S}).defer()


def _today() -> date:
    from django.conf import settings

    return settings.FORBEAR_MORNING.day(datetime.now(UTC))  # type: ignore[no-any-return]


def _begun(day: date) -> bool:
    from forbear.contexts.nightly.bridge.schedule import day_begun

    return day_begun(day)


def _ring(home: Path) -> None:
    from forbear.contexts.protection.keyring import new_ring
    from forbear.contexts.protection.ringfile import RingFile

    path = home / "keyring.json"
    if not path.exists():
        RingFile(path).create(new_ring(now=datetime.now(UTC)))


def _people() -> None:
    from forbear.contexts.people.demo import seed_demo

    seed_demo(now=datetime.now(UTC))


def _sample(
    home: Path,
    *,
    loans: int,
    seed: int,
    today: date,
    progress: Callable[[str, int, int], None],
) -> Path:
    from forbear.contexts.nightly.sample import SampleSettings, write_sample

    folder = home / "inbox" / today.isoformat()
    write_sample(
        folder,
        settings=SampleSettings(loans=loans, seed=seed, book_date=today, dirt=0.001),
        force=True,
        progress=lambda done, whole: progress("sample", done, whole),
    )
    return folder
