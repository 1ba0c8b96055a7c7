"""How is what happened told, entry by entry?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forbear.contexts.cases.arranged import Arranged
from forbear.contexts.cases.entry import (
    CaseStep,
    Consented,
    Corrected,
    FilingStep,
    Happened,
    HoldPlaced,
    HoldReleased,
    Looked,
    Noted,
    PlanCancelled,
    Planned,
    Posted,
    Reported,
    Tried,
    Worked,
    WrongFound,
    begins,
)
from forbear.contexts.cases.timeline import Cursor, TimelinePage, Topic
from forbear.interfaces.console.presenter.word import chinese, either, in_signs
from forbear.values.errors import InvalidInput
from forbear.values.principal import staff_number

TOPICS = {
    Topic.CONTACT: gettext_lazy("Contacts"),
    Topic.MONEY: gettext_lazy("Payments"),
    Topic.PROTECTION: gettext_lazy("Holds and consents"),
    Topic.NOTE: gettext_lazy("Notes"),
    Topic.CASE: gettext_lazy("Case and plans"),
    Topic.LOOK: gettext_lazy("Looks"),
}
SIGNS: dict[type, str] = {
    Tried: "contact",
    Posted: "money",
    HoldPlaced: "hold",
    HoldReleased: "hold",
    Consented: "hold",
    Noted: "note",
    CaseStep: "case",
    Planned: "case",
    PlanCancelled: "case",
    Worked: "case",
    Reported: "case",
    Corrected: "money",
    WrongFound: "wrong",
    Looked: "look",
    Arranged: "case",
    FilingStep: "hold",
}
"""How each kind of entry is marked."""
_WITH_AMOUNTS = (Posted, Corrected, WrongFound, Planned, Arranged)


def topics_shown(chosen: Topic | None, *, looks: bool) -> list[dict[str, Any]]:
    """Return the filters; that of looks for those alone who may see them."""
    return [{"value": "", "label": _("Everything"), "chosen": chosen is None}] + [
        {"value": topic.value.lower(), "label": label, "chosen": topic is chosen}
        for topic, label in TOPICS.items()
        if topic is not Topic.LOOK or looks
    ]


def timeline_shown(
    page: TimelinePage, names: Mapping[int, str], *, zone: str, hidden: bool
) -> dict[str, Any]:
    """Return the entries under their days. ``hidden``: amounts may not be on the page yet."""
    rows, before = [], None
    for entry in page.entries:
        if hidden and isinstance(entry, _WITH_AMOUNTS):
            continue
        day = entry.at.astimezone(ZoneInfo(zone)).date()
        rows.append({**_row(entry, names, zone), "heading": _day(day) if day != before else None})
        before = day
    return {"rows": rows, "next": None if page.next is None else _written(page.next)}


def staff_named(page: TimelinePage) -> set[int]:
    """Return the ids of staff who did something on a page."""
    numbers = (staff_number(getattr(entry, "by", "")) for entry in page.entries)
    return {number for number in numbers if number is not None}


def cursor_of(text: str | None) -> Cursor | None:
    """Return behind which entry a page begins; None: the first page.

    Raises:
        InvalidInput: there is no such place.
    """
    if not text:
        return None
    try:
        at, rank, ident = text.split("_")
        return Cursor(datetime.fromisoformat(at), int(rank), int(ident))
    except ValueError:
        raise InvalidInput(
            "This place in the list does not exist.",
            remedy="Start from the first page.",
            message_zh="列表中没有这个位置。",
            remedy_zh="请从首页重新开始。",
        ) from None


def topic_of(text: str | None) -> Topic | None:
    """Return the chosen filter; whatever is not known stands for everything."""
    known: Collection[str] = {topic.value.lower() for topic in Topic}
    return Topic(text.upper()) if text in known and text else None


def _written(cursor: Cursor) -> str:
    return f"{cursor.at.isoformat()}_{cursor.rank}_{cursor.id}"


def _row(entry: Happened, names: Mapping[int, str], zone: str) -> dict[str, Any]:
    said = entry.words
    # What has only a day stands at its beginning, UTC.
    whole_day = isinstance(entry, Planned | Posted) and entry.at == begins(entry.at.date())
    return {
        "sign": SIGNS[type(entry)],
        "words": in_signs(either(said.en, said.zh)),
        "at": "" if whole_day else f"{entry.at.astimezone(ZoneInfo(zone)):%H:%M}",
        "by": _by(entry, names),
        "text": _text(entry),
        "permit": entry.what.permit_id if isinstance(entry, Tried) else None,
    }


def _text(entry: Happened) -> str | None:
    if isinstance(entry, Noted):
        return _("The person was erased.") if entry.text is None else entry.text
    if isinstance(entry, Planned):
        return in_signs(either(entry.reason.en, entry.reason.zh))
    return None


def _by(entry: Happened, names: Mapping[int, str]) -> str:
    by = getattr(entry, "by", "")
    number = staff_number(by)
    if number is not None:
        return names.get(number, "")
    kind = by.partition(":")[0]
    return _("by the system") if kind in {"system", "token"} else ""


def _day(day: Any) -> str:
    return date_format(day, "Y年n月j日 l") if chinese() else date_format(day, "l j F Y")
