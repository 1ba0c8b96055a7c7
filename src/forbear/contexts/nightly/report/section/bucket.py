"""How late is the money, product by product?"""

from __future__ import annotations

from typing import Any

from forbear.contexts.nightly.report.bucket import (
    Family,
    bucket_mark,
    bucket_name,
    families,
    marks_unit,
    stage,
)
from forbear.contexts.nightly.report.label import PARTS, word
from forbear.contexts.nightly.report.markup import Html, Pair, Piece, tag
from forbear.contexts.nightly.report.number import amount_exact, count, share, thousands
from forbear.contexts.nightly.report.part import Section, chart, not_measured, table
from forbear.contexts.nightly.report.source import Night, Tally

_MEASURES = (("money", Pair("Overdue amount", "逾期金额")), ("count", Pair("Loans", "笔数")))


def bucket(night: Night) -> Section:
    """Show overdue amounts and loans by bucket, a family of products at a time."""
    name = Pair("Buckets", "账龄")
    rows = [row for row in night.rows("bucket_overdue") if row.amount_minor or row.loans]
    if not rows:
        return not_measured("bucket", name)
    whole = sum(row.amount_minor for row in rows)
    early = sum(row.amount_minor for row in rows if stage(night, row.group, row.part) == 1)
    groups = families(night, _products(night))
    views = _views(night, groups)
    caption = Pair("Overdue by bucket and product", "各账龄与产品的逾期情况")
    return Section(
        "bucket",
        name,
        Pair(
            f"{share(early, whole)} of the overdue money is in the first bucket",
            f"{share(early, whole)} 的逾期金额处于第一账龄",
        ),
        [
            chart(
                "bucket",
                caption,
                _data(night, groups),
                choices=[
                    (Pair("Products", "产品"), [family.name for family in groups]),
                    (Pair("Measure", "指标"), [name for _, name in _MEASURES]),
                ],
            ),
            _parts(night),
        ],
        lead=Pair(
            "The first bucket is up to about a month late, or one missed statement; each product "
            "keeps its own list.",
            "第一账龄指逾期约一个月以内，或错过一期账单；各产品使用各自的账龄表。",
        ),
        charts={"bucket": {"kind": "stack", "views": views}},
    )


def _products(night: Night) -> list[str]:
    totals: dict[str, int] = {}
    for row in night.rows("bucket"):
        totals[row.group] = totals.get(row.group, 0) + row.amount_minor
    return sorted(totals, key=lambda product: (-totals[product], product))


def _views(night: Night, groups: tuple[Family, ...]) -> list[dict[str, Any]]:
    return [
        {
            "unit": unit,
            "axis": marks_unit(family),
            "categories": [bucket_mark(bucket) for bucket in family.buckets[1:]],
            "series": _series(night, family, unit),
        }
        for family in groups
        for unit, _ in _MEASURES
    ]


def _series(night: Night, family: Family, unit: str) -> list[dict[str, Any]]:
    cells = {(row.group, row.part): row for row in night.rows("bucket_overdue")}
    return [
        {
            "name": night.product_name(product),
            "data": [_value(cells.get((product, bucket)), unit) for bucket in family.buckets[1:]],
        }
        for product in family.products
    ]


def _value(row: Tally | None, unit: str) -> int:
    if row is None:
        return 0
    return row.amount_minor if unit == "money" else row.loans


def _data(night: Night, groups: tuple[Family, ...]) -> Html:
    late = {(row.group, row.part): row for row in night.rows("bucket_overdue")}
    held = {(row.group, row.part): row for row in night.rows("bucket")}
    rows: list[list[Piece]] = []
    for family in groups:
        for product in family.products:
            for name in family.buckets:
                all_, overdue = held.get((product, name)), late.get((product, name))
                if all_ is None and overdue is None:
                    continue
                rows.append(
                    [
                        night.product_name(product),
                        bucket_name(name),
                        count(all_.loans if all_ else 0),
                        thousands(all_.amount_minor if all_ else 0),
                        thousands(overdue.amount_minor if overdue else 0),
                    ]
                )
    head = [
        Pair("Product", "产品"),
        Pair("Bucket", "账龄"),
        Pair("Loans", "笔数"),
        Pair("Outstanding principal", "未偿本金"),
        Pair("Overdue", "逾期金额"),
    ]
    caption = Pair(
        f"Loans by bucket; amounts in {night.currency}, whole units",
        f"各账龄贷款；金额单位 {night.currency}，取整",
    )
    return table(head, rows, caption=caption, text_columns=2, stack=True)


def _parts(night: Night) -> Html | None:
    rows = {row.group: row.amount_minor for row in night.rows("overdue_part")}
    if not rows:
        return None
    whole = sum(rows.values())
    cells: list[list[Piece]] = [
        [word(PARTS, part), amount_exact(rows[part], night.currency), share(rows[part], whole)]
        for part in PARTS
        if part in rows
    ]
    cells.append(
        [
            tag("strong", Pair("Overdue in all", "逾期合计")),
            tag("strong", amount_exact(whole, night.currency)),
            "100%",
        ]
    )
    head = [Pair("Part", "构成"), Pair("Amount", "金额"), Pair("Share", "占比")]
    caption = Pair(
        "What the overdue amount is made of; the parts add up to the last fen",
        "逾期金额的构成；各项之和精确到分",
    )
    return tag("div", table(head, cells, caption=caption), class_="after")
