"""Where do the people live who are overdue?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from forbear.contexts.nightly.report.label import COUNTRIES, PROVINCE_LETTERS, word
from forbear.contexts.nightly.report.markup import Html, Pair, Piece, tag
from forbear.contexts.nightly.report.number import (
    amount,
    brief,
    count,
    share,
    share_tenths,
    thousands,
)
from forbear.contexts.nightly.report.part import (
    Bar,
    Section,
    bars,
    fold,
    not_measured,
    table,
    tabs,
)
from forbear.contexts.nightly.report.source import Night
from forbear.values.money import MINOR_PER_MAJOR

_LEVELS = 5
_HIGHEST = 6


@dataclass(frozen=True, slots=True)
class _Place:
    code: str
    name: Pair
    country: str
    people: int
    overdue: int
    loans: int
    overdue_minor: int
    planned: int


def region(night: Night) -> Section:
    """Show mainland provinces as tiles, and the regions of other countries as bars."""
    name = Pair("Regions", "地区")
    places = _places(night)
    if not places:
        return not_measured("region", name)
    whole = sum(place.overdue_minor for place in places)
    top = sorted(places, key=lambda place: -place.overdue_minor)[:3]
    part = share(sum(place.overdue_minor for place in top), whole)
    names = Pair(
        _list([str(p.name.en) for p in top], " and "), "、".join(str(p.name.zh) for p in top)
    )
    others = [c for c in ("US", "UK") if any(p.country == c for p in places)]
    return Section(
        "region",
        name,
        Pair(f"{names.en} hold {part} of the overdue money", f"{names.zh}占逾期金额的 {part}"),
        [
            _tiles(night, [p for p in places if p.country == "CN"]),
            [
                _bars(night, country, [p for p in places if p.country == country])
                for country in others
            ],
            _unknown(places),
            fold(Pair("The figures as a table", "查看数据表"), _data(night, places)),
        ],
    )


def _list(names: list[str], last: str) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + last + names[-1]


def _places(night: Night) -> list[_Place]:
    planned = {row.group: row.people for row in night.rows("region_planned")}
    codes = sorted({row.group for row in night.rows("region")})
    found = []
    for code in codes:
        rows = [row for row in night.rows("region") if row.group == code]
        late = [row for row in rows if row.part == "OVERDUE"]
        known = night.regions.get(code)
        found.append(
            _Place(
                code,
                night.region_name(code) if code else Pair("Region not known", "地区不明"),
                str(known["country"]) if known else _country(code),
                sum(row.people for row in rows),
                sum(row.people for row in late),
                sum(row.loans for row in late),
                sum(row.amount_minor for row in late),
                planned.get(code, 0),
            )
        )
    return found


def _country(code: str) -> str:
    if not code:
        return ""
    return {"US": "US", "GB": "UK"}.get(code[:2], "CN")


def _tiles(night: Night, places: list[_Place]) -> Html | None:
    if not places:
        return None
    measures: tuple[tuple[Pair, Callable[[_Place], tuple[int, Piece]]], ...] = (
        (
            Pair("Share of people overdue", "逾期人数占比"),
            lambda p: (10**6 * p.overdue // max(p.people, 1), share_tenths(p.overdue, p.people)),
        ),
        (
            Pair("Overdue amount", "逾期金额"),
            lambda p: (p.overdue_minor, brief(p.overdue_minor // MINOR_PER_MAJOR)),
        ),
        (
            Pair("People contacted today", "今日联系人数"),
            lambda p: (p.planned, brief(p.planned)),
        ),
    )
    panels = [(label, _map(night, places, label, measure)) for label, measure in measures]
    return tag(
        "div", tag("h3", word(COUNTRIES, "CN")), tabs("region", Pair("Measure", "指标"), panels)
    )


def _map(
    night: Night,
    places: list[_Place],
    label: Pair,
    measure: Callable[[_Place], tuple[int, Piece]],
) -> Html:
    order = sorted(measure(place)[0] for place in places)
    positions = {
        code: region["tile"] for code, region in night.regions.items() if region.get("tile")
    }
    left = min((column for column, _ in positions.values()), default=0)
    top = min((row for _, row in positions.values()), default=0)
    tiles = []
    for place in sorted(places, key=lambda p: _reading(positions.get(p.code))):
        if (tile := positions.get(place.code)) is not None:
            number, text = measure(place)
            level = _LEVELS * sum(value < number for value in order) // len(order)
            area = f"grid-area:{tile[1] - top + 1}/{tile[0] - left + 1}"
            tiles.append(_tile(place, text, level=level, area=area))
    unit = Pair(f", {night.currency}", "（元）") if "amount" in str(label.en) else Pair("", "")
    caption = Pair(
        f"{label.en}{unit.en}. Tiles stand roughly where the provinces lie; "
        "the stronger the colour, the more.",
        f"{label.zh}{unit.zh}。方块大致按省份方位排列，颜色越强数值越大。",
    )
    highest = sorted(places, key=lambda place: -measure(place)[0])[:_HIGHEST]
    return tag(
        "figure",
        tag("ul", tiles, class_="tilemap", role="list"),
        tag(
            "div",
            tag("h4", Pair("Highest", "最高")),
            tag(
                "ol",
                [
                    tag("li", tag("span", place.name), tag("b", measure(place)[1]))
                    for place in highest
                ],
            ),
            class_="top",
        ),
        tag("figcaption", caption),
        class_="map",
    )


def _tile(place: _Place, text: Piece, *, level: int, area: str) -> Html:
    letters = PROVINCE_LETTERS.get(place.code, place.code)
    name = Pair(
        [
            tag("abbr", letters, title=str(place.name.en), class_="narrow"),
            tag("span", place.name.en, class_="wide"),
        ],
        place.name.zh,
    )
    return tag(
        "li", tag("span", name, class_="place"), tag("b", text), class_=f"q{level}", style=area
    )


def _reading(tile: list[int] | None) -> tuple[int, int]:
    return (tile[1], tile[0]) if tile else (0, 0)


def _bars(night: Night, country: str, places: list[_Place]) -> Html:
    rows = [
        Bar(
            place.name,
            place.overdue_minor,
            amount(place.overdue_minor, night.currency),
            Pair(
                f"{count(place.overdue)} of {count(place.people)} people overdue "
                f"({share(place.overdue, place.people)}), {count(place.planned)} contacted today",
                f"{count(place.people)} 人中 {count(place.overdue)} 人逾期"
                f"（{share(place.overdue, place.people)}），今日联系 {count(place.planned)} 人",
            ),
        )
        for place in sorted(places, key=lambda p: -p.overdue_minor)
    ]
    heading = f"region-{country.lower()}"
    text = word(COUNTRIES, country)
    return tag(
        "div",
        tag("h3", Pair([text.en, ": overdue amount"], [text.zh, "：逾期金额"]), id=heading),
        bars(rows, labelled_by=heading, style="dense"),
        class_="after",
    )


def _unknown(places: list[_Place]) -> Html | None:
    for place in places:
        if not place.code and place.people:
            n, late = count(place.people), count(place.overdue)
            return tag(
                "p",
                Pair(
                    f"The region of {n} people is not known; {late} of them are overdue. They "
                    "have no local team and no local calendar.",
                    f"有 {n} 人地区不明，其中 {late} 人逾期；他们没有对应的本地团队和本地日历。",
                ),
                class_="note",
            )
    return None


def _data(night: Night, places: list[_Place]) -> Html:
    rows: list[list[Piece]] = [
        [
            place.name,
            count(place.people),
            count(place.overdue),
            share(place.overdue, place.people),
            count(place.loans),
            thousands(place.overdue_minor),
            count(place.planned),
        ]
        for place in sorted(places, key=lambda p: -p.overdue_minor)
    ]
    head = [
        Pair("Region", "地区"),
        Pair("People", "人数"),
        Pair("Overdue", "逾期人数"),
        Pair("Share", "占比"),
        Pair("Loans overdue", "逾期笔数"),
        Pair(f"Overdue, {night.currency}", "逾期金额"),
        Pair("Contacted today", "今日联系"),
    ]
    return table(head, rows, caption=Pair("All regions", "全部地区"), stack=True)
