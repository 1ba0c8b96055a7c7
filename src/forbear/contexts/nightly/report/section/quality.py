"""How good was the data that the lender handed over?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forbear.contexts.nightly.report.markup import Html, Pair, Piece, name_code, same, tag
from forbear.contexts.nightly.report.number import count, share, thousands
from forbear.contexts.nightly.report.part import Section, fold, not_measured, table
from forbear.contexts.nightly.report.source import Night
from forbear.engine.intake.reason import WORDS, Reason

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
_CASCADES_SHOWN = 8
_CONSEQUENCES = {
    "loans_with_rejected_payments": (
        Pair("Loans with a refused payment", "有还款被拒收的贷款"),
        Pair("They may look later than they are.", "看起来可能比实际逾期更久。"),
    ),
    "people_with_rejected_attempts": (
        Pair("People with a refused record of contact", "有触达记录被拒收的人"),
        Pair(
            "They are held until that contact can no longer matter; mend these rows first.",
            "在该次联系不再影响判断之前不予联系；请优先修正这些行。",
        ),
    ),
    "attempts_of_nobody": (
        Pair("Refused records of contact that name nobody", "无法判断所属人的被拒触达记录"),
        Pair(
            "Somebody may be contacted once too often; mend these rows before anything else.",
            "可能有人因此被多联系一次；请最先修正这些行。",
        ),
    ),
    "unfinished_files": (
        Pair("Files that do not end with a line end", "末尾没有换行的文件"),
        Pair(
            "They may be cut inside their last field; compare the last line with the source.",
            "可能在最后一个字段中被截断；请将最后一行与源系统核对。",
        ),
    ),
    "attempts_without_link": (
        Pair(
            "Contacts that name a point or loan that is not in the book",
            "所指联系方式或贷款不在账簿中的触达记录",
        ),
        Pair("They count against the person as a whole.", "按对本人整体计数。"),
    ),
    "protections_widened": (
        Pair(
            "Holds or withdrawals that name a loan or point that is not in the book",
            "所指贷款或联系方式不在账簿中的暂停或撤回",
        ),
        Pair("They protect the person as a whole.", "按保护本人整体处理。"),
    ),
}


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
            _consequences(notes),
            _reasons(notes.get("reasons")),
            _cascades(notes.get("cascades")),
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


def _consequences(quality: Mapping[str, Any]) -> Html | None:
    """Show whose figures suffer, or how what was unclear was read."""
    known = [key for key in _CONSEQUENCES if quality.get(key) is not None]
    rows: list[list[Piece]] = [
        [what, follows, count(_number(quality[key]))]
        for key in known
        for what, follows in (_CONSEQUENCES[key],)
        if quality[key]
    ]
    if not rows:
        good = Pair(
            "No loan and no person in the book suffers from a refused row.",
            "账簿中没有贷款或个人受拒收行影响。",
        )
        return tag("p", good, class_="prose after") if known else None
    head = [
        Pair("What is affected", "受影响者"),
        Pair("What follows", "后果"),
        Pair("Count", "数量"),
    ]
    caption = Pair("What refused and unclear rows mean", "拒收行与不明行的影响")
    shown = table(head, rows, caption=caption, text_columns=2, stack=True)
    return tag("div", shown, class_="after")


def _number(found: Any) -> int:
    return len(found) if isinstance(found, list) else int(found)


def _reasons(reasons: Any) -> Html | None:
    """Show the rows' own faults; what follows from another row's fault is shown with that."""
    own = [each for each in reasons or () if not each.get("cascade")]
    if not own:
        return None
    rows: list[list[Piece]] = [
        [
            name_code(f"{reason.get('table')}.{reason.get('column') or '*'}"),
            Pair(str(reason.get("text_en", "")), str(reason.get("text_zh", ""))),
            count(int(reason.get("count") or 0)),
        ]
        for reason in own
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


def _cascades(cascades: Any) -> Html | None:
    """Show which faults took other rows along, the largest first."""
    if not isinstance(cascades, list) or not cascades:
        return None
    rows = [_cascade(each) for each in cascades]
    head = [
        Pair("Column", "列"),
        Pair("First fault", "最初的问题"),
        Pair("Rows taken along", "连带拒收行"),
    ]
    caption = Pair(
        "Faults that took other rows along; mending one of them mends the rest",
        "连带其他行被拒收的问题；修正一处即可恢复其余",
    )
    first = table(head, rows[:_CASCADES_SHOWN], caption=caption, text_columns=3, stack=True)
    rest = rows[_CASCADES_SHOWN:]
    if not rest:
        return tag("div", first, class_="after")
    more = Pair(f"{len(rest)} more faults", f"其余 {len(rest)} 个问题")
    folded = fold(more, table(head, rest, caption=caption, text_columns=3, stack=True))
    return tag("div", first, folded, class_="after")


def _cascade(cascade: Mapping[str, Any]) -> list[Piece]:
    place, _, reason = str(cascade.get("root", "")).partition(" ")
    words = WORDS.get(Reason(reason)) if reason in Reason.__members__ else None
    taken = [
        (_TABLES.get(name, same(name)), count(int(rows)))
        for name, rows in (cascade.get("took") or {}).items()
    ]
    return [
        name_code(place),
        Pair(words.en, words.zh) if words else same(reason),
        Pair(
            ", ".join(f"{rows} {str(name.en).lower()}" for name, rows in taken),
            "、".join(f"{name.zh} {rows} 行" for name, rows in taken),
        ),
    ]


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
    english = [str(note) for note in quality.get("notes") or ()]
    # A book of an older version has its notes in English only.
    chinese = [str(note) for note in quality.get("notes_zh") or english]
    notes = [Pair(*both) for both in zip(english, chinese, strict=True)]
    if not notes:
        return None
    return fold(
        Pair("Notes of the import", "导入说明"),
        tag("ul", [tag("li", note) for note in notes], class_="prose"),
    )
