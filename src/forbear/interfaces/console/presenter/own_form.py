"""How does a form that anybody can fill in become the text of a rule?

Whoever knows the texts of rules writes one; whoever does not fills this in and reads it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import yaml
from django.utils.translation import gettext_lazy

from forbear.contexts.rulebook.library import open_regions
from forbear.interfaces.console.presenter.word import CHANNELS, either
from forbear.policy.kind import ContactWindow
from forbear.policy.pack import Pack
from forbear.values.code import Channel, ContactPurpose, Jurisdiction
from forbear.values.errors import InvalidInput

CLOSED, WINDOW, CAP, TEXT = "closed", "window", "cap", "text"
KINDS = {
    CLOSED: gettext_lazy("No contact: quiet days, a channel off"),
    WINDOW: gettext_lazy("Narrower hours"),
    CAP: gettext_lazy("Fewer contacts"),
    TEXT: gettext_lazy("Write the text yourself"),
}
_COLLECTION = [
    ContactPurpose.COLLECT.value,
    ContactPurpose.REMINDER.value,
    ContactPurpose.LOCATE.value,
    ContactPurpose.RELAY.value,
]
_EN = {
    Channel.VOICE: "calls",
    Channel.BOT: "calls by a machine",
    Channel.SMS: "text messages",
    Channel.WECHAT: "WeChat messages",
    Channel.EMAIL: "e-mails",
    Channel.LETTER: "letters",
    Channel.VISIT: "visits",
}
_ZH = {
    Channel.VOICE: "拨打电话",
    Channel.BOT: "机器语音呼叫",
    Channel.SMS: "发送短信",
    Channel.WECHAT: "发送微信",
    Channel.EMAIL: "发送邮件",
    Channel.LETTER: "寄信",
    Channel.VISIT: "上门",
}
_LENGTH_MAX = 300
_NUMBER_MAX = 1_000


class UnfitForm(InvalidInput):
    """A form from which no rule can be written."""

    code = "UNFIT_FORM"


@dataclass(frozen=True, slots=True)
class _Filled:
    law: Jurisdiction
    channels: tuple[Channel, ...]
    regions: tuple[str, ...]
    first: date
    last: date | None


def form_shown(law: Jurisdiction, kind: str, given: Any, *, today: date) -> dict[str, Any]:
    """Return the form for a kind, as it stands or as it was sent."""
    taken, places = given.getlist("channels"), given.getlist("regions")
    plain = ("opens", "closes", "at_most", "days", "last", "source", "address", "en", "zh")
    return {
        **{name: given.get(name, "") for name in plain},
        "kind": kind,
        "first": given.get("first", today.isoformat()),
        "every": bool(given.get("every")),
        "kinds": [{"code": c, "label": w, "chosen": c == kind} for c, w in KINDS.items()],
        "channels": [
            {"code": c.value, "label": w, "on": c.value in taken} for c, w in CHANNELS.items()
        ],
        "regions": [
            {"code": code, "label": either(r.name_en, r.name_zh), "on": code in places}
            for code, r in open_regions().items()
            if r.country == law.value
        ],
    }


def text_of(
    law: Jurisdiction, kind: str, given: Any, *, pack: Pack, taken: Collection[str], today: date
) -> str:
    """Return the text of the rule that a form describes.

    ``pack``: the rules that count, of which the law's hours are named as those that it tightens.
    ``taken``: ids that are in use.

    Raises:
        UnfitForm: something is missing, or is no day, time or number.
    """
    filled = _Filled(law, _channels(given), _regions(law, given), *_days(given))
    parameters, said = _PARTS[kind](filled, given)
    en, zh = (given.get(name, "").strip()[:_LENGTH_MAX] for name in ("en", "zh"))
    source = {"title": _needed(given, "source")}
    if address := given.get("address", "").strip()[:_LENGTH_MAX]:
        source["address"] = address
    rule: dict[str, Any] = {
        "id": _id(law, kind, filled.first, taken),
        "kind": "frequency_cap" if kind == CAP else "contact_window",
        "jurisdiction": law.value,
        "sentence": {"en": en or said[0], "zh": zh or said[1]},
        "channels": [each.value for each in filled.channels],
    }
    if not given.get("every"):
        rule["purposes"] = list(_COLLECTION)
    if filled.regions:
        rule["regions"] = list(filled.regions)
    if kind == WINDOW and (tightens := _hours_of_law(pack, filled.channels)):
        rule["tightens"] = tightens
    value: dict[str, Any] = {"effective": filled.first}
    if filled.last is not None:
        value["ends"] = filled.last + timedelta(days=1)
    value |= {
        "verified": today,
        "basis": "unverified",
        "parameters": parameters,
        "source": source,
    }
    rule["values"] = [value]
    return yaml.safe_dump(
        rule, sort_keys=False, allow_unicode=True, width=1_000, default_flow_style=None
    )


def _closed(filled: _Filled, _given: Any) -> tuple[dict[str, Any], tuple[str, str]]:
    what, what_zh = _what(filled)
    where, where_zh, when, when_zh = _where(filled)
    said = (
        f"House rule: no {what}{where}{when}.",
        f"自有规则：{when_zh}{where_zh}不得{what_zh}。",
    )
    return {"hours": []}, said


def _window(filled: _Filled, given: Any) -> tuple[dict[str, Any], tuple[str, str]]:
    opens, closes = _needed(given, "opens"), _needed(given, "closes")
    what, what_zh = _what(filled)
    where, where_zh, when, when_zh = _where(filled)
    said = (
        f"House rule: {what}{where} only between {opens} and {closes}{when}.",
        f"自有规则：{when_zh}{where_zh}仅可在 {opens} 至 {closes} 之间{what_zh}。",
    )
    return {"opens": opens, "closes": closes}, said


def _cap(filled: _Filled, given: Any) -> tuple[dict[str, Any], tuple[str, str]]:
    most, days = _number(given, "at_most"), _number(given, "days")
    what, what_zh = _what(filled)
    where, where_zh, when, when_zh = _where(filled)
    within, within_zh = (
        ("on one day", "一日") if days == 1 else (f"within {days} days", f"{days} 日")
    )
    said = (
        f"House rule: at most {most} {what} to one person {within}{where}{when}.",
        f"自有规则：{when_zh}{where_zh}对同一人{within_zh}内{what_zh}合计不超过 {most} 次。",
    )
    counted = {
        "channels": [each.value for each in filled.channels],
        "directions": ["OUTBOUND"],
    }
    return {"at_most": most, "key": "person", "days": days, "counts": counted}, said


_PARTS = {CLOSED: _closed, WINDOW: _window, CAP: _cap}


def _what(filled: _Filled) -> tuple[str, str]:
    en, zh = [_EN[each] for each in filled.channels], [_ZH[each] for each in filled.channels]
    return (f"{', '.join(en[:-1])} or {en[-1]}" if len(en) > 1 else en[0]), "、".join(zh)


def _where(filled: _Filled) -> tuple[str, str, str, str]:
    """Return in which regions and on which days, in English and Chinese."""
    known = open_regions()
    en = ", ".join(known[code].name_en for code in filled.regions)
    zh = "、".join(known[code].name_zh for code in filled.regions)
    where = (f" to people in {en}", f"对{zh}的债务人") if filled.regions else ("", "")
    if filled.last is None:
        return *where, f" from {filled.first} on", f"自 {filled.first} 起，"
    if filled.last == filled.first:
        return *where, f" on {filled.first}", f"{filled.first} 当日，"
    when = (f" from {filled.first} to {filled.last}", f"{filled.first} 至 {filled.last} 期间，")
    return *where, *when


def _hours_of_law(pack: Pack, channels: Collection[Channel]) -> list[str]:
    return [
        rule.id
        for rule in pack.asked
        if not rule.house
        and rule.binds
        and isinstance(rule.parameters, ContactWindow)
        and rule.parameters.calendar is None
        and rule.scope.channels & set(channels)
    ]


def _id(law: Jurisdiction, kind: str, first: date, taken: Collection[str]) -> str:
    name = f"own.{law.value.lower()}.{kind}_{first:%Y%m%d}"
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    return found


def _channels(given: Any) -> tuple[Channel, ...]:
    found = tuple(each for each in Channel if each.value in given.getlist("channels"))
    if not found:
        raise _unfit("Choose at least one channel.", "请至少选择一个渠道。", "channels")
    return found


def _regions(law: Jurisdiction, given: Any) -> tuple[str, ...]:
    known: Mapping[str, Any] = open_regions()
    chosen: Sequence[str] = given.getlist("regions")
    return tuple(code for code in known if code in chosen and known[code].country == law.value)


def _days(given: Any) -> tuple[date, date | None]:
    first = _day(_needed(given, "first"), "first")
    last = _day(given["last"], "last") if given.get("last", "").strip() else None
    if last is not None and last < first:
        raise _unfit("The last day lies before the first.", "最后一日早于首日。", "last")
    return first, last


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise _unfit("A day is written as 2026-01-30.", "日期写作 2026-01-30。", field) from None


def _number(given: Any, field: str) -> int:
    text = _needed(given, field)
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= _NUMBER_MAX):
        raise _unfit(
            f"Write a whole number from 1 to {_NUMBER_MAX}.",
            f"请填写 1 至 {_NUMBER_MAX} 的整数。",
            field,
        )
    return int(text)


def _needed(given: Any, field: str) -> str:
    found: str = given.get(field, "").strip()[:_LENGTH_MAX]
    if not found:
        en, zh = _ASKED[field]
        raise _unfit(en, zh, field)
    return found


_ASKED = {
    "source": ("Say what it rests on, such as a letter.", "请写明依据，如来函名称与文号。"),
    "first": ("Say from which day it counts.", "请填写生效日期。"),
    "opens": ("Say from what time on.", "请填写开始时刻。"),
    "closes": ("Say until what time.", "请填写结束时刻。"),
    "at_most": ("Say how many there may be.", "请填写次数上限。"),
    "days": ("Say within how many days.", "请填写天数。"),
}


def _unfit(en: str, zh: str, field: str) -> UnfitForm:
    return UnfitForm(en, message_zh=zh, field=field)
