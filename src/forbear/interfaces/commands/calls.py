"""How are recorded calls written down, and transcripts of the lender's own recogniser taken in?"""

from __future__ import annotations

import json
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from forbear.interfaces.commands.application import application
from forbear.interfaces.commands.console import wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Home, Json

AT_ONCE = 200
RUNS_FOR_S = 45 * 60.0
"""After so long no further call is begun: the next run of the clock goes on."""

calls = typer.Typer(
    name="calls",
    no_args_is_help=True,
    help="Write down what was said in recorded calls, or take in what was written down elsewhere.",
)


@calls.callback()
def _group() -> None:
    """Write calls down."""


@calls.command()
def transcribe(
    call: Annotated[
        UUID | None,
        typer.Argument(help="The call's permit; none: whatever was recorded in the last days."),
    ] = None,
    *,
    again: Annotated[bool, typer.Option(help="Also if it was given up before.")] = False,
    home: Home = Path("forbear-home"),
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Write recorded calls down on this machine; each is written down once.

    Needs what make extras installs, and FORBEAR_RECOGNISER=whisper-base.
    """
    with application(home):
        from django.conf import settings

        from forbear.contexts.contact.channels.registry import recogniser_of
        from forbear.contexts.contact.transcript.machine import transcribe as write_down
        from forbear.contexts.contact.transcript.machine import transcribe_due
        from forbear.values.principal import system

        actor, folder = system("recogniser"), settings.FORBEAR_RECORDINGS
        hears = recogniser_of(settings.FORBEAR_RECOGNISER, models=settings.FORBEAR_SPEECH_MODELS)
        ending: list[int] = []
        signal.signal(signal.SIGTERM, lambda *_: ending.append(1))
        until = time.monotonic() + RUNS_FOR_S
        if call is not None:
            write_down(call, hears, folder, again=again, actor=actor, clock=_now)
            kept, failed = 1, 0
        else:
            kept, failed = transcribe_due(
                hears,
                folder,
                limit=AT_ONCE,
                actor=actor,
                clock=_now,
                going=lambda: not ending and time.monotonic() < until,
            )
    if as_json:
        typer.echo(json.dumps({"kept": kept, "failed": failed}))
        return
    en = f"Written down: {kept}; failed: {failed}."
    typer.echo(wrapped(choose(lang, en, f"已转写 {kept} 通，失败 {failed} 通。")))


@calls.command()
def take(
    files: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, help="One JSON object a call.")
    ],
    *,
    home: Home = Path("forbear-home"),
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Take in transcripts of the lender's own recogniser; the same again changes nothing.

    Example: forbear calls take transcripts.jsonl
    """
    new = known = moments = 0
    with application(home):
        from forbear.contexts.contact.transcript.file import transcripts_in
        from forbear.contexts.contact.transcript.keep import take_transcript
        from forbear.values.principal import system

        for file in files:
            for call, said in transcripts_in(file):
                took = take_transcript(call, said, actor=system("command"), now=_now())
                new, known = new + took.new, known + (not took.new)
                moments += took.moments if took.new else 0
    if as_json:
        typer.echo(json.dumps({"new": new, "known": known, "moments": moments}))
        return
    en = f"Taken in: {new}; known before: {known}; moments to look at: {moments}."
    zh = f"新增 {new} 份，已有 {known} 份，待核实片段 {moments} 处。"
    typer.echo(wrapped(choose(lang, en, zh)))


def _now() -> datetime:
    return datetime.now(tz=UTC)
