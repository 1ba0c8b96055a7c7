"""How is the record of what was done checked, handed out, and proved entry by entry?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forbear.interfaces.commands.application import application
from forbear.interfaces.commands.console import progress_bars, wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Home, Json
from forbear.values.errors import InvalidInput

if TYPE_CHECKING:
    from forbear.contexts.audit.verify_log import Checkpoint, Report

audit = typer.Typer(
    name="audit",
    no_args_is_help=True,
    help="Check the record of what was done, hand it out, and prove single entries.",
)
_HOME = Path("forbear-home")
_FINDINGS_SHOWN_MAX = 200


@audit.command()
def verify(
    *,
    copies: Annotated[
        list[Path] | None,
        typer.Option(help="A folder of checkpoints kept elsewhere; FORBEAR_CHECKPOINTS else."),
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option(help="A public key to believe; the key ring's if left out.")
    ] = None,
    home: Home = _HOME,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Check every entry against the tree and every checkpoint; name what is wrong."""
    with application(home), progress_bars(quiet=as_json) as progress:
        from forbear.contexts.audit.check import check_record
        from forbear.values.principal import system

        pinned = [_key(each) for each in key] if key else None
        report = check_record(
            _copies(copies),
            _believed if pinned is None else lambda _seen: pinned,
            actor=system("command"),
            progress=progress,
        )
    if as_json:
        typer.echo(json.dumps(_as_dict(report), ensure_ascii=False))
    else:
        _tell(report, lang)
    if report.findings:
        raise typer.Exit(1)


@audit.command()
def export(
    folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")],
    *,
    home: Home = _HOME,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Write the whole record, its checkpoints and a verifier that needs nothing of ours."""
    with application(home), progress_bars(quiet=as_json) as progress:
        from forbear.contexts.audit.export import export_record
        from forbear.values.principal import system

        done = export_record(folder, actor=system("command"), progress=progress)
    if as_json:
        typer.echo(json.dumps({"folder": str(folder), **asdict(done)}, ensure_ascii=False))
        return
    en = (
        f"{folder}: entries: {done.entries:,}; checkpoints: {done.checkpoints:,}. "
        f"To check: python3 {folder / 'verify_log.py'} {folder}"
    )
    zh = (
        f"{folder}：{done.entries:,} 条，{done.checkpoints:,} 个检查点。"
        f"核验：python3 {folder / 'verify_log.py'} {folder} --lang zh"
    )
    typer.echo(wrapped(choose(lang, en, zh)))


@audit.command()
def prove(
    entry: Annotated[int | None, typer.Argument(help="The entry's number.")] = None,
    *,
    subject: Annotated[
        str | None, typer.Option(help="Every entry about something, such as attempt:42.")
    ] = None,
    home: Home = _HOME,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Write the proof that entries are in the record that was signed, as JSON.

    verify_log.py checks such a file as well.
    """
    del lang, as_json  # The answer is JSON in any case; errors speak the language.
    if (entry is None) == (subject is None):
        raise InvalidInput(
            "Give either an entry's number or --subject.",
            remedy="For instance: forbear audit prove --subject attempt:42",
            message_zh="请给出条目编号或 --subject，二者择一。",
            remedy_zh="例如：forbear audit prove --subject attempt:42",
        )
    with application(home):
        from forbear.contexts.audit.prove import prove_entries
        from forbear.values.principal import system

        told = prove_entries(entry_id=entry, subject=subject, actor=system("command"))
    typer.echo(json.dumps(told, indent=1, ensure_ascii=False))


def _copies(given: list[Path] | None) -> list[Checkpoint]:
    from django.conf import settings

    from forbear.contexts.audit.folder import Folder

    missing = [each for each in given or () if not each.is_dir()]
    if missing:
        raise InvalidInput(
            f"There is no folder {missing[0]}.",
            remedy="Name the folder that holds checkpoint-….txt.",
            message_zh=f"没有文件夹 {missing[0]}。",
            remedy_zh="请指定存放 checkpoint-….txt 的文件夹。",
        )
    folders = given or settings.FORBEAR_CHECKPOINTS
    return [one for each in folders for one in Folder(each).read()]


def _believed(seen: Sequence[tuple[str, str, bytes]]) -> Sequence[tuple[str, bytes]]:
    from forbear.contexts.protection.signing import believed_keys
    from forbear.contexts.protection.store import open_vault

    return believed_keys(open_vault().keeper.ring, seen) if seen else []


def _key(text: str) -> tuple[str, bytes]:
    from forbear.contexts.audit.verify_log import parse_key

    found = parse_key(text)
    if found is None:
        raise InvalidInput(
            f"{text} is not a public key.",
            remedy="It is one line of name+hash+key, as keys.txt of an export holds it.",
            message_zh=f"{text} 不是公钥。",
            remedy_zh="应为一行 name+hash+key，与导出文件夹中的 keys.txt 相同。",
        )
    return found


def _as_dict(report: Report) -> dict[str, object]:
    findings = [
        {**asdict(each), "en": each.said("en"), "zh": each.said("zh")} for each in report.findings
    ]
    return {**asdict(report), "findings": findings, "ok": not findings}


def _tell(report: Report, lang: str) -> None:
    en = (
        f"Entries in the tree: {report.leaves:,}; not yet: {report.waiting:,}; "
        f"checkpoints: {report.checkpoints:,}."
    )
    zh = (
        f"树中 {report.leaves:,} 条，尚未入树 {report.waiting:,} 条；"
        f"检查点 {report.checkpoints:,} 个。"
    )
    typer.echo(wrapped(choose(lang, en, zh)))
    if not report.findings:
        good = "Every entry is as it was written and signed."
        typer.echo(wrapped(choose(lang, good, "每一条都与写入和签署时一致。")))
        return
    for each in report.findings[:_FINDINGS_SHOWN_MAX]:
        typer.echo(wrapped(f"- {each.said(lang)}", hang=2))
    more = len(report.findings) - _FINDINGS_SHOWN_MAX
    if more > 0:
        typer.echo(choose(lang, f"and {more:,} more: --json", f"另有 {more:,} 项：--json"))
