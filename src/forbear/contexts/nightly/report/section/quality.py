"""How good was the data that the lender handed over?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forbear.contexts.nightly.report.markup import Html, Pair, Piece, same, tag
from forbear.contexts.nightly.report.number import count, share, thousands
from forbear.contexts.nightly.report.part import Section, fold, not_measured, table
from forbear.contexts.nightly.report.source import Night

_TABLES = {
    "debtor": Pair("People", "债务人"), "contact_point": Pair("Contact points", "联系方式"),
    "loan": Pair("Loans", "贷款"), "instalment": Pair("Instalments", "分期"),
    "payment": Pair("Payments", "还款"), "hold": Pair("Holds", "暂停"),
    "consent": Pair("Consents", "授权"), "attempt": Pair("Contacts tried", "触达记录"),
    "attempt_old": Pair("Older contacts", "较早触达记录"),
}


def quality(night: Night) -> Section:
    """Show rows taken and refused, repairs, and the control totals."""
    name = Pair("Data quality", "数据质量")
    tables = night.book.get("tables") or {}
    if not tables:
        return not_measured("quality", name)
    taken = sum(int(t.get("rows", 0)) for t in tables.values())
    rejected = sum(int(t.get("rejected", 0)) for t in tables.values())
    text = Pair("Every row was taken into the book", "所有数据行均已入账") if not rejected else Pair(
        f"{count(rejected)} of {count(taken + rejected)} rows were refused, each with a reason",
        f"{count(taken + rejected)} 行中有 {count(rejected)} 行被拒收，均注明原因")
    return Section(
        "quality",
        name,
        text,
        [_tables(tables), _rejects(night), _totals(night), _repairs(night)],
        lead=Pair("Nothing is dropped silently: what cannot be read is listed with its line, "
                  "column and reason.",
                  "不会静默丢弃任何数据：无法读取的内容均列出行号、列名与原因。"),
    )


def _tables(tables: Mapping[str, Any]) -> Html:
    rows = []
    for key, entry in tables.items():
        taken, rejected = int(entry.get("rows", 0)), int(entry.get("rejected", 0))
        rows.append([_TABLES.get(key, same(key)), count(taken), count(rejected),
                     share(rejected, taken + rejected)])
    head = [Pair("Table", "数据表"), Pair("Rows taken", "入账行数"), Pair("Refused", "拒收"),
            Pair("Share", "占比")]
    return table(head, rows, caption=Pair("Rows by table", "各表行数"))


def _rejects(night: Night) -> Html | None:
    reasons = night.book.get("reject_reasons")
    if not isinstance(reasons, list) or not reasons:
        return None
    rows = [
        [_TABLES.get(str(r.get("table")), same(str(r.get("table")))),
         Pair(str(r.get("text_en") or r.get("reason")), str(r.get("text_zh") or r.get("reason"))),
         count(int(r.get("rows", 0)))]
        for r in sorted(reasons, key=lambda r: -int(r.get("rows", 0)))
    ]
    head = [Pair("Table", "数据表"), Pair("Reason", "原因"), Pair("Findings", "条数")]
    caption = Pair("Why rows were refused", "拒收原因")
    return tag("div", table(head, rows, caption=caption, text_columns=2), class_="after")


def _totals(night: Night) -> Html | None:
    totals = night.book.get("control_totals")
    if not isinstance(totals, list) or not totals:
        return None
    rows: list[list[Piece]] = []
    for entry in totals:
        declared, found = entry.get("declared"), entry.get("found")
        agree = declared is None or declared == found
        rows.append([
            f"{entry.get('table')}.{entry.get('column')}",
            thousands(int(declared)) if declared is not None else "–",
            thousands(int(found or 0)),
            Pair("agrees", "一致") if agree else Pair("differs", "不一致"),
        ])
    head = [Pair("Amount", "金额"), Pair("Lender’s total", "机构总额"),
            Pair("Our total", "核算总额"), Pair("Result", "结果")]
    caption = Pair("Control totals, whole currency units", "控制总额，取整")
    return tag("div", table(head, rows, caption=caption), class_="after")


def _repairs(night: Night) -> Html | None:
    found = night.book.get("quality")
    if not isinstance(found, dict):
        return None
    repairs = found.get("repairs")
    rows: list[list[Piece]] = []
    if isinstance(repairs, list):
        rows = [[Pair(str(r.get("text_en") or r.get("name")), str(r.get("text_zh") or r.get("name"))),
                 count(int(r.get("rows", 0)))] for r in repairs if isinstance(r, dict)]
    elif isinstance(repairs, dict):
        rows = [[same(str(key)), count(int(n))] for key, n in repairs.items()
                if isinstance(n, int)]
    if not rows:
        return None
    head = [Pair("Repair", "修正"), Pair("Rows", "行数")]
    caption = Pair("What the import mended, and how often", "导入时的修正及次数")
    return fold(Pair("Repairs made on import", "导入时的修正"), table(head, rows, caption=caption))
