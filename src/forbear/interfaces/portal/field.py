"""How does somebody type an amount, a rate or a day, and how is a slip of the pen told?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forbear.policy.education.plan import RATE_BP_MAX
from forbear.values.money import AMOUNT_MINOR_MAX, MINOR_PER_MAJOR

_AMOUNT = re.compile(r"(\d{1,10})(?:\.(\d{1,2}))?")
_RATE = re.compile(r"(\d{1,4})(?:\.(\d{1,2}))?")
_BP_A_PERCENT = 100
_SIGNS = re.compile(r"[\s,，¥￥$£元]|CNY|USD|GBP|RMB")


class AmountField(forms.CharField):
    """An amount in major units as people write it; the value is minor units."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("max_length", 20)
        given.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        )
        super().__init__(**given)

    def clean(self, value: Any) -> Any:
        """Return minor units; null where nothing was typed and nothing must be.

        Raises:
            ValidationError: it is no amount.
        """
        text = super().clean(value)
        if not text:
            return None
        plain = _SIGNS.sub("", unicodedata.normalize("NFKC", text).upper())
        found = _AMOUNT.fullmatch(plain)
        if found is None:
            raise forms.ValidationError(_("Please type an amount, such as 120 or 120.50."))
        minor = int(found[1]) * MINOR_PER_MAJOR + int((found[2] or "0").ljust(2, "0"))
        if minor > AMOUNT_MINOR_MAX:
            raise forms.ValidationError(_("This amount is too large."))
        return minor


class RateField(forms.CharField):
    """A yearly rate in per cent as people write it; the value is hundredths of a per cent."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("max_length", 10)
        given.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        )
        super().__init__(**given)

    def clean(self, value: Any) -> Any:
        """Return hundredths of a per cent; null where nothing was typed and nothing must be.

        Raises:
            ValidationError: it is no rate.
        """
        text = super().clean(value)
        if not text:
            return None
        plain = unicodedata.normalize("NFKC", text).replace("%", "").replace(" ", "")
        found = _RATE.fullmatch(plain)
        if found is None:
            raise forms.ValidationError(_("Please type a rate in per cent, such as 18 or 18.25."))
        rate_bp = int(found[1]) * _BP_A_PERCENT + int((found[2] or "0").ljust(2, "0"))
        if rate_bp > RATE_BP_MAX:
            raise forms.ValidationError(_("This rate is too high to reckon with."))
        return rate_bp


def plain_rate(rate_bp: int) -> str:
    """Return a rate as somebody would type it.

    >>> plain_rate(1800), plain_rate(1825)
    ('18', '18.25')
    """
    return f"{rate_bp / _BP_A_PERCENT:g}"


def plain_amount(minor: int | None) -> str:
    """Return an amount as somebody would type it; empty for null.

    >>> plain_amount(12050), plain_amount(50000), plain_amount(None)
    ('120.50', '500', '')
    """
    if minor is None:
        return ""
    major, rest = divmod(minor, MINOR_PER_MAJOR)
    return f"{major}.{rest:02d}" if rest else str(major)


class DayField(forms.DateField):
    """A day, chosen as the browser lets one choose it, or typed as 2026-11-30."""

    def __init__(self, **given: Any) -> None:
        given.setdefault("input_formats", ["%Y-%m-%d", "%Y/%m/%d"])
        given.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(**given)


def offer(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Let a field of a form be answered by some choices, values with their words."""
    form.fields[name].choices = list(choices)  # type: ignore[attr-defined]  # of choice fields alone
