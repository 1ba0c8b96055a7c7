"""How do the book's figures look: funnel, buckets, roll rates, vintages, teams and channels?

Every part is given twice: as what the page draws, and as plain rows for a table file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forbear.contexts.contact.compare import Reached
from forbear.contexts.nightly.report.bucket import Family, bucket_mark, families
from forbear.contexts.nightly.report.label import OUTCOMES, word
from forbear.contexts.nightly.report.markup import Pair
from forbear.contexts.nightly.report.number import day, share
from forbear.contexts.nightly.report.section.bucket import bucket
from forbear.contexts.nightly.report.section.funnel import STEPS, funnel
from forbear.contexts.nightly.report.section.roll import cells_of, roll
from forbear.contexts.nightly.report.section.roll import products_of as rolled
from forbear.contexts.nightly.report.section.vintage import (
    products_of as lent,
)
from forbear.contexts.nightly.report.section.vintage import quarter_name, quarters_of, vintage
from forbear.contexts.nightly.report.source import Night
from forbear.contexts.people.queries import TeamFacts
from forbear.interfaces.console.presenter.bucket import bucket_word
from forbear.interfaces.console.presenter.word import CHANNELS, count, either, money
from forbear.values.interval import Interval, wilson
from forbear.values.money import Currency

Table = tuple[list[str], list[list[str]]]
WIDTH = 100
CHART_WIDTH, CHART_HEIGHT = 640, 260
LEVELS = (0.05, 0.2, 0.4, 0.7)
LINES = 6
AGES = (3, 6, 9, 12, 18, 24)


def says(pair: Pair | None) -> str:
    """Return a text of the report in the reader's language."""
    return "" if pair is None else either(_plain(pair.en), _plain(pair.zh))


def _plain(piece: Any) -> str:
    return piece if isinstance(piece, str) else "".join(_plain(each) for each in piece)


def night_shown(night: Night) -> dict[str, str]:
    """Return of which night and book the figures are."""
    return {
        "id": str(night.manifest.get("night_id", "")),
        "day": says(day(night.manifest.get("as_of"))),
        "book": says(day(night.book.get("book_date"))),
    }


def funnel_shown(night: Night) -> dict[str, Any]:
    """Return how a whole book becomes today's contacts, step by step."""
    left = night.candidates
    first = _("are overdue or have something due soon")
    rows = [{"label": first, "number": count(left), "width": WIDTH if left else 0, "note": ""}]
    for outcome, label in STEPS:
        lost = night.by_outcome.get(outcome, 0)
        left -= lost
        why = says(word(OUTCOMES, outcome))
        rows.append(
            {
                "label": says(label),
                "number": count(left),
                "width": left * WIDTH // max(1, night.candidates),
                "note": f"− {count(lost)} {why}" if lost else "",
            }
        )
    section = funnel(night)
    return {"finding": says(section.finding), "lead": says(section.lead), "rows": rows}


def buckets_shown(night: Night, *, drills: bool) -> dict[str, Any]:
    """Return overdue money and loans by bucket, each product on its own scale of buckets."""
    late = {(row.group, row.part): row for row in night.rows("bucket_overdue")}
    held = {(row.group, row.part): row for row in night.rows("bucket")}
    currency = Currency(night.currency)
    products = []
    for family in families(night, _by_amount(night)):
        for product in family.products:
            names = family.buckets[1:]
            cells = [(name, late.get((product, name))) for name in names]
            most = max([1, *(cell.amount_minor for _name, cell in cells if cell)])
            products.append(
                {
                    "name": says(night.product_name(product)),
                    "rows": [
                        {
                            "label": bucket_word(name),
                            "number": money(cell.amount_minor, currency),
                            "note": _loans(cell.loans),
                            "width": cell.amount_minor * WIDTH // most,
                            "href": f"{reverse('cases')}?bucket={name}" if drills else "",
                        }
                        for name, cell in cells
                        if cell
                    ],
                    "current": _loans(
                        held[product, family.buckets[0]].loans
                        if (product, family.buckets[0]) in held
                        else 0
                    ),
                }
            )
    return {
        "finding": says(bucket(night).finding),
        "products": products,
        "currency": currency.value,
    }


def _loans(number: int) -> str:
    return ngettext("%(n)s loan", "%(n)s loans", number) % {"n": count(number)}


def _by_amount(night: Night) -> list[str]:
    totals: dict[str, int] = {}
    for row in night.rows("bucket"):
        totals[row.group] = totals.get(row.group, 0) + row.amount_minor
    return sorted(totals, key=lambda product: (-totals[product], product))


def roll_shown(night: Night) -> dict[str, Any]:
    """Return where the loans of each bucket stand a month later, and how many recovered."""
    groups = families(night, rolled(night)) if night.roll else ()
    return {
        "finding": says(roll(night).finding),
        "families": [_matrix(family, cells_of(night, family)) for family in groups],
    }


