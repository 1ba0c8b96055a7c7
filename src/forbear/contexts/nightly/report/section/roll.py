"""Where did the loans of a month ago end up?"""

from __future__ import annotations

from forbear.contexts.nightly.report.bucket import (
    Family,
    bucket_mark,
    bucket_name,
    families,
    marks_unit,
)
from forbear.contexts.nightly.report.markup import Html, Pair, tag
from forbear.contexts.nightly.report.number import count, share
from forbear.contexts.nightly.report.part import Section, frame, not_measured, tabs
from forbear.contexts.nightly.report.source import Night

_LEVELS = (50, 200, 400, 700)  # shares of a row in tenths of a percent, at which colour deepens
Cells = dict[tuple[str, str], int]


def roll(night: Night) -> Section:
    """Show the share of each bucket's loans that improved, stayed or grew worse in a month."""
    name = Pair("Roll rates", "滚动率")
    if not night.roll:
        return not_measured("roll", name)
    products = products_of(night)
    groups = families(night, products)
    panels = [(family.name, _matrix(family, cells_of(night, family))) for family in groups]
    return Section(
        "roll",
        name,
        _finding(groups[0], cells_of(night, groups[0])),
        [tabs("roll", Pair("Products", "产品"), panels), _key()],
        lead=Pair(
            "Read along a row: of the loans that stood in this bucket a month ago, the share that "
            "stands in each bucket now.",
            "横向阅读：一个月前处于该账龄的贷款，如今分布在各账龄的比例。",
        ),
    )


def products_of(night: Night) -> list[str]:
    """Return the products that have roll rates, the largest first."""
    loans: dict[str, int] = {}
    for row in night.roll:
        loans[row["product"]] = loans.get(row["product"], 0) + int(row["loans"])
    return sorted(loans, key=lambda product: (-loans[product], product))


def cells_of(night: Night, family: Family) -> Cells:
    """Return how many loans of a family went from one bucket to another within a month."""
    cells: Cells = {}
    for row in night.roll:
        if row["product"] in family.products:
            key = (row["bucket_from"], row["bucket_to"])
            cells[key] = cells.get(key, 0) + int(row["loans"])
    return cells


def _row_total(cells: Cells, family: Family, source: str) -> int:
    return sum(cells.get((source, target), 0) for target in family.buckets)


def _finding(family: Family, cells: Cells) -> Pair:
    current, first = family.buckets[0], family.buckets[1]
    whole = _row_total(cells, family, first)
    cured = share(cells.get((first, current), 0), whole)
    worse = sum(cells.get((first, target), 0) for target in family.buckets[2:])
    name = bucket_name(first)
    return Pair(
        f"{family.name.en}: of the loans in {name.en} a month ago, {cured} are current again and "
        f"{share(worse, whole)} are later still",
        f"{family.name.zh}：一个月前处于 {name.zh} 的贷款，{cured} 已恢复正常，"
        f"{share(worse, whole)} 进一步逾期",
    )


def _matrix(family: Family, cells: Cells) -> Html:
    head = [tag("th", Pair("From", "期初"), scope="col")]
    head += [tag("th", bucket_mark(target), scope="col") for target in family.buckets]
    head.append(tag("th", Pair("Loans", "笔数"), scope="col", class_="n"))
    body = [_matrix_row(family, cells, source) for source in family.buckets]
    unit = marks_unit(family)
    english = f" Buckets are given as {unit.en}." if unit else ""
    chinese = f"账龄以{unit.zh}表示。" if unit else ""
    caption = Pair(
        f"Rows: the bucket a month ago. Columns: the bucket now. By loans.{english}",
        f"行为一个月前的账龄，列为当前账龄；按笔数计。{chinese}",
    )
    return frame(caption, head, body, class_="heat")


def _matrix_row(family: Family, cells: Cells, source: str) -> Html:
    whole = _row_total(cells, family, source)
    row = [tag("th", bucket_mark(source), scope="row")]
    for index, target in enumerate(family.buckets):
        loans = cells.get((source, target), 0)
        text = share(loans, whole) if loans else tag("span", "·", class_="none")
        row.append(
            tag("td", text, class_=_tone(loans, whole, index - family.buckets.index(source)))
        )
    row.append(tag("td", count(whole), class_="n"))
    return tag("tr", row)


def _tone(loans: int, whole: int, moved: int) -> str | None:
    if not loans or not whole:
        return "same" if moved == 0 else None
    level = sum(1000 * loans >= bound * whole for bound in _LEVELS)
    side = "better" if moved < 0 else "worse" if moved > 0 else "same"
    return f"{side} l{level}"


def _key() -> Html:
    items = [
        ("better l3", Pair("better than a month ago", "较月前改善")),
        ("same l3", Pair("the same", "不变")),
        ("worse l3", Pair("later still", "进一步逾期")),
    ]
    return tag(
        "ul",
        [tag("li", tag("i", class_=tone, aria_hidden="true"), text) for tone, text in items],
        class_="key",
        role="list",
    )
