"""What are codes, amounts and days called, in the reader's language?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from forbear.contexts.cases.models import PlanState
from forbear.contexts.people.role import ROLES, Role
from forbear.interfaces.web.clock import clock_named
from forbear.values.code import Channel
from forbear.values.money import MINOR_PER_MAJOR, Currency

CHANNELS = {
    Channel.VOICE: _("Call"),
    Channel.BOT: _("Voice bot"),
    Channel.SMS: _("SMS"),
    Channel.WECHAT: _("WeChat"),
    Channel.EMAIL: _("E-mail"),
    Channel.LETTER: _("Letter"),
    Channel.VISIT: _("Visit"),
}
PLAN_STATES = {
    PlanState.OPEN: _("To do"),
    PlanState.DONE: _("Done"),
    PlanState.CANCELLED: _("Cancelled"),
}
_SIGNS = {Currency.CNY: "¥", Currency.USD: "$", Currency.GBP: "£"}
_AMOUNT = re.compile(r"([-−]?)(\d[\d,]*\.\d{2}) (CNY|USD|GBP)\b")


_SOURCES = gettext_noop("House policy of the invented demo lender")


def source_word(source: str) -> str:
    """Return a source by its own name; the invented lender's in the reader's language."""
    return gettext(source) if source == _SOURCES else source


def chinese() -> bool:
    """Return whether the reader reads Chinese."""
    return (get_language() or "").startswith("zh")


def either(en: str, zh: str) -> str:
    """Return the text in the reader's language."""
    return zh if chinese() else en


def sentence(text: str) -> str:
    """Return words with a capital at their beginning."""
    return text[:1].upper() + text[1:]


def role_word(role: Role) -> str:
    """Return what a role is called, as a heading."""
    words = ROLES[role]
    return either(sentence(words.en), words.zh)


def listed_words(words: Iterable[str]) -> str:
    """Return words one after another, parted as the reader's language does."""
    return either(", ", "、").join(words)


def money(amount_minor: int, currency: Currency) -> str:
    """Return an amount with its sign, grouped, to the minor unit."""
    whole, part = divmod(abs(amount_minor), MINOR_PER_MAJOR)
    return f"{'−' if amount_minor < 0 else ''}{_SIGNS[currency]}{whole:,}.{part:02d}"


def in_signs(text: str) -> str:
    """Return words of the record with amounts written as everywhere on a page."""
    return _AMOUNT.sub(lambda found: f"{found[1]}{_SIGNS[Currency(found[3])]}{found[2]}", text)


def count(number: int) -> str:
    """Return a count, grouped."""
    return f"{number:,}"


def long_day(day: date) -> str:
    """Return a day with its weekday."""
    if chinese():
        return f"{date_format(day, 'Y年n月j日')} {date_format(day, 'l')}"
    return date_format(day, "l j F Y")


def instant(at: datetime, zone: str) -> str:
    """Return an instant on a named clock, the clock's name beside it."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d %H:%M} ({clock_named(zone)})"
