"""How is one person's day shown at a terminal?"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import typer

from forbear.contexts.nightly.report import label
from forbear.contexts.nightly.report.bucket import bucket_name
from forbear.contexts.nightly.report.markup import same
from forbear.interfaces.commands.console import wrapped
from forbear.values.money import format_minor

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forbear.contexts.nightly.explain import Explained

Row = dict[str, Any]
_WORDS: dict[str, tuple[str, str]] = {
    "decision": ("Today", "今天"),
    "loans": ("What is owed", "所欠款项"),
    "overdue_principal_minor": ("principal", "本金"),
    "overdue_interest_minor": ("+ interest", "+ 利息"),
    "overdue_fee_minor": ("+ fee", "+ 费用"),
    "penalty_minor": ("+ penalty", "+ 罚息"),
    "overdue_minor": ("= to become current", "= 补足逾期"),
    "payoff_minor": ("to pay off the loan", "全部结清"),
    "next": ("next due", "下期应还"),
    "nothing_late": ("Nothing is overdue.", "没有逾期。"),
    "penalty_only": (
        "Every instalment that fell due is paid; only late-payment penalty is left.",
        "已到期的各期均已还清，仅剩罚息未还。",
    ),
    "in_grace": (
        "An instalment fell due and is within its days of grace.",
        "有一期已到期，仍在宽限期内。",
    ),
    "oldest_unpaid_date": ("oldest unpaid since", "最早未还日期"),
    "days_past_due": ("days past due", "逾期天数"),
    "bucket": ("bucket", "逾期期次"),
    "state": ("state", "状态"),
    "limitation_date": ("limitation date", "时效届满日"),
    "ways": ("Ways of contact and what the rules say", "联系方式与规则的回答"),
    "allowed": ("allowed", "允许"),
    "refused": ("refused", "不允许"),
    "lifts": ("Time alone may change this: not before", "仅随时间即可变化：不早于"),
    "stays": ("Only a new fact can change this.", "只有出现新的事实才会改变。"),
    "clocks": ("Clocks that must all agree", "必须同时满足的时区"),
    "several": (
        "The person may be in any of these zones, so an hour must be lawful in all of them:",
        "此人可能身处其中任一时区，因此联系时间须在所有时区都合规：",
    ),
    "number": (
        "A number speaks for another zone as well, so an hour must be lawful in all of them:",
        "号码归属另一时区，因此联系时间须在所有时区都合规：",
    ),
    "no_zone": (
        "It is not known in which time zone the person is, so no hour is known to be lawful.",
        "此人所在时区不明，因此无法确认任何时间合规。",
    ),
    "lawful": ("Hours lawful on every clock", "各时区同时合规的时间"),
    "none": ("none", "无"),
    "nothing": ("No contact point is known.", "没有任何联系方式。"),
    "time zone": ("the time zone is not known", "时区不明"),
    "counted": (
        "{counted} counted, at most {at most}, in {days} days",
        "{days} 天内已计 {counted} 次，上限 {at most} 次",
    ),
    "latest": (
        "the latest on {latest}, then {days} days of rest",
        "最近一次为 {latest}，其后须间隔 {days} 天",
    ),
    "third": (
        "Of contact persons, who are never contacted about the debt",
        "属于联系人，绝不就债务联系他们",
    ),
    "options": ("Ways that were weighed (● chosen)", "比较过的方式（● 选中）"),
    "not_first": (
        "A way of greater good may be left to others, to whom its seat is worth more.",
        "益处更大的方式可能留给他人，其坐席对他人的价值更高。",
    ),
    "rest": ("and {n} of less good", "另有 {n} 种益处更小的方式"),
    "good": ("expected good", "预期益处"),
    "chance": ("chance", "把握"),
    "matters": (
        "Holds in force, consents, and contacts of the last seven days",
        "有效停催、同意记录与近七日联系",
    ),
    "since": ("since {day}", "自 {day} 起"),
    "hold": ("hold", "停催"),
    "consent": ("consent", "同意"),
    "attempt": ("contact", "联系"),
    "OPEN": ("open", "未结清"),
    "SETTLED": ("settled", "已结清"),
    "WRITTEN_OFF": ("written off", "已核销"),
    "GIVEN": ("given", "已同意"),
    "WITHDRAWN": ("withdrawn", "已撤回"),
    "CHANNEL": ("by channel", "渠道"),
    "NIGHT": ("at night", "夜间"),
    "AUTODIAL": ("automated calls", "自动拨号"),
    "INBOUND": ("from the person", "本人发起"),
    "OUTBOUND": ("to the person", "机构发起"),
    "NOT_CONNECTED": ("not connected", "未接通"),
    "RANG": ("not answered", "无人接听"),
    "VOICEMAIL": ("voicemail", "语音信箱"),
    "ANSWERED": ("answered", "有人接听"),
    "WRONG_PERSON": ("wrong person", "非本人"),
    "RIGHT_PARTY": ("person answered", "本人接听"),
    "CONVERSATION": ("conversation", "已沟通"),
    "SENT": ("sent", "已发送"),
    "DELIVERED": ("delivered", "已送达"),
    "REPLIED": ("replied", "已回复"),
    "FAILED": ("failed", "失败"),
    "UNKNOWN": ("fate unknown", "结果不明"),
}
_CURRENCIES = {
    "CNY": ("Chinese yuan (CNY)", "人民币（CNY）"),
    "USD": ("US dollars (USD)", "美元（USD）"),
    "GBP": ("pounds sterling (GBP)", "英镑（GBP）"),
}
_BILL = (
    "overdue_principal_minor",
    "overdue_interest_minor",
    "overdue_fee_minor",
    "penalty_minor",
    "overdue_minor",
)
_OPTIONS_SHOWN = 6
_FACTS = ("oldest_unpaid_date", "days_past_due", "bucket", "limitation_date")


def show(found: Explained, lang: str) -> None:
    """Show the decision first, then what is owed and what the rules say."""
    person = found.person
    region = f"{person[f'region_{lang}'] or ''} ({person['region']})" if person["region"] else "—"
    typer.echo(wrapped(f"{found.debtor_id} · {found.as_of} · {found.night_id}"))
    zones = ", ".join(person["time_zones"]) or "—"
    typer.echo(wrapped(" · ".join([_said(person["jurisdiction"], lang), region.strip(), zones])))
    _heading("decision", lang)
    _say(found.reason[f"text_{lang}"])
    _clocks(found, lang)
    _heading("loans", lang)
    _loans(found.loans, lang)
    if found.circumstances:
        _heading("matters", lang)
        for each in found.circumstances:
            _circumstance(each, lang)
    _ways(found.ways, lang)
    _options(found, lang)


def _said(word: str, lang: str) -> str:
    if word in _WORDS:
        return _WORDS[word][lang == "zh"]
    for words in (label.CHANNELS, label.HOLDS, label.COUNTRIES):
        if word in words:
            return str(getattr(words[word], lang))
    return str(word)


def _heading(word: str, lang: str) -> None:
    typer.echo("")
    typer.secho(wrapped(_said(word, lang)), bold=True)


def _say(text: str, *, indent: int = 2, hang: int = 0) -> None:
    typer.echo(wrapped(text, indent=indent, hang=hang))


def _line(name: str, value: str) -> None:
    from rich.cells import cell_len

    typer.echo(f"    {name}{' ' * max(1, 26 - cell_len(name))}{value:>16}")


def _named(name: str, what: str, lang: str) -> str:
    return f"{name}：{what}" if lang == "zh" else f"{name}: {what}"


def _bracketed(text: str, lang: str) -> str:
    return f"（{text}）" if lang == "zh" else f" ({text})"


def _listed(words: Iterable[str], lang: str) -> str:
    return ("、" if lang == "zh" else ", ").join(words)


# --- clocks ------------------------------------------------------------------------------------


def _clocks(found: Explained, lang: str) -> None:
    """Show a person's clocks where it is not plain which of them counts."""
    zones = found.person["time_zones"]
    own = [way for way in found.ways if way["relation"] == "OWN"]
    if len(zones) == 1 and all(way["zones"] == zones for way in own):
        return
    _heading("clocks", lang)
    if not zones:
        _say(_said("no_zone", lang))
        return
    _say(_said("several" if len(zones) > 1 else "number", lang))
    for slot in found.person["slots"]:
        spans = [_between(clock["from"], clock["to"], clock["zone"]) for clock in slot["clocks"]]
        _say(_named(slot[f"slot_{lang}"], " = ".join(spans), lang), indent=4, hang=2)
    for hours, ways in _grouped(own, lambda way: _hours(way, lang)).items():
        channels = _listed(dict.fromkeys(_said(way["channel"], lang) for way in ways), lang)
        word = _said("lawful", lang) + _bracketed(channels, lang)
        _say(_named(word, hours, lang), indent=4, hang=2)


