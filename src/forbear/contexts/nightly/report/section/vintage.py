"""Do the loans of one quarter fare better or worse than those of another?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forbear.contexts.nightly.report.markup import Html, Pair, Piece, same
from forbear.contexts.nightly.report.number import count, share
from forbear.contexts.nightly.report.part import Section, chart, not_measured, table
from forbear.contexts.nightly.report.source import Night

_QUARTERS_MAX = 8
_SHORT_MONTHS = 6
_PPM = 1_000_000
Curve = dict[int, tuple[int, int]]  # months on book -> (loans, loans late)


def vintage(night: Night) -> Section:
    """Show the share of each quarter's loans that ever reached 31 days past due, by age."""
    name = Pair("Vintages", "放款批次")
    products = products_of(night)
    if not products:
        return not_measured("vintage", name)
    choices: list[tuple[Pair, list[str]]] = [(Pair("All products", "全部产品"), products)]
    if len(products) > 1:
        choices += [(night.product_name(product), [product]) for product in products]
    curves = [(label, quarters_of(night, chosen)) for label, chosen in choices]
    views = [_view(quarters) for _, quarters in curves]
    caption = Pair(
        "Loans that were ever 31 or more days past due, by age of the loan",
        "曾逾期 31 天及以上的贷款占比，按放款后月数",
    )
    return Section(
        "vintage",
        name,
        _finding(curves[0][1]),
        chart(
            "vintage",
            caption,
            _data(curves[0][1]),
            choices=[(Pair("Products", "产品"), [label for label, _ in curves])],
        ),
        lead=Pair(
            "Each line is the loans of one quarter; a younger line is shorter because its loans "
            "are younger.",
            "每条线代表一个季度发放的贷款；越新的批次，线越短。",
        ),
        charts={"vintage": {"kind": "lines", "views": views}},
    )


def products_of(night: Night) -> list[str]:
    """Return the products that have vintages, the largest first."""
    loans: dict[str, int] = {}
    for row in night.vintage:
        loans[row["product"]] = max(loans.get(row["product"], 0), int(row["loans"]))
    return sorted(loans, key=lambda product: (-loans[product], product))


def quarters_of(night: Night, products: list[str]) -> dict[int, Curve]:
    """Add up months to quarters; an age counts only when all of the quarter's loans reached it."""
    cells: dict[int, dict[int, list[Mapping[str, Any]]]] = {}
    members: dict[int, set[tuple[str, int]]] = {}
    for row in night.vintage:
        if row["product"] in products:
            quarter = int(row["cohort_month"]) // 3
            cells.setdefault(quarter, {}).setdefault(int(row["months_on_book"]), []).append(row)
            members.setdefault(quarter, set()).add((row["product"], row["cohort_month"]))
    found = {
        quarter: {
            age: (sum(int(r["loans"]) for r in rows), sum(int(r["loans_late"]) for r in rows))
            for age, rows in sorted(ages.items())
            if len(rows) == len(members[quarter])
        }
        for quarter, ages in cells.items()
    }
    latest = sorted(quarter for quarter, curve in found.items() if len(curve) > 1)
    return {quarter: found[quarter] for quarter in latest[-_QUARTERS_MAX:]}


def quarter_name(quarter: int) -> Pair:
    """Return what a quarter is called; quarters are counted from 1970."""
    year, index = 1970 + quarter // 4, quarter % 4 + 1
    return Pair(f"{year} Q{index}", f"{year}年{'一二三四'[index - 1]}季度")


def _finding(quarters: dict[int, Curve]) -> Pair:
    old_enough = [q for q, curve in quarters.items() if _SHORT_MONTHS in curve]
    if len(old_enough) < 2:
        return Pair("How each quarter’s loans age", "各季度贷款的逾期累积")
    first, latest = old_enough[0], old_enough[-1]
    before = share(quarters[first][_SHORT_MONTHS][1], quarters[first][_SHORT_MONTHS][0])
    after = share(quarters[latest][_SHORT_MONTHS][1], quarters[latest][_SHORT_MONTHS][0])
    one, other = quarter_name(first), quarter_name(latest)
    return Pair(
        f"After six months {after} of the loans of {other.en} had been 31 days late, against "
        f"{before} of {one.en}",
        f"放款六个月后，{other.zh}的贷款有 {after} 曾逾期 31 天，{one.zh}为 {before}",
    )


def _view(quarters: dict[int, Curve]) -> dict[str, Any]:
    ages = sorted({age for curve in quarters.values() for age in curve})
    return {
        "unit": "percent",
        "categories": [same(str(age)) for age in ages],
        "axis": Pair("months on book", "放款后月数"),
        "series": [
            {"name": quarter_name(quarter), "data": [_ppm(curve.get(age)) for age in ages]}
            for quarter, curve in quarters.items()
        ],
    }


def _ppm(cell: tuple[int, int] | None) -> int | None:
    return None if cell is None or cell[0] == 0 else _PPM * cell[1] // cell[0]


def _data(quarters: dict[int, Curve]) -> Html:
    shown = [3, 6, 9, 12, 18, 24]
    ages = [age for age in shown if any(age in curve for curve in quarters.values())]
    rows: list[list[Piece]] = []
    for quarter, curve in quarters.items():
        loans = max((cell[0] for cell in curve.values()), default=0)
        rows.append(
            [
                quarter_name(quarter),
                count(loans),
                *(share(curve[age][1], curve[age][0]) if age in curve else "–" for age in ages),
            ]
        )
    head = [
        Pair("Lent in", "放款季度"),
        Pair("Loans", "笔数"),
        *(Pair(f"{age} months", f"{age} 个月") for age in ages),
    ]
    caption = Pair(
        "Share of loans ever 31 days past due, all products", "曾逾期 31 天的贷款占比，全部产品"
    )
    return table(head, rows, caption=caption, stack=True)
