"""How does a local team look: what counts of it, its form, and what a change would do?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from forbear.contexts.nightly.local.preview import Loaded, Preview, Why
from forbear.contexts.people.house import shipped_slots
from forbear.contexts.people.queries import ApprovalFacts
from forbear.contexts.people.terms import EVERY_DAY, Licence, Proposed, TeamOnDay, Terms
from forbear.contexts.rulebook.library import open_regions
from forbear.interfaces.console.presenter.dated import is_ready, stand_shown
from forbear.interfaces.console.presenter.person import DIALECTS, LANGUAGES
from forbear.interfaces.console.presenter.word import count, either, listed_words
from forbear.interfaces.web.clock import clock_named
from forbear.values.code import Dialect, Jurisdiction, Language, RegionSource
from forbear.values.errors import InvalidInput

SOON = timedelta(days=30)
"""An end that is so near is pointed out."""
LOADS_SHOWN, MOVES_SHOWN = 12, 10
WHYS = {
    Why.TERRITORY: gettext_lazy("a team begins or ceases to be that of their region"),
    Why.DIALECT: gettext_lazy("a team begins or ceases to speak their dialect"),
    Why.KNOWN_OFFICER: gettext_lazy("the team of the officer they know begins or ceases to serve"),
    Why.TRIAL: gettext_lazy("the lot of the local trial begins or ceases to take them"),
    Why.LOAD: gettext_lazy("seats become scarcer or freer"),
}
SOURCES = {
    RegionSource.ADDRESS.value: gettext_lazy("region from the address"),
    RegionSource.ID_PREFIX.value: gettext_lazy("region from the identity number"),
    RegionSource.NUMBER_PREFIX.value: gettext_lazy("region from the telephone number alone"),
    "": gettext_lazy("region not known"),
}
NOTHING = Terms(Jurisdiction.CN, (), (Language.ZH,), (), tuple(0 for _slot in range(3)), False)


def listed(
    teams: Sequence[TeamOnDay], later: Sequence[Proposed], *, today: date
) -> list[dict[str, Any]]:
    """Return teams as rows: what counts of each today, and what must be looked at."""
    return [
        {
            "id": team.id,
            "code": team.code,
            "name": either(team.name_en, team.name_zh),
            "zone": clock_named(team.time_zone),
            "agency": team.agency,
            "from": "" if team.since is None else team.since.isoformat(),
            "cares": [] if team.terms is None else _cares(team.terms, today),
            "coming": [
                _("changes on %(day)s") % {"day": each.since}
                if each.adopted_at
                else _("a change from %(day)s waits for a second person") % {"day": each.since}
                for each in later
                if each.team_id == team.id
            ],
            **_told(team.terms, today),
        }
        for team in teams
    ]


def _told(terms: Terms | None, today: date) -> dict[str, Any]:
    if terms is None:
        return {"regions": "", "speaks": "", "seats": [], "reserve": False, "any": False}
    now = terms.on_day(today)
    speaks = [*(LANGUAGES[each] for each in now.languages), *(DIALECTS[e] for e in now.dialects)]
    return {
        "regions": listed_words(_region(code) for code in now.regions),
        "speaks": listed_words(dict.fromkeys(map(str, speaks))),
        "seats": [
            {"label": either(*slot), "number": count(number)}
            for slot, number in zip(shipped_slots(), now.seats, strict=True)
        ],
        "reserve": now.reserve,
        "any": True,
    }


def _cares(terms: Terms, today: date) -> list[dict[str, str]]:
    """Return what is out of the ordinary today, or soon: ``late`` or ``soon``, and words."""
    found: list[dict[str, str]] = []
    if not terms.works_on(today):
        found.append({"mood": "soon", "words": _("nobody works today")})
    for licence in terms.licences:
        told = {"region": _region(licence.region), "day": licence.until}
        if licence.ended(today):
            words = _("the licence for %(region)s ended on %(day)s") % told
            found.append({"mood": "late", "words": words})
        elif licence.until is not None and licence.until - today <= SOON:
            words = _("the licence for %(region)s ends on %(day)s") % told
            found.append({"mood": "soon", "words": words})
    if terms.mandate_until is not None and terms.mandate_until - today <= SOON:
        over = terms.mandate_until < today
        words = _("the mandate ended on %(day)s") if over else _("the mandate ends on %(day)s")
        told = {"day": terms.mandate_until}
        found.append({"mood": "late" if over else "soon", "words": words % told})
    if terms.review_on is not None and terms.review_on <= today:
        words = _("a look at it was due on %(day)s") % {"day": terms.review_on}
        found.append({"mood": "late", "words": words})
    return found


def _region(code: str) -> str:
    region = open_regions().get(code)
    return code if region is None else either(region.name_en, region.name_zh)


class _Form(dict[str, Any]):
    """Values by name; several under one as a form sends them."""

    def getlist(self, name: str) -> list[str]:
        """Return every value of a name."""
        return list(self.get(name, ()))


def form_of(terms: Terms | None, *, since: date) -> _Form:
    """Return the form as it stands before anybody has changed it."""
    now = terms or NOTHING
    return _Form(
        since=since.isoformat(),
        jurisdiction=now.jurisdiction.value,
        regions=list(now.regions),
        languages=[each.value for each in now.languages],
        dialects=[each.value for each in now.dialects],
        weekdays=[str(day) for day in now.weekdays],
        reserve="on" if now.reserve else "",
        quiet_days="\n".join(day.isoformat() for day in now.quiet_days),
        licences="\n".join(_licence_line(each) for each in now.licences),
        mandate_until="" if now.mandate_until is None else now.mandate_until.isoformat(),
        review_on="" if now.review_on is None else now.review_on.isoformat(),
        **{f"seats_{n}": str(seats) for n, seats in enumerate(now.seats)},
    )


def _licence_line(licence: Licence) -> str:
    until = "" if licence.until is None else f" {licence.until.isoformat()}"
    return f"{licence.region} {licence.number}{until}"


def form_shown(given: Any, terms: Terms | None) -> dict[str, Any]:
    """Return a form, as it stands or as it was sent, with every choice in words."""
    law = (terms or NOTHING).jurisdiction

    def chosen(name: str, choices: Mapping[str, str]) -> list[dict[str, Any]]:
        taken = given.getlist(name)
        return [{"code": c, "label": w, "on": c in taken} for c, w in choices.items()]

    regions = {
        code: either(each.name_en, each.name_zh)
        for code, each in open_regions().items()
        if each.country == law.value
    }
    plain = ("since", "quiet_days", "licences", "mandate_until", "review_on", "reserve")
    return {
        **{name: given.get(name, "") for name in plain},
        "law": law.value,
        "licence_like": f"{next(iter(regions), '')} 2026-017 2027-12-31",
        "regions": chosen("regions", regions),
        "languages": chosen("languages", {c.value: str(w) for c, w in LANGUAGES.items()}),
        "dialects": chosen("dialects", {c.value: str(w) for c, w in DIALECTS.items()}),
        "weekdays": chosen(
            "weekdays", {str(n): str(w) for n, w in enumerate(WEEKDAYS.values(), 1)}
        ),
        "seats": [
            {"name": f"seats_{n}", "label": either(*slot), "value": given.get(f"seats_{n}", "0")}
            for n, slot in enumerate(shipped_slots())
        ],
    }


def read_form(given: Any, terms: Terms | None) -> tuple[Terms, date]:
    """Return what a form says, and the day from which it is to count.

    Raises:
        InvalidInput: a day, a number or a licence is not written as it should be.
    """
    since = _day(given.get("since", ""), "since")
    if since is None:
        raise _unfit("since", "Say from which day it counts.", "请填写生效日期。")
    found = replace(
        terms or NOTHING,
        regions=tuple(given.getlist("regions")),
        languages=tuple(Language(each) for each in given.getlist("languages") if each in LANGUAGES),
        dialects=tuple(Dialect(each) for each in given.getlist("dialects") if each in DIALECTS),
        weekdays=tuple(d for d in EVERY_DAY if str(d) in given.getlist("weekdays")),
        seats=tuple(_seats(given.get(f"seats_{n}", "")) for n in range(len(shipped_slots()))),
        reserve=bool(given.get("reserve")),
        quiet_days=_days(given.get("quiet_days", "")),
        licences=_licences(given.get("licences", "")),
        mandate_until=_day(given.get("mandate_until", ""), "mandate_until"),
        review_on=_day(given.get("review_on", ""), "review_on"),
    )
    return found, since


def _days(text: str) -> tuple[date, ...]:
    found = (_day(each, "quiet_days") for each in text.replace("，", " ").replace(",", " ").split())
    return tuple(sorted({day for day in found if day is not None}))


def _day(text: str, field: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise _unfit(
            field, "A day is written like 2027-01-31.", "日期请写成 2027-01-31 的形式。"
        ) from None


def _seats(text: str) -> int:
    if not (text.isdecimal() and len(text) < 6):  # the action names the bound
        raise _unfit("seats", "Seats are whole numbers.", "席位须为整数。")
    return int(text)


def _licences(text: str) -> tuple[Licence, ...]:
    found = []
    for line in text.splitlines():
        parts = line.split()
        if not parts:
            continue
        if len(parts) not in {2, 3}:
            raise _unfit(
                "licences",
                "A licence is a line: region, number and, where it ends, its last day.",
                "每行一项许可：地区代码、编号，如有期限再写最后一天。",
            )
        until = _day(parts[2], "licences") if len(parts) == 3 else None
        found.append(Licence(parts[0], parts[1], until))
    return tuple(found)


def _unfit(field: str, en: str, zh: str) -> InvalidInput:
    return InvalidInput(en, message_zh=zh, field=field)


def steps_shown(
    history: Sequence[Proposed],
    approvals: Mapping[int, ApprovalFacts],
    names: Mapping[int, str],
    *,
    today: date,
) -> list[dict[str, Any]]:
    """Return what was written down for a team, where each stands and who did it."""
    return [
        {
            "id": each.id,
            "since": each.since.isoformat(),
            "by": names.get(each.asked_by, _("somebody")),
            "at": f"{each.asked_at:%Y-%m-%d}",
            "state": stand_shown(each, approvals.get(each.id), today),
            "ready": is_ready(each, approvals.get(each.id), today),
            **_told(each.terms, each.since),
        }
        for each in history
    ]


def effect_shown(found: Preview, teams: Sequence[TeamOnDay]) -> dict[str, Any]:
    """Return what a change would do: how many, why, from whom to whom, and the seats."""
    names = {team.code: either(team.name_en, team.name_zh) for team in teams}
    most = max([1, *found.why.values()])
    people = ngettext(
        "%(n)s person would be planned otherwise.",
        "%(n)s people would be planned otherwise.",
        found.changed,
    )
    return {
        "finding": people % {"n": count(found.changed)},
        "of": count(found.people),
        "part": found.asked < found.people,
        "asked": count(found.asked),
        "night": found.as_of.isoformat(),
        "before": count(found.planned_before),
        "after": count(found.planned_after),
        "why": [
            {
                "label": WHYS[why],
                "number": count(number),
                "width": number * 100 // most,
                "note": "",
            }
            for why, number in found.why.items()
        ],
        "sources": [
            {"label": str(SOURCES.get(source, source)), "number": count(number)}
            for source, number in found.by_source.items()
        ],
        "moved": [
            {
                "before": names.get(each.before, each.before) or _("nobody"),
                "after": names.get(each.after, each.after) or _("nobody"),
                "people": count(each.people),
            }
            for each in found.moved[:MOVES_SHOWN]
        ],
        "loads": [_load(each, names) for each in found.loads[:LOADS_SHOWN]],
    }


def _load(each: Loaded, names: Mapping[str, str]) -> dict[str, str]:
    def used(part: int, whole: int) -> str:
        return "–" if whole <= 0 else f"{100 * part / whole:.0f} %"

    return {
        "team": names.get(each.team, each.team),
        "before": used(each.used_before_s, each.offered_before_s),
        "after": used(each.used_after_s, each.offered_after_s),
        "left_before": count(each.overflow_before),
        "left_after": count(each.overflow_after),
    }
