"""Values are written in their language, and carry nothing that could mislead."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.policy.wording.form import Both, Variable, VariableKind
from forbear.policy.wording.value import Amount, UnfitValue, money, write
from forbear.values.code import Jurisdiction, Language
from forbear.values.money import AMOUNT_MINOR_MAX, Currency

TEXTUAL = [
    VariableKind.NAME,
    VariableKind.TEXT,
    VariableKind.ADDRESS,
    VariableKind.REFERENCE,
    VariableKind.ARTICLE,
    VariableKind.CASE_NO,
]


def written(kind, value, language=Language.EN, jurisdiction=Jurisdiction.CN):
    variable = Variable("x", kind, False, False, Both("某", "some"), {})
    return write(variable, value, language=language, jurisdiction=jurisdiction)


class TestWritten:
    @pytest.mark.parametrize(
        ("kind", "value", "zh", "en"),
        [
            (VariableKind.MONEY, Amount(0, Currency.CNY), "0.00元", "CNY 0.00"),
            (VariableKind.MONEY, Amount(123456, Currency.USD), "1,234.56美元", "$1,234.56"),
            (
                VariableKind.MONEY,
                Amount(100000005, Currency.GBP),
                "1,000,000.05英镑",
                "£1,000,000.05",
            ),
            (VariableKind.DATE, date(2026, 12, 1), "2026年12月1日", "1 December 2026"),
            (VariableKind.DAYS, 0, "0天", "0 days"),
            (VariableKind.DAYS, 1, "1天", "1 day"),
            (VariableKind.DAYS, 30, "30天", "30 days"),
            (VariableKind.COUNT, 6, "6", "6"),
            (VariableKind.NAME, "欧阳·阿依古丽", "欧阳·阿依古丽", "欧阳·阿依古丽"),
            (VariableKind.NAME, "O'Neil-Smith", "O'Neil-Smith", "O'Neil-Smith"),
            (VariableKind.NAME, "\U00031350", "\U00031350", "\U00031350"),
            (VariableKind.PHONE, "+86 400-000-0000", "+86 400-000-0000", "+86 400-000-0000"),
            (VariableKind.PHONE, "000", "000", "000"),
            (VariableKind.URL, "https://a.example/x?y=1", *["https://a.example/x?y=1"] * 2),
            (VariableKind.URL, "http://localhost:8000/a", *["http://localhost:8000/a"] * 2),
            (VariableKind.CASE_NO, "（2026）示0101民初123号", *["（2026）示0101民初123号"] * 2),
            (VariableKind.ARTICLE, "《示例法》第六百七十五条", *["《示例法》第六百七十五条"] * 2),
        ],
    )
    def test_in_both_languages(self, kind, value, zh, en):
        assert written(kind, value, Language.ZH) == zh
        assert written(kind, value, Language.EN) == en

    def test_a_date_in_the_united_states(self):
        when = date(2026, 3, 5)

        assert written(VariableKind.DATE, when, jurisdiction=Jurisdiction.US) == "March 5, 2026"


class TestRefused:
    @pytest.mark.parametrize(
        ("kind", "value"),
        [
            (VariableKind.MONEY, 100),
            (VariableKind.MONEY, 1.5),
            (VariableKind.MONEY, "1.00"),
            (VariableKind.MONEY, Amount(-1, Currency.CNY)),
            (VariableKind.MONEY, Amount(1.5, Currency.CNY)),
            (VariableKind.MONEY, Amount(True, Currency.CNY)),
            (VariableKind.MONEY, Amount(AMOUNT_MINOR_MAX + 1, Currency.CNY)),
            (VariableKind.DATE, "2026-03-05"),
            (VariableKind.DATE, datetime(2026, 3, 5)),
            (VariableKind.DAYS, -1),
            (VariableKind.DAYS, True),
            (VariableKind.COUNT, 2.0),
            (VariableKind.COUNT, -1),
            (VariableKind.NAME, 7),
            (VariableKind.NAME, "  "),
            (VariableKind.NAME, "a" * 61),
            (VariableKind.NAME, "林女士 https://pay.example"),
            (VariableKind.TEXT, "see www.pay.example"),
            (VariableKind.PHONE, "call me"),
            (VariableKind.PHONE, "40"),
            (VariableKind.URL, "http://pay.example"),
            (VariableKind.URL, "https://user@pay.example"),
            (VariableKind.URL, "https://pay.example/ x"),
            (VariableKind.URL, "javascript:alert(1)"),
            (VariableKind.URL, "https://示例.example"),
            (VariableKind.URL, "http://localhost.evil.example/"),
            (VariableKind.ARTICLE, "the law"),
            (VariableKind.CASE_NO, "soon"),
            (VariableKind.CASE_NO, "12; 13"),
            (VariableKind.REFERENCE, "6222 0200 1234 5678 901"),
            (VariableKind.NAME, "林 11010119900307123"),
        ],
    )
    def test_what_is_not_of_the_kind(self, kind, value):
        with pytest.raises(UnfitValue) as caught:
            written(kind, value)

        assert caught.value.reason.zh
        assert caught.value.reason.en

    @pytest.mark.parametrize("kind", TEXTUAL)
    @pytest.mark.parametrize(
        "bad",
        [
            *("\x00", "\n", "\r", "\t", "\x1b", "\x7f", "\x85"),
            *("\u202a", "\u202b", "\u202c", "\u202d", "\u202e"),
            *("\u2066", "\u2067", "\u2068", "\u2069", "\u200e", "\u200f", "\u061c"),
            *("\u200b", "\u200d", "\ufeff", "\u2028", "\u2029", "\ud800"),
            *("{", "}", "【", "】"),
        ],
        ids=lambda each: f"U+{ord(each):04X}",
    )
    def test_what_could_mislead(self, kind, bad):
        with pytest.raises(UnfitValue):
            written(kind, f"第1条{bad}2")

    @given(text=st.text(max_size=80), kind=st.sampled_from(TEXTUAL))
    def test_text_is_written_as_it_is_or_not_at_all(self, text, kind):
        try:
            found = written(kind, text)
        except UnfitValue:
            return

        assert found == text
        assert not set(text) & set("{}【】\n\r\x00\u202e\u2066")

    @given(
        minor=st.integers(min_value=0, max_value=AMOUNT_MINOR_MAX),
        currency=st.sampled_from(Currency),
        language=st.sampled_from(Language),
    )
    def test_money_reads_back_to_the_same_minor_units(self, minor, currency, language):
        found = money(Amount(minor, currency), language=language)
        digits = "".join(each for each in found if each.isdigit())

        assert int(digits) == minor
        assert found.index(".") == len(found.rstrip("元美英镑")) - 3
