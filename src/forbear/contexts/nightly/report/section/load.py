"""How full are the teams, and what would one more hour be worth?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forbear.contexts.nightly.report.label import CHANNELS, word
from forbear.contexts.nightly.report.markup import Html, Pair, Piece, tag
from forbear.contexts.nightly.report.number import amount_exact, count, share
from forbear.contexts.nightly.report.part import (
    Bar,
    Section,
    bars,
    chart,
    frame,
    labels,
    not_measured,
    table,
)
from forbear.contexts.nightly.report.source import Night

_HOUR_S = 3600
_MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class _Resource:
    team: str
    slot: str
    capacity: int
    used: int
    people: int
    price_micro: int

    @property
    def full(self) -> bool:
        return self.price_micro > 0 or 0 < self.capacity <= self.used


def plan(night: Night) -> Section:
    """Show today's contacts by channel and time of day."""
    name = Pair("Today’s contacts", "今日联系")
    rows = night.rows("plan")
    if not rows:
        return not_measured("plan", name)
    cells: dict[tuple[str, str], int] = {}
    for row in rows:
        channel, _, slot = row.part.partition("/")
        cells[channel, slot] = cells.get((channel, slot), 0) + row.people
    slots = _slots(night, {slot for _, slot in cells})
    totals = {c: sum(n for (k, _), n in cells.items() if k == c) for c, _ in cells}
    channels = sorted(totals, key=lambda c: -totals[c])
    whole = sum(totals.values())
    part = share(totals[channels[0]], whole)
    top = word(CHANNELS, channels[0])
    view = {
        "unit": "count",
        "categories": [word(CHANNELS, channel) for channel in channels],
        "series": [
            {
                "name": night.slot_name(slot),
                "data": [cells.get((channel, slot), 0) for channel in channels],
            }
            for slot in slots
        ],
    }
    data: list[list[Piece]] = [
        [
            word(CHANNELS, channel),
            *(count(cells.get((channel, s), 0)) for s in slots),
            count(totals[channel]),
            share(totals[channel], whole),
        ]
        for channel in channels
    ]
    head = [
        Pair("Channel", "渠道"),
        *(night.slot_name(slot) for slot in slots),
        Pair("All day", "全天"),
        Pair("Share", "占比"),
    ]
    caption = Pair(
        "People contacted, by channel and the person’s own time of day",
        "联系人数，按渠道与本人当地时段",
    )
    return Section(
        "plan",
        name,
        Pair(
            f"{part} of today’s contacts go by {_lower(str(top.en))}",
            f"今日 {part} 的联系通过{top.zh}进行",
        ),
        [
            chart("plan", caption, table(head, data, caption=caption, stack=True)),
            _continuity(night),
        ],
        charts={"plan": {"kind": "rows", "views": [view]}},
    )


def _lower(text: str) -> str:
    return text if text in ("SMS", "WeChat") else text[:1].lower() + text[1:]


def _continuity(night: Night) -> Html | None:
    rows = {row.group: row.people for row in night.rows("continuity")}
    whole = sum(rows.values())
    known = rows.get("KNOWN_OFFICER", 0)
    if not known:
        return None
    return tag(
        "p",
        Pair(
            f"{count(known)} of {count(whole)} people to be telephoned ({share(known, whole)}) "
            "will hear the collector they already know.",
            f"电话联系的 {count(whole)} 人中，{count(known)} 人（{share(known, whole)}）"
            "将由其熟悉的专员联系。",
        ),
        class_="note",
    )


def load(night: Night) -> Section:
    """Show each team's seats by slot, what is used of them, and the price of one more hour."""
    name = Pair("Team load", "团队负荷")
    resources = [_resource(row) for row in night.load]
    seats = [r for r in resources if r.slot]
    budgets = [r for r in resources if not r.slot and r.capacity]
    if not resources:
        return not_measured("load", name)
    return Section(
        "load",
        name,
        _finding(night, seats),
        [_seats(night, seats) if seats else None, _budgets(night, budgets)],
        lead=Pair(
            "A full seat has a price: what one more collector’s hour would add to the plan. Where "
            "the price is nought, more seats would change nothing today.",
            "席位用满时会有“价格”：多一小时专员工时可为计划增加的价值。价格为零，表示增加席位今日不会"
            "带来变化。",
        ),
    )


def _resource(values: Mapping[str, Any]) -> _Resource:
    team, _, slot = str(values["resource"]).partition("/")
    return _Resource(
        team,
        slot,
        int(values["capacity"] or 0),
        int(values["used"] or 0),
        int(values["people"] or 0),
        int(values["price_micro"] or 0),
    )


