"""Do facts that contradict each other say so, in both languages, with a remedy?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from forbear.policy.debt import Instalment, InvalidFacts, LoanFacts, Pause, Posting, standing
from forbear.values.code import LoanState
from forbear.values.money import AMOUNT_MINOR_MAX
from tests.support.book import PLAIN, TERMS

LOAN = LoanFacts(
    loan_id="L1",
    product="plain",
    currency="CNY",
    disbursed_day=0,
    principal_minor=300,
    annual_rate_bp=2_400,
    state=LoanState.OPEN,
    instalments=(Instalment(30, 100, 2, 1), Instalment(60, 200, 2, 1)),
    postings=(Posting("a", 10, 12, 50),),
)
PAID = LOAN.postings[0]


class TestLoanFacts:
    @pytest.mark.parametrize(
        ("changes", "says", "says_zh"),
        [
            ({"instalments": ()}, "no instalment", "没有分期"),
            ({"instalments": LOAN.instalments[::-1]}, "instalment 2 does not fall due", "第 2 期"),
            ({"disbursed_day": 30}, "instalment 1 does not fall due", "第 1 期"),
            ({"disbursed_day": -1}, "instalment 1 does not fall due", "第 1 期"),
            ({"principal_minor": 301}, "principal is 300, not 301", "300"),
            ({"annual_rate_bp": -1}, "-1 basis points", "-1 个基点"),
            (
                {"instalments": (Instalment(30, 301, -1, 0),), "principal_minor": 301},
                "instalment 1 has an amount out of bounds",
                "第 1 期 的金额超出范围",
            ),
            ({"postings": (PAID._replace(amount_minor=0),)}, "posting a has an amount", "入账 a"),
            (
                {"postings": (PAID._replace(amount_minor=AMOUNT_MINOR_MAX + 1),)},
                "posting a has an amount",
                "入账 a",
            ),
            ({"postings": (PAID, PAID)}, "posting a stands twice", "入账 a 重复"),
            (
                {"postings": (PAID, Posting("r", 10, 20, 49, reverses="a"))},
                "reversal r fits no payment",
                "冲正 r",
            ),
            (
                {"postings": (PAID, Posting("r", 10, 11, 50, reverses="a"))},
                "reversal r fits no payment",
                "冲正 r",
            ),
            (
                {"postings": (PAID, Posting("r", 10, 20, 50, reverses="b"))},
                "reversal r fits no payment",
                "冲正 r",
            ),
            (
                {"postings": (PAID, *(Posting(r, 10, 20, 50, reverses="a") for r in "rs"))},
                "reversal s fits no payment",
                "冲正 s",
            ),
            ({"pauses": (Pause(9, 8, 0),)}, "ends before it starts", "早于开始"),
        ],
    )
    def test_refuses_what_cannot_be(self, changes: Any, says: str, says_zh: str) -> None:
        with pytest.raises(InvalidFacts, match=says) as caught:
            replace(LOAN, **changes)

        assert caught.value.remedy
        assert says_zh in str(caught.value.data["message_zh"])
        assert caught.value.data["remedy_zh"]

    def test_takes_a_reversal_posted_on_the_day_of_its_payment(self) -> None:
        back = Posting("r", 10, 12, 50, reverses="a")

        loan = replace(LOAN, postings=(back, PAID))

        assert standing(loan, PLAIN, as_of_day=20, known_day=20).paid_minor == 0


class TestStanding:
    def test_refuses_another_product_s_terms(self) -> None:
        with pytest.raises(InvalidFacts, match="those of card, not of plain"):
            standing(LOAN, TERMS["card"], as_of_day=20, known_day=20)

    @pytest.mark.parametrize("day", [-1, 84_006])
    def test_refuses_a_day_outside_the_calendar(self, day: int) -> None:
        with pytest.raises(InvalidFacts, match="outside 1970 to 2199"):
            standing(LOAN, PLAIN, as_of_day=day, known_day=20)