def _grouped(rows: Iterable[Row], key: Any) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def _hours(way: Row, lang: str) -> str:
    spans = [
        " = ".join(_between(start, end, zone) for zone in way["zones"])
        for start, end in way["lawful_hours"]
    ]
    return _listed(spans, lang) or _said("none", lang)


def _between(start: str, end: str, zone: str) -> str:
    clocks = [_instant(each, zone) for each in (start, end)]
    return f"{clocks[0]:%H:%M}–{clocks[1]:%H:%M} {zone}"


def _instant(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(ZoneInfo(zone))


# --- what is owed ------------------------------------------------------------------------------


def _loans(loans: Sequence[Row], lang: str) -> None:
    settled = [loan for loan in loans if loan["state"] == "SETTLED" and not loan["payoff_minor"]]
    for loan in loans:
        if loan not in settled:
            _loan(loan, lang)
    if settled:
        ids = _listed((loan["loan_id"] for loan in settled), lang)
        many = f"{len(settled)} settled loan{'s' * (len(settled) != 1)}: {ids}"
        _say(f"{len(settled)} 笔已结清借款：{ids}" if lang == "zh" else many, hang=2)


def _loan(loan: Row, lang: str) -> None:
    currency = _CURRENCIES.get(loan["currency"], (loan["currency"],) * 2)[lang == "zh"]
    product, state = loan[f"product_{lang}"], _said(loan["state"], lang)
    _say(f"{loan['loan_id']} · {product} · {currency} · {state}", hang=2)
    note = _note(loan)
    if note:
        _say(_said(note, lang), indent=4)
    late = loan["overdue_minor"] and note != "penalty_only"
    for name in _BILL if late else _BILL[-1:] * bool(loan["overdue_minor"]):
        _line(_said(name, lang), format_minor(loan[name]))
    _line(_said("payoff_minor", lang), format_minor(loan["payoff_minor"]))
    if loan["next_due_date"] is not None:
        due = f"{_said('next', lang)} {loan['next_due_date']}"
        _line(due, format_minor(loan["next_due_minor"]))
    for name in _FACTS:
        if loan[name] is not None and (late or name == "limitation_date"):
            value = bucket_name(loan[name]) if name == "bucket" else same(str(loan[name]))
            _line(_said(name, lang), str(getattr(value, lang)))


def _note(loan: Row) -> str | None:
    if not loan["overdue_minor"]:
        return "nothing_late"
    if loan["overdue_minor"] == loan["penalty_minor"]:
        return "penalty_only"
    return None if loan["days_past_due"] else "in_grace"


def _circumstance(each: Row, lang: str) -> None:
    parts = [
        each[name]
        for name in ("kind", "state", "channel", "direction", "outcome")
        if each.get(name) is not None
    ]
    day = each["day"]
    if each["what"] == "hold":
        open_ = _said("since", lang).format(day=day)
        day = f"{day} – {each['until']}" if each["until"] else open_
    said = _listed((_said(part, lang) for part in parts), lang)
    _say(_named(f"{day} {_said(each['what'], lang)}", said, lang), hang=2)


# --- ways --------------------------------------------------------------------------------------


def _ways(ways: Sequence[Row], lang: str) -> None:
    """Show the rules' answers; ways that are answered alike stand together."""
    _heading("ways", lang)
    if not ways:
        _say(_said("nothing", lang))
    own = [way for way in ways if way["relation"] != "CONTACT_PERSON"]
    alike: dict[tuple[tuple[str, ...], str], list[Row]] = {}
    for (_point, _channel, refusing), rows in _grouped(own, _answered).items():
        slots = _listed((row[f"slot_{lang}"] for row in rows), lang)
        alike.setdefault((refusing, slots), []).append(rows[0])
    for (refusing, slots), rows in alike.items():
        word = f"{_said('refused' if refusing else 'allowed', lang)}{_bracketed(slots, lang)}"
        points = [
            point + _bracketed(_listed((_said(row["channel"], lang) for row in of), lang), lang)
            for point, of in _grouped(rows, lambda row: row["contact_point_id"]).items()
        ]
        _say(_named(word, _listed(points, lang), lang), hang=4)
        if refusing:
            _refusals(rows[0], lang)
    others = sorted({w["contact_point_id"] for w in ways if w["relation"] == "CONTACT_PERSON"})
    if others:
        _say(_named(_said("third", lang), _listed(others, lang), lang), hang=4)


def _refusing(way: Row) -> list[Row]:
    return [f for f in way["findings"] if not f["allows"] and f["effect"] != "ADVISE"]


def _answered(way: Row) -> tuple[str, str, tuple[str, ...]]:
    """Return the way and its whole answer: which rules refuse, and when that may change."""
    if way["allowed"]:
        return way["contact_point_id"], way["channel"], ()
    refusing = [f["rule_id"] + _seen(dict(f["facts"]), "en") for f in _refusing(way)]
    return way["contact_point_id"], way["channel"], (*refusing, str(way["changes_at"]))


def _refusals(way: Row, lang: str) -> None:
    for finding in _refusing(way):
        seen = _seen(dict(finding["facts"]), lang)
        gap = "" if lang == "zh" else " "
        _say(f"· {finding[f'text_{lang}']}{seen}{gap}[{finding['source']}]", indent=6, hang=2)
    if way["changes_at"] is None:
        _say(f"→ {_said('stays', lang)}", indent=6, hang=2)
        return
    clocks = " = ".join(
        f"{_instant(way['changes_at'], zone):%Y-%m-%d %H:%M} {zone}" for zone in way["zones"]
    )
    _say(f"→ {_said('lifts', lang)} {clocks}", indent=6, hang=2)


def _seen(facts: dict[str, str], lang: str) -> str:
    """Return what a rule counted, in brackets; nothing where its sentence says it all."""
    for name in ("counted", "latest", "time zone"):
        if name in facts:
            return _bracketed(_said(name, lang).format_map(facts), lang)
    return ""


# --- what was weighed --------------------------------------------------------------------------


def _options(found: Explained, lang: str) -> None:
    if not found.options:
        return
    _heading("options", lang)
    best = max(option["value_minor"] for option in found.options)
    shown = [o for n, o in enumerate(found.options) if n < _OPTIONS_SHOWN or o["chosen"]]
    for option in shown:
        mark = "●" if option["chosen"] else " "
        way = (_said(option["channel"], lang), option[f"slot_{lang}"], option[f"team_{lang}"])
        chance = f"{option['chance_ppm'] / 10_000:.1f} %"
        good = format_minor(option["value_minor"], found.currency)
        _say(
            _named(
                f"{mark} {_listed(way, lang)}{_bracketed(option['contact_point_id'], lang)}",
                _listed(
                    (f"{_said('good', lang)} {good}", f"{_said('chance', lang)} {chance}"), lang
                ),
                lang,
            ),
            hang=4,
        )
    if rest := len(found.options) - len(shown):
        _say(_said("rest", lang).format(n=rest), indent=4)
    planned = found.reason["outcome"] == "PLANNED"
    if planned and any(o["chosen"] and o["value_minor"] < best for o in found.options):
        _say(_said("not_first", lang))
