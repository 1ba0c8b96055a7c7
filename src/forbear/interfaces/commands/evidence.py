"""How are documents about a debt made at the terminal, and checked?"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forbear.interfaces.commands.application import application
from forbear.interfaces.commands.console import wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Home, Json

if TYPE_CHECKING:
    from forbear.contexts.evidence.made import Form, Made

evidence = typer.Typer(
    name="evidence",
    no_args_is_help=True,
    help="Make packs of evidence, certificates and receipts, and check them.",
)
_HOME = Path("forbear-home")
Out = Annotated[
    Path, typer.Argument(help="Where to write: a new file that ends in .json, .pdf or .zip.")
]
Pages = Annotated[str, typer.Option("--pages", help="The language of a PDF: zh or en.")]


@evidence.command()
def pack(
    debtor: Annotated[str, typer.Argument(help="The person's id with the lender.")],
    out: Out,
    *,
    loan: Annotated[list[str] | None, typer.Option(help="Only this loan; may be repeated.")] = None,
    pages: Pages = "zh",
    home: Home = _HOME,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Write a sealed pack of evidence about a person's loans; the name is masked."""

    def make() -> Made:
        from forbear.contexts.evidence.actions.make_document import make_pack

        return make_pack(debtor, loan_refs=loan or None, **_given(out, pages))

    _write(out, make, home, lang, as_json=as_json)


@evidence.command()
def certificate(
    loan: Annotated[str, typer.Argument(help="The loan's id with the lender.")],
    out: Out,
    *,
    payment: Annotated[
        str | None, typer.Option(help="The receipt of this payment instead of a settlement.")
    ] = None,
    pages: Pages = "zh",
    home: Home = _HOME,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Write the certificate that a loan is settled, or with --payment a receipt."""

    def make() -> Made:
        from forbear.contexts.evidence.actions.make_document import make_receipt, make_settlement

        if payment is not None:
            return make_receipt(loan, payment, **_given(out, pages))
        return make_settlement(loan, **_given(out, pages))

    _write(out, make, home, lang, as_json=as_json)


@evidence.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A document: JSON, or the PDF that holds it.")],
    *,
    key: Annotated[
        str | None, typer.Option(help="The signer's key, received by another way.")
    ] = None,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Check a document as the program does that is handed out with it; no database is needed."""
    from forbear.contexts.evidence.verify_pack import check_file, sentences
    from forbear.values.errors import InvalidInput

    content = file.read_bytes()
    try:
        done = check_file(content, key=key)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InvalidInput(
            f"{file} holds no document that can be checked.",
            remedy="Give the JSON, or the PDF as it was handed out.",
            message_zh=f"{file} 中没有可核验的文件。",
            remedy_zh="请给出 JSON，或原样的 PDF。",
        ) from None
    if as_json:
        told = {
            "ok": not done.wrong,
            "kind": done.kind,
            "key": done.key,
            "pieces": done.pieces,
            "entries": done.entries,
            "waiting": done.waiting,
            "wrong": [
                {"code": each.code, "en": each.sentence("en"), "zh": each.sentence("zh")}
                for each in done.wrong
            ],
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        for line in sentences(done, choose(lang, "en", "zh"), given_key=key is not None):
            typer.echo(line)
    if done.wrong:
        raise typer.Exit(1)


def _given(out: Path, pages: str) -> dict[str, object]:
    from django.conf import settings

    from forbear.contexts.evidence.made import Form
    from forbear.values.code import Language
    from forbear.values.principal import system

    now = datetime.now(tz=UTC)
    return {
        "form": _word(Form, out.suffix.removeprefix(".").upper(), "out"),
        "language": _word(Language, pages.upper(), "pages"),
        "actor": system("command"),
        "today": settings.FORBEAR_MORNING.day(now),
        "now": now,
    }


def _word(words: type[Form], given: str, field: str) -> object:
    from forbear.values.errors import InvalidInput

    try:
        return words(given)
    except ValueError:
        known = ", ".join(each.value.lower() for each in words)
        raise InvalidInput(
            f"{given.lower() or 'nothing'} is not one of {known}.",
            remedy="Name a file such as pack.pdf, and --pages zh or en.",
            message_zh=f"“{given.lower()}”不在 {known} 之中。",
            remedy_zh="请使用如 pack.pdf 的文件名，以及 --pages zh 或 en。",
            field=field,
        ) from None


def _write(out: Path, make: Callable[[], Made], home: Path, lang: str, *, as_json: bool) -> None:
    from forbear.values.errors import Conflict

    if out.exists():
        raise Conflict(
            f"{out} exists already.",
            remedy="Name a file that does not exist yet.",
            message_zh=f"{out} 已存在。",
            remedy_zh="请指定一个尚不存在的文件。",
        )
    with application(home):
        made = make()
    # Only whoever made it may read it: it tells of somebody's debt.
    out.touch(mode=0o600)
    out.write_bytes(made.content)
    if as_json:
        told = {"file": str(out), "id": made.id, "kind": made.kind, "sha256": made.sha256}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    en = f"{out}: {len(made.content):,} bytes, number {made.id}."
    zh = f"{out}：{len(made.content):,} 字节，编号 {made.id}。"
    typer.echo(wrapped(choose(lang, en, zh)))