def _slots(night: Night, seen: set[str]) -> list[str]:
    known = [str(slot["name"]) for slot in night.agenda.get("slots", ())]
    return [s for s in known if s in seen] + sorted(seen - set(known))


def _finding(night: Night, seats: list[_Resource]) -> Pair:
    if not seats:
        return Pair("Channel budgets", "渠道预算")
    capacity, used = sum(r.capacity for r in seats), sum(r.used for r in seats)
    dearest = max(seats, key=lambda r: r.price_micro)
    part = share(used, capacity)
    if not dearest.price_micro:
        return Pair(
            f"Collectors’ seats are {part} used; more seats would change nothing today",
            f"专员席位使用率 {part}；今日增加席位不会带来变化",
        )
    price = _hour(night, dearest)
    team, slot = night.team_name(dearest.team), night.slot_name(dearest.slot)
    return Pair(
        f"Seats are {part} used; one more hour is worth most at the {team.en} in the {slot.en} "
        f"({price.en})",
        f"席位使用率 {part}；{team.zh}{slot.zh}多一小时的价值最高（{price.zh}）",
    )


def _hour(night: Night, resource: _Resource) -> Pair:
    return amount_exact(resource.price_micro * _HOUR_S // _MICRO, night.currency)


def _seats(night: Night, seats: list[_Resource]) -> Html:
    slots = _slots(night, {r.slot for r in seats})
    by_team: dict[str, dict[str, _Resource]] = {}
    for resource in seats:
        by_team.setdefault(resource.team, {})[resource.slot] = resource
    order = sorted(by_team, key=lambda t: -sum(r.used for r in by_team[t].values()))
    head = [tag("th", Pair("Team", "团队"), scope="col", role="columnheader")]
    head += [tag("th", night.slot_name(slot), scope="col", role="columnheader") for slot in slots]
    body = [
        tag(
            "tr",
            tag("th", night.team_name(team), scope="row", role="rowheader"),
            [_seat_cell(night, slot, by_team[team].get(slot)) for slot in slots],
            role="row",
        )
        for team in order
    ]
    caption = Pair(
        "Seat hours used of those on offer; below, people served and what one more hour is worth",
        "已用席位工时占可用工时的比例；下方为服务人数与多一小时的价值",
    )
    return frame(caption, head, body, class_="seats")


def _seat_cell(night: Night, slot: str, resource: _Resource | None) -> Html:
    name = labels(night.slot_name(slot))
    if resource is None or not resource.capacity:
        return tag("td", "–", role="cell", **name)
    width = min(100.0, 100 * resource.used / resource.capacity)
    hours = f"{resource.used / _HOUR_S:,.1f} / {resource.capacity / _HOUR_S:,.1f}"
    price = [tag("span", " · ", class_="dot"), tag("em", _hour(night, resource))]
    lines: list[Piece] = [
        tag(
            "span",
            tag("b", share(resource.used, resource.capacity)),
            tag("small", Pair(f" {hours} h", f" {hours} 时")),
            class_="share",
        ),
        tag("span", class_="bar", aria_hidden="true", style=f"--w:{width:.1f}%"),
        tag(
            "small",
            Pair(f"{count(resource.people)} people", f"{count(resource.people)} 人"),
            price if resource.price_micro else None,
        ),
    ]
    return tag("td", lines, class_="full" if resource.full else None, role="cell", **name)


def _budgets(night: Night, budgets: list[_Resource]) -> Html | None:
    if not budgets:
        return None
    rows = [
        Bar(
            word(CHANNELS, r.team),
            10_000 * r.used // r.capacity,
            share(r.used, r.capacity),
            Pair(
                [f"{count(r.used)} of {count(r.capacity)} messages", _each(night, r).en],
                [f"{count(r.capacity)} 条预算中使用 {count(r.used)} 条", _each(night, r).zh],
            ),
            "strong" if r.full else "",
        )
        for r in sorted(budgets, key=lambda r: -r.used * 10**6 // r.capacity)
    ]
    return tag(
        "div",
        tag("h3", Pair("Channel budgets used", "渠道预算使用率"), id="load-budget"),
        bars(rows, labelled_by="load-budget", scale=10_000),
        class_="after",
    )


def _each(night: Night, resource: _Resource) -> Pair:
    if not resource.price_micro:
        return Pair("", "")
    price = amount_exact(resource.price_micro // _MICRO, night.currency)
    return Pair(f"; one more is worth {price.en}", f"；再多一条价值 {price.zh}")
