"""Which commands are there, and how does each error reach the person who typed it?"""

from __future__ import annotations

import json
import sys
import traceback
from pathlib import Path

import typer

from forbear import __version__
from forbear.interfaces.commands.console import wrapped
from forbear.interfaces.commands.explain import explain
from forbear.interfaces.commands.import_ import import_book
from forbear.interfaces.commands.lang import language_among
from forbear.interfaces.commands.night import night
from forbear.interfaces.commands.report import report
from forbear.interfaces.commands.rules import rules
from forbear.interfaces.commands.sample import sample
from forbear.values.errors import BrokenInvariant, ForbearError

_INTERRUPTED = 130

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
app.add_typer(rules)


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


def run(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code; no traceback reaches the caller's terminal."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        app(given)
    except SystemExit as end:  # how the parser ends, also after help and misuse
        return end.code if isinstance(end.code, int) else 0
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("Stopped. Running the same command again goes on where it stopped.", err=True)
        return _INTERRUPTED
    except ForbearError as error:
        return _told(error, as_json="--json" in given, lang=language_among(given))
    except Exception as error:  # noqa: BLE001  # the edge: whatever it is, say it in words
        return _defect(error, as_json="--json" in given, lang=language_among(given))
    return 0


def _told(error: ForbearError, *, as_json: bool, lang: str) -> int:
    if as_json:
        typer.echo(json.dumps({"error": error.as_dict()}, ensure_ascii=False, default=str))
        return error.exit_code
    message, remedy = error.message, error.remedy
    if lang == "zh":
        message = str(error.data.get("message_zh") or message)
        remedy = str(error.data.get("remedy_zh") or remedy)
    typer.echo(wrapped(message), err=True)
    if remedy:
        typer.echo(wrapped(f"→ {remedy}", hang=2), err=True)
    return error.exit_code


def _defect(error: Exception, *, as_json: bool, lang: str) -> int:
    log = Path("forbear-defect.log")
    try:
        log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
        where, where_zh = f"Its details are in {log}.", f"详情见 {log}。"
    except OSError:
        where, where_zh = "Its details could not be written.", "详情无法写入。"
    if isinstance(error, OSError):
        said = f"{error.strerror or error}" + (f" ({error.filename})" if error.filename else "")
        shown: ForbearError = ForbearError(
            f"The system says: {said}.",
            remedy="Check the path, the rights and the free space, then try again.",
            message_zh=f"系统提示：{said}。",
            remedy_zh="请检查路径、权限和剩余空间，然后重试。",
        )
    else:
        shown = BrokenInvariant(
            f"This is a defect of Forbear ({type(error).__name__}). Nothing half-done remains.",
            remedy=where,
            message_zh=f"这是 Forbear 的缺陷（{type(error).__name__}）。没有留下半成品。",
            remedy_zh=where_zh,
        )
    return _told(shown, as_json=as_json, lang=lang)


if __name__ == "__main__":
    sys.exit(run())
