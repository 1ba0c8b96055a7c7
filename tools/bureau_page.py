"""The reference page of credit reporting: bureaus, status words, columns and fields of files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from forbear.contexts.rulebook.bureaus import open_bureaus, open_statuses
from forbear.policy.bureau.form import Bureau, Statuses
from forbear.policy.bureau.lines_form import COLUMNS
from forbear.policy.bureau.metro2.field import BASE, HEADER, TRAILER, Field
from forbear.policy.bureau.metro2.record import COMMENTS, CONDITIONS, PROFILE


def page() -> str:
    """Return the page."""
    return "\n".join(_page()).rstrip() + "\n"


def _page() -> Iterator[str]:
    yield "# Credit reporting 征信报送\n"
    yield "Reported is what a loan stood at on the month's last day, by all that is known.\n"
    yield "报送内容即借款在当月最后一日的状况，以现有全部信息为准。\n"
    yield "## Bureaus of the demo lender 示例放款方的征信机构\n"
    yield "| bureau | 名称 | law | form | words | report day | recipients | assumed receipt |"
    yield "|---|---|---|---|---|---:|---|---|"
    yield from map(_bureau, open_bureaus().values())
    yield "\nNothing is reported of loans under the law of the United Kingdom: no source about it"
    yield "has been read. 英国法下的借款不报送：尚未读到相关来源。\n"
    for statuses in open_statuses().values():
        yield from _statuses(statuses)
    yield "## The file of plain lines 行式文件\n"
    yield (
        "UTF-8, comma-separated. It begins with a line `#HEAD` (bureau, reporter, month, part, "
        "when made, currency) and the names of the columns, and ends with `#TOTAL` (lines, "
        "negative lines, overdue, balance). The bureau's own message is not held here; "
        "the lender's reporting software makes it of this file.\n"
    )
    yield "| column | meaning | 含义 |\n|---|---|---|"
    yield from (f"| `{name}` | {en} | {zh} |" for name, (en, zh) in COLUMNS.items())
    yield "\n## The common format of 426 signs 426 位定长格式\n"
    yield "Places count from 1. 位置从 1 起计。\n"
    for title, fields in (("Header", HEADER), ("Base segment", BASE), ("Trailer", TRAILER)):
        yield from _fields(title, fields)
    yield "### Signs of the 24 months before 此前24个月的符号\n"
    yield "| status | sign |\n|---|---|"
    yield from (f"| `{code}` | `{sign}` |" for code, sign in PROFILE.items())
    yield "| a month of which nothing was reported 未报送 | `D` |"
    yield "| before the first report 首次报送之前 | `B` |\n"
    yield "### Disputes and comments 异议与备注\n"
    yield "| word | code |\n|---|---|"
    yield from (f"| `{word}` | `{code}` |" for word, code in {**CONDITIONS, **COMMENTS}.items())


def _bureau(bureau: Bureau) -> str:
    days = bureau.assumed_receipt_days
    receipt = "a receipt is needed 须有回执" if days is None else f"{days} days"
    return (
        f"| `{bureau.code}` {bureau.name_en} | {bureau.name_zh} | {bureau.jurisdiction} "
        f"| `{bureau.form}` | {bureau.statuses.name_en} | {bureau.report_day} "
        f"| {', '.join(bureau.recipients)} | {receipt} |"
    )


def _statuses(statuses: Statuses) -> Iterator[str]:
    yield f"## {statuses.name_en} {statuses.name_zh}\n"
    yield f"{statuses.note_en}\n"
    yield f"{statuses.note_zh}\n"
    yield f"Basis: {statuses.basis}; {statuses.source}.\n"
    yield "| word | meaning | 含义 | negative | last | basis |\n|---|---|---|:---:|:---:|---|"
    for one in statuses.by_code.values():
        marks = " | ".join("●" if flag else "" for flag in (one.is_negative, one.is_final))
        yield f"| `{one.code}` | {one.en} | {one.zh} | {marks} | {one.basis} |"
    yield ""


def _fields(title: str, fields: Sequence[Field]) -> Iterator[str]:
    yield f"### {title}\n"
    yield "| field | from | to | kind | meaning | 含义 | personal |"
    yield "|---|---:|---:|---|---|---|:---:|"
    for one in fields:
        end, personal = one.start + one.length, "●" if one.is_personal else ""
        yield (
            f"| `{one.name}` | {one.start + 1} | {end} | {one.kind.value} | {one.en} | {one.zh} "
            f"| {personal} |"
        )
    yield ""
