"""How do the kept figures of a period look as pages to print, in one language?

The pages show what the page of figures shows, in the same words, drawn from the same values.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from forbear.contexts.contact.compare import Reached
from forbear.contexts.nightly.local.trial import Compared
from forbear.contexts.nightly.report.source import Night
from forbear.contexts.people.queries import TeamFacts
from forbear.contexts.typeset import typeset
from forbear.interfaces.console.presenter import effect
from forbear.interfaces.console.presenter.figures import (
    buckets_shown,
    compared_shown,
    funnel_shown,
    night_shown,
    roll_shown,
    vintage_shown,
)

LANGUAGES = {"en": "en", "zh": "zh-hans"}
"""By the mark in a file's name, the language of its words."""
STANDARDS = ["a-2b"]


@dataclass(frozen=True, slots=True)
class Figures:
    """What one period's pages are drawn from. ``trial`` null: no team took part in one."""

    period: str
    since: str
    until: str
    night: Night
    rows: Sequence[Reached]
    teams: Sequence[TeamFacts]
    trial: Compared | None


def set_sheet(figures: Figures, language: str) -> bytes:
    """Return the pages as PDF/A with their fonts inside; ``language``: "en" or "zh".

    Raises:
        RuntimeError: some sign has no shape in the fonts.
    """
    with translation.override(LANGUAGES[language]):
        told = {"lang": language, **_told(figures)}
    text = json.dumps(told, ensure_ascii=False, default=str).encode()
    return typeset({"main.typ": _source(), "figures.json": text}, standards=STANDARDS)


def _told(figures: Figures) -> dict[str, Any]:
    of, night = night_shown(figures.night), figures.night
    span = {"since": figures.since, "until": figures.until}
    return {
        "title": _("Figures of the week") if "W" in figures.period else _("Figures of the day"),
        "period": figures.period,
        "until": figures.until,
        "subtitle": " · ".join((figures.period, _("night of %(day)s, book of %(book)s") % of)),
        "foot": _("Counts and sums alone; nobody is named.") + f" {of['id']}",
        "sections": [
            _funnel(funnel_shown(night)),
            _buckets(buckets_shown(night, drills=False)),
            _roll(roll_shown(night)),
            _vintage(vintage_shown(night)),
            _compared(compared_shown(figures.rows, figures.teams), span),
            *([] if figures.trial is None else [_local(figures.trial)]),
        ],
    }


def _section(title: str, *parts: Mapping[str, Any], note: str = "") -> dict[str, Any]:
    return {"title": title, "note": note, "parts": list(parts)}


def _part(kind: str, title: str = "", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "title": title, **more}


def _words(text: str, title: str = "", *, sticks: bool = False) -> dict[str, Any]:
    """Return a sentence; ``sticks``: it keeps to what follows."""
    return _part("words", title, text=text, sticks=sticks)


def _cell(text: object, tone: str = "") -> dict[str, str]:
    return {"text": str(text), "tone": tone}


def _funnel(shown: Mapping[str, Any]) -> dict[str, Any]:
    return _section(shown["finding"], _part("bars", rows=shown["rows"]), note=shown["lead"])


def _buckets(shown: Mapping[str, Any]) -> dict[str, Any]:
    parts = [
        _part("bars", each["name"], rows=each["rows"]) for each in shown["products"] if each["rows"]
    ]
    return _section(shown["finding"], *parts)


def _roll(shown: Mapping[str, Any]) -> dict[str, Any]:
    parts = []
    for family in shown["families"]:
        head = [_("A month ago"), *family["head"], _("Loans")]
        rows = [
            [
                _cell(row["label"]),
                *(_cell(cell["text"], cell["tone"]) for cell in row["cells"]),
                _cell(row["loans"]),
            ]
            for row in family["rows"]
        ]
        parts.append(_part("grid", family["name"], head=head, rows=rows))
        if family["cured"]:
            title = _("Current again a month later")
            parts.append(_part("intervals", title, rows=family["cured"]))
    note = _(
        "Along a row: of the loans that stood in this bucket a month ago, the share that stands in "
        "each bucket now."
    )
    return _section(shown["finding"], *parts, note=note)


def _vintage(shown: Mapping[str, Any]) -> dict[str, Any]:
    ages = [_("%(age)s months") % {"age": age} for age in shown["ages"]]
    rows = [
        [_cell(row["label"]), _cell(row["loans"]), *map(_cell, row["shares"])]
        for row in shown["rows"]
    ]
    note = _(
        "Each line is the loans of one quarter: how many of them were ever 31 days late, by months "
        "since lending."
    )
    head = [_("Lent in"), _("Loans"), *ages]
    return _section(shown["finding"], _part("grid", head=head, rows=rows), note=note)


def _compared(shown: Mapping[str, Any], span: Mapping[str, str]) -> dict[str, Any]:
    parts = [
        _part("intervals", title, rows=shown[name])
        if shown[name]
        else _words(_("Nothing yet."), title)
        for name, title in (("teams", _("By team")), ("channels", _("By channel")))
    ]
    note = _("%(since)s to %(until)s; the bar shows where the true share lies with 95 %% certainty")
    caveat = _(
        "Teams serve other regions and other debts; a difference here is no proof of who works "
        "better. Only an experiment by lot shows that."
    )
    title = _("How often contacts reached the person")
    return _section(title, *parts, _words(caveat), note=note % span)


def _local(trial: Compared) -> dict[str, Any]:
    shown = effect.compared_shown(trial, drills=False)
    parts: list[dict[str, Any]] = []
    for each in shown["parts"]:
        parts.append(_words(each["finding"], each["title"], sticks=bool(each["rows"])))
        if each["rows"]:
            parts.append(_part("intervals", rows=each["rows"]))
    return _section(_("Does local work?"), *parts)


@cache
def _source() -> bytes:
    return (resources.files("forbear") / "interfaces" / "console" / "sheet.typ").read_bytes()
