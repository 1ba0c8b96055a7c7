"""From which few parts is every section of the report built?

Plain parts (bars, heat tables, tiles) are HTML that needs no script; only a ``Chart`` is drawn in
the browser, and it always stands beside the table it was drawn from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from forbear.contexts.nightly.report.markup import Html, Pair, Piece, tag

_PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its short name, its finding, and what shows it."""

    key: str
    name: Pair
    finding: Pair
    body: Piece
    lead: Pair | None = None
    charts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a list: its text, its length, and what is said beside and below it."""

    label: Piece
    length: int
    value: Piece
    note: Piece = None
    tone: str = ""


def not_measured(key: str, name: Pair) -> Section:
    """Return a section that says that the night did not measure this."""
    finding = Pair("Not measured in this night", "本次夜间运行未计量此项")
    return Section(key, name, finding, None)


def bars(rows: Sequence[Bar], *, labelled_by: str, scale: int = 0, style: str = "") -> Html:
    """Return a list of bars; the longest, or ``scale``, fills the line.

    ``style`` is ``dense`` for short labels beside their bars, ``long`` for whole sentences.
    """
    longest = max(scale, *(row.length for row in rows), 1) if rows else 1
    return tag(
        "ul",
        [_bar(row, longest) for row in rows],
        class_=f"bars {style}".strip(),
        aria_labelledby=labelled_by,
        role="list",
    )


def _bar(row: Bar, longest: int) -> Html:
    ppm = row.length * _PPM // longest
    return tag(
        "li",
        tag("span", row.label, class_="label"),
        tag("span", row.value, class_="value"),
        tag("span", class_="bar", aria_hidden="true", style=f"--w:{ppm / 10_000:.2f}%"),
        tag("span", row.note, class_="note") if row.note is not None else None,
        class_=row.tone or None,
    )


def table(
    head: Sequence[Piece],
    rows: Sequence[Sequence[Piece]],
    *,
    caption: Pair,
    text_columns: int = 1,
    stack: bool = False,
) -> Html:
    """Return a table whose first column heads its row; later columns are figures.

    On a phone a ``stack`` table shows each row as a small block of labelled figures.
    """
    cells = [
        tag(
            "th",
            cell,
            scope="col",
            role="columnheader",
            class_=None if index < text_columns else "n",
        )
        for index, cell in enumerate(head)
    ]
    body = [
        tag(
            "tr",
            [_cell(cell, index, text_columns, head[index]) for index, cell in enumerate(row)],
            role="row",
        )
        for row in rows
    ]
    return frame(caption, cells, body, class_="figures stack" if stack else "figures")


def frame(caption: Pair, head: Sequence[Html], body: Sequence[Html], *, class_: str) -> Html:
    """Return a table made of ready cells and rows, in a box that scrolls where it must.

    The roles repeat what the elements say, because a style that lays a row out as a block on a
    phone would otherwise take its meaning away.
    """
    inner = tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", head, role="row"), role="rowgroup"),
        tag("tbody", body, role="rowgroup"),
        class_=class_,
        role="table",
    )
    return scroll(inner)


def labels(head: Piece) -> dict[str, str | None]:
    """Return a column's name as the attributes that a phone shows beside a figure."""
    if isinstance(head, Pair):
        return {"data_en": plain(head.en), "data_zh": plain(head.zh)}
    return {"data_en": plain(head), "data_zh": plain(head)}


def plain(piece: Piece) -> str:
    """Return plain pieces as one text."""
    if piece is None:
        return ""
    if isinstance(piece, str):
        return str(piece)
    assert not isinstance(piece, Pair)  # a pair has no single text
    return "".join(plain(part) for part in piece)


def _cell(cell: Piece, index: int, text_columns: int, head: Piece) -> Html:
    if index == 0:
        return tag("th", cell, scope="row", role="rowheader")
    style = None if index < text_columns else "n"
    return tag("td", cell, class_=style, role="cell", **labels(head))


def scroll(inner: Html) -> Html:
    """Return wide content in a box that scrolls by itself, also by keyboard."""
    return tag("div", inner, class_="scroll", tabindex="0")


def fold(summary: Pair, *inside: Piece, open_: bool = False) -> Html:
    """Return content that opens on demand."""
    return tag("details", tag("summary", summary), *inside, class_="fold", open=open_)


def chart(
    key: str,
    caption: Pair,
    data: Html,
    *,
    choices: Sequence[tuple[Pair, Sequence[Pair]]] = (),
) -> Html:
    """Return the place of a chart, its name, what may be chosen in it, and its data table.

    Each choice is a name and its values; the chart's views lie in the order of their product,
    the last choice changing fastest.
    """
    caption_id = f"chart-{key}"
    return tag(
        "figure",
        tag("figcaption", caption, id=caption_id),
        [
            _choice(key, index, *choice)
            for index, choice in enumerate(choices)
            if len(choice[1]) > 1
        ],
        tag(
            "div",
            class_="plot",
            id=f"plot-{key}",
            role="img",
            aria_labelledby=caption_id,
            data_chart=key,
        ),
        fold(Pair("The figures as a table", "查看数据表"), data),
        class_="chart",
    )


def _choice(key: str, order: int, name: Pair, values: Sequence[Pair]) -> Html:
    inputs = [
        tag(
            "label",
            tag(
                "input",
                type="radio",
                name=f"choice-{key}-{order}",
                value=index,
                checked=index == 0,
                data_view=key,
            ),
            tag("span", value),
        )
        for index, value in enumerate(values)
    ]
    legend = tag("legend", name, class_="unseen")
    return tag("fieldset", legend, inputs, class_="choice needs-script", data_values=len(values))


def tabs(key: str, legend: Pair, panels: Sequence[tuple[Pair, Piece]]) -> Html:
    """Return panels of which one is shown, chosen by radio buttons, without a script."""
    if len(panels) == 1:
        return tag("div", panels[0][1])
    inputs = [
        [
            tag(
                "input",
                type="radio",
                name=f"tab-{key}",
                id=f"tab-{key}-{index}",
                checked=index == 0,
                class_="unseen",
            ),
            tag("label", name, for_=f"tab-{key}-{index}"),
        ]
        for index, (name, _) in enumerate(panels)
    ]
    bodies = [tag("div", body, class_="panel") for _, body in panels]
    return tag("fieldset", tag("legend", legend, class_="unseen"), inputs, bodies, class_="tabs")


def facts(rows: Sequence[tuple[Piece, Piece]]) -> Html:
    """Return names beside values."""
    return tag(
        "dl",
        [tag("div", tag("dt", name), tag("dd", value)) for name, value in rows],
        class_="facts",
    )
