"""How does one try words on the check of content?"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forbear.interfaces.commands.console import wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Json
from forbear.values.errors import Denied, InvalidInput
from forbear.values.wording import Fact

if TYPE_CHECKING:
    from forbear.policy.content.form import ContentDecision, Finding

wording = typer.Typer(
    name="wording",
    no_args_is_help=True,
    help="Try words on the check of content.",
)


@wording.command()
def check(
    text: Annotated[
        str | None, typer.Argument(help="The words; standard input when neither is given.")
    ] = None,
    *,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="A text file.")] = None,
    facts: Annotated[
        list[Fact] | None,
        typer.Option("--fact", help="Something that is known; may be repeated."),
    ] = None,
    locale: Annotated[
        str, typer.Option("--locale", help="Such as zh-CN or en-GB; every language when left out.")
    ] = "",
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Which forbidden acts do these words commit? Ends with 5 when there is any."""
    from forbear.contexts.rulebook.library import open_content
    from forbear.contexts.rulebook.meaning import open_reader
    from forbear.policy.content.check import check as look_through

    words = _words(text, file)
    decision = look_through(words, locale=locale, facts=frozenset(facts or ()), pack=open_content())
    if as_json:
        typer.echo(json.dumps(decision.as_dict(), ensure_ascii=False))
    else:
        for line in _said(decision, lang):
            typer.echo(line)
        if open_reader() is None:
            typer.echo(
                choose(
                    lang,
                    "The reader of meaning is absent or damaged; see: forbear doctor.",
                    "语义阅读文件缺失或已损坏；请运行 forbear doctor 查看。",
                )
            )
    if not decision.allowed:
        raise typer.Exit(Denied.exit_code)


def _words(text: str | None, file: Path | None) -> str:
    if text is not None and file is not None:
        raise InvalidInput(
            "Both words and a file are given.",
            remedy="Give one of them.",
            message_zh="同时给出了文字和文件。",
            remedy_zh="请只给其中一个。",
        )
    if text is not None:
        return text
    try:
        return sys.stdin.read() if file is None else file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InvalidInput(
            f"{file or 'The standard input'} is not UTF-8.",
            remedy="Save it as UTF-8.",
            message_zh=f"{file or '标准输入'} 不是 UTF-8 编码。",
            remedy_zh="请另存为 UTF-8。",
        ) from None


def _said(decision: ContentDecision, lang: str) -> list[str]:
    lines = []
    for finding in decision.findings:
        lines += _finding(finding, lang)
    for cleared in decision.cleared:
        lines.append(
            wrapped(
                choose(
                    lang,
                    f"Lawful, as {cleared.fact} is known: '{cleared.text}' ({cleared.act}).",
                    f"因已知 {cleared.fact}，合法：“{cleared.text}”（{cleared.act}）。",
                ),
                hang=2,
            )
        )
    if decision.allowed:
        lines.append(choose(lang, "Nothing forbidden was found.", "没有发现禁止的内容。"))
    return lines


def _finding(finding: Finding, lang: str) -> list[str]:
    why = choose(lang, finding.why_en, finding.why_zh)
    place = f"{finding.start}-{finding.end}"
    lines = [wrapped(f"{finding.act} {place} '{finding.text}'", hang=2)]
    lines.append(wrapped(f"{why} ({finding.severity})", indent=2, hang=2))
    shown = ", ".join(finding.words)
    if finding.read:
        cue = choose(lang, f"read as meaning it: {shown}", f"按语义读作此意：{shown}")
    else:
        cue = choose(lang, f"cue: {finding.cue}; {shown}", f"线索：{finding.cue}；{shown}")
    lines.append(wrapped(cue, indent=2, hang=2))
    if finding.lawful_when:
        facts = ", ".join(finding.lawful_when)
        true = choose(lang, f"lawful when known: {facts}", f"已知下列任一事实时合法：{facts}")
    else:
        true = choose(lang, "no fact makes it lawful", "没有事实能使其合法")
    lines.append(wrapped(true, indent=2, hang=2))
    return lines
