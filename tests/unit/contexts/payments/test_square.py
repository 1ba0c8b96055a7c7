"""The square says what the words beside it say, or what a bank's own form asks for."""

from __future__ import annotations

from forbear.contexts.payments.ways.square import square_svg, square_text
from forbear.policy.paying import TransferTo
from forbear.policy.wording.form import Both
from forbear.values.money import Currency

TO = TransferTo(Both("示例（虚构）", "Example (invented)"), Both("银行", "Bank"), "00 01", None)


def test_in_words():
    text = square_text(TO, "0123456789AB", amount_minor=12_305, currency=Currency.CNY)
    assert text.splitlines() == ["示例（虚构）", "00 01", "0123 4567 89AB", "123.05 CNY"]


def test_in_a_form_of_the_banks_own():
    form = TransferTo(TO.payee, TO.bank, TO.account, "p:{account}:{reference}:{amount}")
    assert square_text(form, "R", amount_minor=None, currency=Currency.GBP) == "p:0001:R:"


def test_is_drawn_as_a_picture_that_scales():
    svg = square_svg("0123456789AB")
    assert svg.startswith("<svg ")
    assert "viewBox" in svg
    assert "width=" not in svg
    assert svg != square_svg("0123456789AC")
