"""How does a model look to whoever works with figures: in words, bars, lines and tables?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forbear.contexts.nightly.insight.cards import Card, Line, Version
from forbear.contexts.nightly.insight.registry import Notice
from forbear.contexts.rulebook.library import open_regions
from forbear.interfaces.console.presenter.rules import LAWS
from forbear.interfaces.console.presenter.word import CHANNELS, count, either
from forbear.values.code import Channel

CHART_SIDE = 220
WIDTH = 100
MOVED_SMALL, MOVED_GREAT = 0.1, 0.25
"""Where it is usual to look, and to learn anew."""

ASKED = {
    "MISS": gettext_lazy("Will an instalment of the next 30 days be missed?"),
    "LATE30": gettext_lazy("Will a loan be 30 days late within 90 days?"),
    "CURE": gettext_lazy("Will all that is late be paid within 30 days?"),
    "ROLL": gettext_lazy("Will nothing of what is late be paid within 30 days?"),
    "REACH": gettext_lazy("Will the person answer?"),
    "GAIN": gettext_lazy("What does a contact change?"),
    "COMPLAIN": gettext_lazy("Will the person complain of a contact?"),
}
KINDS = {
    "scorecard": gettext_lazy("readable scorecard"),
    "forest": gettext_lazy("forest of trees"),
}
FIGURES = {
    "auc": gettext_lazy("ranks rightly (AUC)"),
    "ks": gettext_lazy("tells apart (KS)"),
    "brier": gettext_lazy("misses by (Brier)"),
    "calibration_error": gettext_lazy("said beside came, on average"),
    "stability": gettext_lazy("answers moved (PSI)"),
    "qini": gettext_lazy("orders by effect (Qini)"),
    "qini_random_sd": gettext_lazy("what chance makes of that"),
    "said": gettext_lazy("effect as said"),
    "came": gettext_lazy("effect as it came"),
    "said_by_money": gettext_lazy("effect as said, by money"),
    "came_by_money": gettext_lazy("effect as it came, by money"),
    "auc_alone": gettext_lazy("ranks who pays alone (AUC)"),
}
DONE = {
    "trained": gettext_lazy("learned"),
    "consented": gettext_lazy("first agreement"),
    "activated": gettext_lazy("second agreement: it counts"),
    "rolled_back": gettext_lazy("taken back"),
}
GROUPS = {
    "province": gettext_lazy("Region"),
    "jurisdiction": gettext_lazy("Law"),
    "vulnerable": gettext_lazy("Needs more care"),
}
_LAWS = {str(law.number): words for law, words in LAWS.items()}
_CARE = {"true": gettext_lazy("yes"), "false": gettext_lazy("no")}
_NOT_KNOWN = "?"
_FIGURE_OF = {"calibration": "calibration_error"}


def line_shown(line: Line) -> dict[str, Any]:
    """Return a model for the list."""
    known = next((each.model for each in line.versions if each.model is not None), None)
    return {
        "name": line.name,
        "asked": _question(known),
        "counts": line.counts.number if line.counts else None,
        "versions": [_version(line, each) for each in line.versions],
    }


def notice_shown(notice: Notice) -> str:
    """Return what the night passes over."""
    return either(notice.en, notice.zh)


def card_shown(found: Card) -> dict[str, Any]:
    """Return everything of a version's page."""
    model = found.version.model
    card: Mapping[str, Any] = model.card if model is not None else {}
    return {
        "name": found.line.name,
        "version": _version(found.line, found.version),
        "asked": _question(model),
        "counts": found.line.counts.number if found.line.counts else None,
        "others": [_version(found.line, each) for each in found.line.versions],
        "facts": _facts(found, card),
        "limits": either(str(card.get("limits_en", "")), str(card.get("limits_zh", ""))),
        "missed": [_missed(str(each)) for each in card.get("missed", ())],
        "figures": _figures(found, card),
        "bands": _bands(card.get("bands", ())),
        "lift": _lift(card.get("bands", ()), card.get("share")),
        "groups": _groups(card.get("groups", {})),
        "hours": _hours(card.get("hours")),
        "complaints": _complaints(card.get("channels")),
        "moved": _moved(found),
        "night": found.night,
        "events": [
            {
                "what": DONE.get(each.what, each.what),
                "version": each.version,
                "by": each.by,
                "at": datetime.fromisoformat(each.at),
            }
            for each in reversed(found.events)
        ],
    }


def _question(model: Any) -> str:
    if model is None:
        return ""
    asked = str(ASKED.get(model.target.value, model.target.value))
    return f"{asked} {CHANNELS[Channel(model.channel)]}" if model.channel else asked


def _version(line: Line, version: Version) -> dict[str, Any]:
    query = f"?name={line.name}&version={version.number}"
    return {
        "number": version.number,
        "counts": version.counts,
        "waits": ", ".join(version.consented),
        "broken": either(*version.broken) if version.broken else "",
        "href": "" if version.broken else reverse("model_card") + query,
    }


