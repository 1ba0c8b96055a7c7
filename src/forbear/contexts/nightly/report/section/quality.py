"""How good was the data that the lender handed over?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forbear.contexts.nightly.report.markup import Html, Pair, Piece, name_code, same, tag
from forbear.contexts.nightly.report.number import count, share, thousands
from forbear.contexts.nightly.report.part import Section, fold, not_measured, table
from forbear.contexts.nightly.report.source import Night

_TABLES = {
    "debtor": Pair("People", "债务人"),
    "contact_point": Pair("Contact points", "联系方式"),
    "loan": Pair("Loans", "贷款"),
    "instalment": Pair("Instalments", "分期"),
    "payment": Pair("Payments", "还款"),
    "hold": Pair("Holds", "暂停"),
    "consent": Pair("Consents", "授权"),
    "attempt": Pair("Contacts tried", "触达记录"),
}
_REASONS_SHOWN = 12


def quality(night: Night) -> Section:
    """Show rows read and refused, the reasons, the control totals and the repairs."""
    name = Pair("Data quality", "数据质量")
    tables = {
        key: (int(entry["read"]), int(entry.get("rejected") or 0))
        for key, entry in (night.book.get("tables") or {}).items()
        if isinstance(entry, dict) and entry.get("read") is not None
    }
    if not tables:
        return not_measured("quality", name)
    found = night.book.get("quality")
    notes = found if isinstance(found, dict) else {}
    return Section(
        "quality",
        name,
        _finding(tables),
        [
            _rows(tables),
            _reasons(notes.get("reasons")),
            _totals(night.book.get("control")),
            _repairs(notes.get("repairs")),
            _notes(notes),
        ],
        lead=Pair(
            "Nothing is dropped silently: every refused row is listed in the book with its "
            "file, line, column and reason.",
            "不会静默丢弃任何数据：每一被拒行均在账簿中列出文件、行号、列名与原因。",
        ),
    )


def _finding(tables: Mapping[str, tuple[int, int]]) -> Pair:
    read = sum(rows for rows, _ in tables.values())
    rejected = sum(gone for _, gone in tables.values())
    if not rejected:
        return Pair(
            f"All {count(read)} rows were taken into the book", f"全部 {count(read)} 行均已入账"
        )
    return Pair(
        f"{count(rejected)} of {count(read)} rows were refused ({share(rejected, read)}), "
        "each with a reason",
        f"{count(read)} 行中有 {count(rejected)} 行被拒收（{share(rejected, read)}），均注明原因",
    )


def _rows(tables: Mapping[str, tuple[int, int]]) -> Html:
    order = [key for key in _TABLES if key in tables]
    rows: list[list[Piece]] = [
        [_TABLES[key], count(tables[key][0]), count(tables[key][1]), share(*tables[key][::-1])]
        for key in order
    ]
    head = [
        Pair("Table", "数据表"),
        Pair("Rows read", "读取行数"),
        Pair("Refused", "拒收"),
        Pair("Share", "占比"),
    ]
    return table(head, rows, caption=Pair("Rows by table", "各表行数"))


def _reasons(reasons: Any) -> Html | None:
    if not isinstance(reasons, list) or not reasons:
        return None
    rows: list[list[Piece]] = [
        [
            name_code(f"{reason.get('table')}.{reason.get('column') or '*'}"),
            Pair(str(reason.get("text_en", "")), str(reason.get("text_zh", ""))),
            count(int(reason.get("count") or 0)),
        ]
        for reason in reasons
    ]
    head = [Pair("Column", "列"), Pair("What is wrong", "问题"), Pair("Findings", "条数")]
    caption = Pair(
        "What was wrong; one row may have several findings", "拒收原因；一行可能有多条问题"
    )
    first = table(head, rows[:_REASONS_SHOWN], caption=caption, text_columns=2, stack=True)
    rest = rows[_REASONS_SHOWN:]
    if not rest:
        return tag("div", first, class_="after")
    more = Pair(f"{len(rest)} more reasons", f"其余 {len(rest)} 项原因")
    return tag(
        "div",
        first,
        fold(more, table(head, rest, caption=caption, text_columns=2, stack=True)),
        class_="after",
    )


def _totals(control: Any) -> Html | None:
    if not isinstance(control, dict):
        return None
    rows = [
        _total(f"{name}.{column}", entry)
        for name, columns in control.items()
        for column, entry in columns.items()
    ]
    if not rows:
        return None
    head = [
        Pair("Amount", "金额"),
        Pair("Stated by the lender", "机构所报"),
        Pair("Read", "读取"),
        Pair("In rows with unreadable amounts", "金额无法读取的行"),
        Pair("Result", "结果"),
    ]
    caption = Pair(
        "Control totals, each in its own currencies added up, whole units",
        "控制总额（各币种原值相加，取整）",
    )
    return tag("div", table(head, rows, caption=caption, stack=True), class_="after")


def _total(name: str, entry: Mapping[str, Any]) -> list[Piece]:
    stated, unread = entry.get("stated_minor"), int(entry.get("in_rejected_rows_minor") or 0)
    if stated is None:
        result = Pair("not stated", "未报")
    elif unread:
        result = Pair("explained by refused rows", "差额由拒收行解释")
    else:
        result = Pair("agrees", "一致")
    return [
        name_code(name.removesuffix("_minor")),
        thousands(int(stated)) if stated is not None else "–",
        thousands(int(entry.get("read_minor") or 0)),
        thousands(unread),
        result,
    ]


def _repairs(repairs: Any) -> Html | None:
    if not isinstance(repairs, dict) or not any(repairs.values()):
        return None
    rows: list[list[Piece]] = [
        [name_code(str(name)), count(int(number))] for name, number in repairs.items() if number
    ]
    head = [Pair("Column", "列"), Pair("Values", "数值个数")]
    caption = Pair(
        "Values that were read although they were written unusually, such as with spaces around",
        "写法不规范但仍可读取的数值，例如前后带空格",
    )
    summary = Pair("Repairs made on import", "导入时的修正")
    return fold(summary, table(head, rows, caption=caption))


def _notes(quality: Mapping[str, Any]) -> Html | None:
    notes = [same(str(note)) for note in quality.get("notes") or ()]
    if loose := int(quality.get("attempts_without_link") or 0):
        notes.append(
            Pair(
                f"{count(loose)} contacts name a contact point or loan that is not in the book; "
                "they count against the person as a whole.",
                f"{count(loose)} 条触达记录所指的联系方式或贷款不在账簿中；按对本人整体计数。",
            )
        )
    if not notes:
        return None
    return fold(
        Pair("Notes of the import", "导入说明"),
        tag("ul", [tag("li", note) for note in notes], class_="prose"),
    )