def _matrix(family: Family, cells: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    current = family.buckets[0]
    rows, cured = [], []
    for place, source in enumerate(family.buckets):
        whole = sum(cells.get((source, target), 0) for target in family.buckets)
        rows.append(
            {
                "label": bucket_word(source),
                "loans": count(whole),
                "cells": [
                    {
                        "text": share(loans, whole) if loans else "·",
                        "tone": _tone(loans, whole, at - place),
                    }
                    for at, target in enumerate(family.buckets)
                    for loans in [cells.get((source, target), 0)]
                ],
            }
        )
        found = wilson(cells.get((source, current), 0), whole) if place else None
        if found is not None:
            cured.append({"label": bucket_word(source), **interval_shown(found, whole)})
    return {
        "name": says(family.name),
        "head": [says(bucket_mark(target)) for target in family.buckets],
        "rows": rows,
        "cured": cured,
    }


def _tone(loans: int, whole: int, moved: int) -> str:
    if not loans or not whole:
        return "same-0" if moved == 0 else ""
    level = sum(loans / whole >= bound for bound in LEVELS)
    return f"{'better' if moved < 0 else 'worse' if moved > 0 else 'same'}-{level}"


def vintage_shown(night: Night) -> dict[str, Any]:
    """Return the share of each quarter's loans that were ever late, by their age, as lines."""
    quarters = dict(list(quarters_of(night, lent(night)).items())[-LINES:])
    ages = sorted({age for curve in quarters.values() for age in curve})
    reached = [cell for curve in quarters.values() for cell in curve.values() if cell[0]]
    top = max([0.01, *(late / loans for loans, late in reached)])
    last = max([1, *ages])
    lines, rows = [], []
    for number, (quarter, curve) in enumerate(quarters.items(), 1):
        points = [
            f"{age * CHART_WIDTH / last:.1f},{CHART_HEIGHT - CHART_HEIGHT * late / loans / top:.1f}"
            for age, (loans, late) in curve.items()
            if loans
        ]
        name = says(quarter_name(quarter))
        lines.append({"name": name, "points": " ".join(points), "slot": number})
        shown = [share(curve[age][1], curve[age][0]) if age in curve else "–" for age in AGES]
        loans = max((cell[0] for cell in curve.values()), default=0)
        rows.append({"label": name, "loans": count(loans), "shares": shown, "slot": number})
    grid = [
        {"y": CHART_HEIGHT - CHART_HEIGHT * part // 4, "label": f"{100 * top * part / 4:.1f} %"}
        for part in range(1, 5)
    ]
    marks = [{"x": age * CHART_WIDTH // last, "label": age} for age in AGES if age <= last]
    return {
        "finding": says(vintage(night).finding),
        "lines": lines,
        "rows": rows,
        "ages": AGES,
        "grid": grid,
        "marks": marks,
        "width": CHART_WIDTH,
        "height": CHART_HEIGHT,
    }


def interval_shown(found: Interval, whole: int) -> dict[str, Any]:
    """Return a share with its interval, as a bar with a whisker."""
    return {
        "share": f"{100 * found.share:.1f} %",
        "range": f"{100 * found.low:.1f}–{100 * found.high:.1f} %",
        "low": round(found.low * WIDTH, 1),
        "width": max(0.6, round((found.high - found.low) * WIDTH, 1)),
        "at": round(found.share * WIDTH, 1),
        "of": count(whole),
    }


def compared_shown(rows: Sequence[Reached], teams: Sequence[TeamFacts]) -> dict[str, Any]:
    """Return how often each team and each channel reached the person, with intervals."""
    names = {team.id: either(team.name_en, team.name_zh) for team in teams}
    by_team: dict[int | None, list[int]] = {}
    by_channel: dict[str, list[int]] = {}
    for row in rows:
        for known, key in ((by_team, row.team_id), (by_channel, row.channel.value)):
            sums = known.setdefault(key, [0, 0])  # type: ignore[attr-defined]
            sums[0] += row.made
            sums[1] += row.reached
    return {
        "teams": _compared(
            (names.get(team or 0, _("no team")), made, hit) for team, (made, hit) in by_team.items()
        ),
        "channels": _compared(
            (str(CHANNELS[code]), made, hit)  # type: ignore[index]
            for code, (made, hit) in by_channel.items()
        ),
    }


def _compared(rows: Any) -> list[dict[str, Any]]:
    found = [
        {"label": label, **interval_shown(known, made)}
        for label, made, hit in rows
        if (known := wilson(hit, made)) is not None
    ]
    return sorted(found, key=lambda row: -float(row["at"]))


def table_of(part: str, night: Night, rows: Sequence[Reached], teams: Sequence[TeamFacts]) -> Table:
    """Return one part as a table: its heads and its rows, plain."""
    match part:
        case "bucket":
            head = ["product", "bucket", "loans", "overdue_minor", "currency"]
            cells = night.rows("bucket_overdue")
            return head, [
                [c.group, c.part, str(c.loans), str(c.amount_minor), night.currency] for c in cells
            ]
        case "roll":
            head = ["product", "bucket_from", "bucket_to", "loans"]
            return head, [[str(row[name]) for name in head] for row in night.roll]
        case "vintage":
            head = ["product", "cohort_month", "months_on_book", "loans", "loans_late"]
            return head, [[str(row[name]) for name in head] for row in night.vintage]
        case "teams":
            codes = {team.id: team.code for team in teams}
            head = ["team", "channel", "contacts", "reached", "low", "high"]
            return head, [_row(row, codes) for row in rows]
        case _:
            head = ["outcome", "people"]
            return head, [[name, str(number)] for name, number in night.by_outcome.items()]


def _row(row: Reached, codes: Mapping[int, str]) -> list[str]:
    found = wilson(row.reached, row.made)
    bounds = ["", ""] if found is None else [f"{found.low:.4f}", f"{found.high:.4f}"]
    code = codes.get(row.team_id or 0, "")
    return [code, row.channel.value, str(row.made), str(row.reached), *bounds]
