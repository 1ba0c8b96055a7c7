"""Which commands are there?"""

from __future__ import annotations

import typer

from forbear import __version__
from forbear.interfaces.commands.audit import audit
from forbear.interfaces.commands.backup import backup, restore
from forbear.interfaces.commands.bureau import bureau
from forbear.interfaces.commands.calls import calls
from forbear.interfaces.commands.channels import channels
from forbear.interfaces.commands.contact import contact
from forbear.interfaces.commands.demo import demo
from forbear.interfaces.commands.doctor import doctor
from forbear.interfaces.commands.evidence import evidence
from forbear.interfaces.commands.explain import explain
from forbear.interfaces.commands.import_ import import_book
from forbear.interfaces.commands.keys import keys
from forbear.interfaces.commands.letters import letters
from forbear.interfaces.commands.link import link
from forbear.interfaces.commands.mail import mail
from forbear.interfaces.commands.models import models
from forbear.interfaces.commands.morning import morning
from forbear.interfaces.commands.night import night
from forbear.interfaces.commands.report import report
from forbear.interfaces.commands.rules import rules
from forbear.interfaces.commands.sample import sample
from forbear.interfaces.commands.staff import staff
from forbear.interfaces.commands.token import token
from forbear.interfaces.commands.up import up
from forbear.interfaces.commands.voice import voice

app = typer.Typer(
    name="forbear",
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Turn a lender's extract into today's agenda, lawfully and explainably.\n\n"
    "In the order of use: [bold]sample[/bold] (a lender to try it with), [bold]import[/bold], "
    "[bold]night[/bold], [bold]explain[/bold], [bold]report[/bold].\n\n"
    "Example: forbear sample demo/extract && forbear import demo/extract && forbear night",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)
app.command("sample")(sample)
app.command("import")(import_book)
app.command("night")(night)
app.command("explain")(explain)
app.command("report")(report)
app.command("morning")(morning)
app.command("up")(up)
app.command("demo")(demo)
app.command("doctor")(doctor)
app.command("backup")(backup)
app.command("restore")(restore)
app.add_typer(rules)
app.add_typer(keys)
app.add_typer(token)
app.add_typer(link)
app.add_typer(staff)
app.add_typer(voice)
app.add_typer(calls)
app.add_typer(contact)
app.add_typer(bureau)
app.add_typer(audit)
app.add_typer(evidence)
app.add_typer(mail)
app.add_typer(letters)
app.add_typer(channels)
app.add_typer(models)


def _version(value: bool) -> None:  # noqa: FBT001  # the shape that a callback has
    if value:
        typer.echo(f"forbear {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version."
    ),
) -> None:
    del version
