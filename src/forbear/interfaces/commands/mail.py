"""How does a mail that came to the lender's own mail server reach Forbear?"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import typer

from forbear.interfaces.commands.application import application
from forbear.interfaces.commands.console import wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Home

KEEP_IT = 75
"""A mail server that is told this keeps the mail, and tries again later (EX_TEMPFAIL)."""
_LENGTH_MAX = 30 * 1024 * 1024

mail = typer.Typer(
    name="mail",
    no_args_is_help=True,
    help="Take in mail: bounces, complaints, answers. For the lender's own mail server.",
)


@mail.callback()
def _group() -> None:
    """Take in mail."""


@mail.command()
def take(*, home: Home = Path("forbear-home"), lang: Lang) -> None:
    """Take in one mail from standard input, whatever it is; the same one again changes nothing.

    Whatever goes wrong ends with exit code 75, so that the mail server keeps the mail.

    Example (Postfix): forbear unix - n n - - pipe user=forbear argv=forbear mail take
    """
    octets = sys.stdin.buffer.read(_LENGTH_MAX)
    try:
        with application(home):
            from forbear.contexts.contact.mail.returned import take_mail

            took = take_mail(octets, now=datetime.now(UTC))
    except Exception as error:  # noqa: BLE001  # a mail that is not kept here must be kept there
        typer.echo(
            wrapped(
                choose(
                    lang,
                    f"The mail was not taken in ({type(error).__name__}); keep it.",
                    f"邮件未能接收（{type(error).__name__}），请保留并重试。",
                )
            ),
            err=True,
        )
        raise typer.Exit(KEEP_IT) from None
    typer.echo(took.kind.value)
