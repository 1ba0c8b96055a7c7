"""How does a lender's extract become the book that counts?"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forbear.interfaces.commands.console import listed, progress_bars, table, wrapped
from forbear.interfaces.commands.lang import Lang, choose
from forbear.interfaces.commands.option import Home, Json
from forbear.values.money import format_minor

if TYPE_CHECKING:
    from forbear.contexts.nightly.intake.run import Imported


def import_book(
    extract: Annotated[Path, typer.Argument(help="The folder with the extract's files.")],
    *,
    home: Home = Path("forbear-home"),
    book_date: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The extract's day, if its manifest lacks it."),
    ] = None,
    max_reject_share: Annotated[
        float, typer.Option(min=0, max=1, help="Refuse when more of a table's rows are rejected.")
    ] = 0.05,
    partition_loans: Annotated[
        int, typer.Option(min=1, help="Loans in one partition; fewer need less memory.")
    ] = 400_000,
    workers: Annotated[int, typer.Option(min=1, help="Partitions in work at a time.")] = 2,
    lang: Lang,
    as_json: Json = False,
) -> None:
    """Check an extract row by row and make it the current book."""
    from forbear.contexts.nightly.intake import ImportSettings, import_extract
    from forbear.contexts.nightly.workspace import Workspace

    settings = ImportSettings(
        book_date=book_date.date() if book_date else None,
        max_reject_share=max_reject_share,
        partition_loans=partition_loans,
        workers=workers,
    )
    with progress_bars(quiet=as_json) as progress:
        imported = import_extract(
            extract, workspace=Workspace(home), settings=settings, progress=progress
        )
    if as_json:
        typer.echo(
            json.dumps({"already": imported.already, **imported.book.manifest}, ensure_ascii=False)
        )
        return
    _show(imported, home, lang)


_FAULTS_SHOWN = 8
_AMENDS = {
    "attempts_without_link": (
        "{n} contacts name a point or loan not in the book; they count against the whole person.",
        "{n} 条联系记录所指的联系方式或借款不在账簿中；按对本人整体计数。",
    ),
    "protections_widened": (
        "{n} protections name a loan or point not in the book; they protect the whole person.",
        "{n} 条停催或撤回所指的借款或联系方式不在账簿中；按保护本人整体处理。",
    ),
    "loans_with_rejected_payments": (
        "{n} loans have rejected payments and may look later than they are.",
        "{n} 笔借款有被拒收的还款，看起来可能比实际逾期更久。",
    ),
    "people_with_rejected_attempts": (
        "{n} people have rejected contacts; they are held while those may matter.",
        "{n} 人有被拒收的联系记录；在其可能影响判断期间不予联系。",
    ),
    "attempts_of_nobody": (
        "{n} rejected contacts name nobody; somebody may be contacted once too often.",
        "{n} 条被拒收的联系记录无法判断属于谁；可能有人因此被多联系一次。",
    ),
}


def _show(imported: Imported, home: Path, lang: str) -> None:
    manifest = imported.book.manifest
    quality = manifest["quality"]
    say = partial(choose, lang)
    _show_tables(manifest, say)
    _show_faults(quality, imported.book.path / "rejects.csv", lang)
    notes = [say(*both) for both in zip(quality["notes"], _notes_zh(quality), strict=True)]
    notes += [
        say(*said).format(n=f"{quality[name]:,}") for name, said in _AMENDS.items() if quality[name]
    ]
    notes += [
        say(
            f"{count:,} values of {column} were written unusually and could be read.",
            f"{column} 有 {count:,} 个数值写法不规范，仍可读取。",
        )
        for column, count in quality["repairs"].items()
    ]
    if unfinished := quality.get("unfinished_files"):
        typer.secho(wrapped(_unfinished(unfinished, say), hang=2), bold=True)
    for note in notes:
        typer.echo(wrapped(say(f"Note: {note}", f"注意：{note}"), hang=2))
    if imported.already:
        typer.echo(
            say("This extract was imported before; nothing changed.", "此数据已导入过，没有变化。")
        )
    typer.echo(say("This book counts now. Next:", "此账簿现已生效。下一步："))
    typer.echo(f"  forbear night --home {home}")


def _unfinished(files: list[str], say: Callable[[str, str], str]) -> str:
    return say(
        f"Warning: {', '.join(files)} does not end with a line end. If it was cut inside its last "
        "field, nothing in the file shows it: compare its last line with the source.",
        f"警告：{'、'.join(files)} 末尾没有换行。如果它在最后一个字段中被截断，文件本身无法显示"
        "出来：请将最后一行与源系统核对。",
    )


def _notes_zh(quality: dict[str, Any]) -> list[str]:
    """Return the notes in Chinese; a book of an older version has them in English only."""
    return list(quality.get("notes_zh", quality["notes"]))


def _show_tables(manifest: dict[str, Any], say: Callable[[str, str], str]) -> None:
    lender = manifest["lender"] or say("an unnamed lender", "未具名机构")
    table(
        say(f"Book {manifest['book_id']} of {lender}", f"账簿 {manifest['book_id']}，{lender}"),
        [
            say("table", "数据表"),
            say("rows read", "读取行数"),
            say("in the book", "入账"),
            say("rejected", "拒收"),
        ],
        [
            [name, f"{each['read']:,}", f"{each['kept']:,}", f"{each['rejected']:,}"]
            for name, each in manifest["tables"].items()
            if each["read"] is not None
        ],
    )
    table(
        say("Control totals", "控制总额"),
        [
            say("amount", "金额"),
            say("read", "读取"),
            say("stated", "机构所报"),
            say("in the book", "入账"),
            say("rejected", "拒收"),
            say("unreadable", "无法读取"),
        ],
        _control(manifest["control"], say("not stated", "未报")),
    )


def _show_faults(quality: dict[str, Any], rejects: Path, lang: str) -> None:
    if not quality["reasons"]:
        return
    say = partial(choose, lang)
    own = [reason for reason in quality["reasons"] if not reason["cascade"]]
    listed(
        say("Most frequent faults", "最常见的问题"),
        [
            (
                f"{r['count']:,}",
                f"{r['table']}.{r['column'] or say('(row)', '（整行）')} · "
                + say(
                    f"first in {r['file']} line {r['line']}", f"首见 {r['file']} 第 {r['line']} 行"
                ),
                r[f"text_{lang}"],
            )
            for r in own[:_FAULTS_SHOWN]
        ],
    )
    if quality["cascades"]:
        listed(
            say("Rows that another row's fault took along", "因其他行的问题而连带拒收的行"),
            [
                (
                    f"{sum(each['took'].values()):,}",
                    each["root"],
                    say(", ", "、").join(f"{n:,} {name}" for name, n in each["took"].items()),
                )
                for each in quality["cascades"][:_FAULTS_SHOWN]
            ],
        )
    typer.echo(say("Every rejected row:", "全部被拒收的行："))
    typer.echo(f"  {rejects}")


def _control(control: dict[str, dict[str, dict[str, Any]]], not_stated: str) -> list[list[str]]:
    return [
        [
            f"{name}.{column.removesuffix('_minor')}",
            format_minor(each["read_minor"]),
            _amount(each["stated_minor"], not_stated),
            format_minor(each["kept_minor"]),
            format_minor(each["rejected_minor"]),
            _amount(each["in_rejected_rows_minor"], "—"),
        ]
        for name, columns in control.items()
        for column, each in columns.items()
    ]


def _amount(minor: int | None, absent: str) -> str:
    return absent if minor is None else format_minor(minor)