def _facts(found: Card, card: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = card.get("rows", {})
    blend = card.get("blend")
    facts = [
        (_("Learned on"), str(card.get("trained_at", ""))[:10]),
        (_("Learned by"), str(card.get("by", ""))),
        (_("From the book of"), str(card.get("book_date", ""))),
        (_("Chosen"), str(KINDS.get(str(card.get("chosen")), card.get("chosen")))),
        (_("Judged on"), count(int(rows.get("judging", 0)))),
        (_("Checksum"), found.checksum[:16]),
    ]
    if blend:
        error = 1.96 * float(blend["brought_error"])
        share = _("%(share)s %% (± %(error)s) of whoever does not pay alone") % {
            "share": f"{100 * float(blend['brought']):.1f}",
            "error": f"{100 * error:.1f}",
        }
        facts.append((_("A contact brings"), share))
    return [(str(label), value) for label, value in facts if value]


def _figures(found: Card, card: Mapping[str, Any]) -> dict[str, Any]:
    """Put the parts side by side, and the version that counts beside them."""
    told: Mapping[str, Any] = card.get("figures", {})
    columns: list[tuple[str, Mapping[str, Any]]] = []
    if any(isinstance(value, Mapping) for value in told.values()):
        chosen, word = card.get("chosen"), _("chosen")
        for kind, values in told.items():
            mark = f" · {word}" if kind == chosen else ""
            columns.append((f"{KINDS.get(kind, kind)}{mark}", values))
    else:
        columns.append((_("This version"), told))
    if found.champion is not None:
        rival: Mapping[str, Any] = found.champion.card.get("figures", {})
        rival = rival.get(str(found.champion.card.get("chosen")), rival)
        name = _("Version %(number)s, which counts") % {"number": found.champion.version}
        columns.append((name, rival))
    names = [name for name in FIGURES if any(name in values for _label, values in columns)]
    return {
        "head": [label for label, _values in columns],
        "rows": [
            {"label": FIGURES[name], "cells": [_number(values.get(name)) for _l, values in columns]}
            for name in names
        ],
    }


def _number(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, int | float) else "—"


def _bands(bands: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return ten parts by what was said, as a line beside the diagonal and as a table."""
    if not bands:
        return None
    most = max(max(float(each["said"]), float(each["came"])) for each in bands) or 1.0
    points = [
        (CHART_SIDE * float(each["said"]) / most, CHART_SIDE * (1 - float(each["came"]) / most))
        for each in bands
    ]
    return {
        "side": CHART_SIDE,
        "most": _percent(most),
        "points": " ".join(f"{x:.1f},{y:.1f}" for x, y in points),
        "dots": [{"x": f"{x:.1f}", "y": f"{y:.1f}"} for x, y in points],
        "rows": [
            {
                "rows": count(int(each["rows"])),
                "said": _percent(float(each["said"])),
                "came": _percent(float(each["came"])),
            }
            for each in bands
        ],
    }


def _lift(bands: Sequence[Mapping[str, Any]], share: Any) -> list[dict[str, Any]]:
    """Return by tenth, the likeliest first, how many times as often it came as on average."""
    if not bands or not share:
        return []
    times = [float(each["came"]) / float(share) for each in reversed(bands)]
    most = max(times) or 1.0
    return [
        {
            "label": _("tenth %(number)s") % {"number": at},
            "number": f"× {value:.2f}",
            "width": round(WIDTH * value / most),
            "note": "",
        }
        for at, value in enumerate(times, start=1)
    ]


def _groups(groups: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    return [
        {
            "label": GROUPS.get(kind, kind),
            "rows": [
                {
                    "group": _group(kind, str(each["group"])),
                    "rows": count(int(each["rows"])),
                    "said": _percent(float(each["said"])),
                    "came": _percent(float(each["came"])),
                    "auc": _number(each["auc"]),
                    "chosen": _percent(float(each["chosen"])),
                }
                for each in rows
            ],
        }
        for kind, rows in groups.items()
        if rows
    ]


def _group(kind: str, group: str) -> str:
    """Return the name of a group, which a card tells by the book's code."""
    if kind == "province" and group in open_regions():
        region = open_regions()[group]
        return either(region.name_en, region.name_zh)
    if kind == "jurisdiction" and group in _LAWS:
        return str(_LAWS[group])
    if kind == "vulnerable" and group in _CARE:
        return str(_CARE[group])
    return _("not known") if group == _NOT_KNOWN else group


def _missed(limit: str) -> str:
    """Return a limit that is not kept: which figure, and in which group."""
    where, _mark, figure = limit.rpartition(": ")
    words = str(FIGURES.get(_FIGURE_OF.get(figure, figure), figure))
    kind, _mark, group = where.partition("=")
    return f"{_group(kind, group)}: {words}" if where else words


def _hours(told: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return by hour how often was answered, and how far the agenda lets hours count."""
    if not told or not told.get("by_hour"):
        return None
    return {
        "weight": _percent(float(told["weight"])),
        "counts": float(told["weight"]) > 0,
        "rows": [
            {
                "hour": f"{int(each['hour'])}:00",
                "rows": count(int(each["rows"])),
                "said": _percent(float(each["said"])),
                "came": _percent(float(each["came"])),
                "between": f"{_percent(float(each['low']))} – {_percent(float(each['high']))}",
            }
            for each in told["by_hour"]
        ],
    }


def _complaints(told: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Return by channel how many of 1,000 contacts were complained of, and beside whose like."""
    return [
        {
            "channel": CHANNELS[Channel(name)],
            "contacts": count(int(each["contacts"])),
            "complaints": count(int(each["complaints"])),
            "share": f"{1_000 * float(each['share']):.2f}",
            "between": f"{1_000 * float(each['low']):.2f} – {1_000 * float(each['high']):.2f}",
            "times": f"× {float(each['times']):.2f}",
        }
        for name, each in (told or {}).items()
    ]


def _moved(found: Card) -> list[dict[str, Any]] | None:
    if found.moved is None:
        return None
    shown = found.moved[:10]
    most = max((each.index for each in shown), default=0.0)
    scale = max(most, MOVED_GREAT)
    return [
        {
            "label": either(each.en, each.zh),
            "number": f"{each.index:.3f}",
            "width": round(WIDTH * each.index / scale),
            "note": _drift_word(each.index),
        }
        for each in shown
    ]


def _drift_word(index: float) -> str:
    if index >= MOVED_GREAT:
        return _("has moved: learn anew")
    return _("has moved somewhat") if index >= MOVED_SMALL else ""


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
