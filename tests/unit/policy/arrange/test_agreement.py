"""The agreement says what it must, once, and nothing that may not be said."""

from __future__ import annotations

from datetime import date

import pytest

from forbear.contexts.rulebook.library import open_agreements, open_content, policy_texts
from forbear.policy.arrange.agreement import Fill, load_agreements, written
from forbear.policy.arrange.word import Content, Target, Treatment
from forbear.policy.content.check import check
from forbear.policy.reading import InvalidRule
from forbear.policy.wording.form import Both
from forbear.values.code import Jurisdiction
from forbear.values.wording import Fact

FILL = {name: Both(f"<{name}>", f"<{name}>") for name in Fill}
DAY = date(2026, 11, 25)
FACTS = frozenset({Fact.ADDRESSEE_IS_DEBTOR, Fact.ARRANGEMENT_OFFERED})


@pytest.mark.parametrize("law", Jurisdiction)
@pytest.mark.parametrize("treatment", Treatment)
@pytest.mark.parametrize("target", Target)
class TestEveryAgreement:
    def test_is_filled_in_and_numbers_its_six_parts(self, law, treatment, target):
        made = written(open_agreements().template(law, DAY), treatment, target, FILL)

        for number, sign in enumerate("一二三四五六", start=1):
            assert f"\n{number}. " in made.text_en
            assert f"\n{sign}、" in made.text_zh
        for text in (made.text_en, made.text_zh):
            assert "{" not in text
            for needed in (Fill.TOTAL, Fill.SCHEDULE, Fill.GRACE_DAYS, Fill.BROKEN_AFTER_DAYS):
                assert f"<{needed}>" in text

    def test_says_nothing_that_may_not_be_said(self, law, treatment, target):
        sums = {name: Both("12.00 CNY", "12.00 CNY") for name in Fill}
        made = written(open_agreements().template(law, DAY), treatment, target, sums)

        for text, locale in ((made.text_zh, "zh-CN"), (made.text_en, "en-CN")):
            found = check(text, locale=locale, facts=FACTS, pack=open_content())
            assert found.findings == ()


def test_another_word_is_another_hash():
    template = open_agreements().template(Jurisdiction.CN, DAY)
    one = written(template, Treatment.FROZEN, Target.PAYOFF, FILL)
    two = written(
        template, Treatment.FROZEN, Target.PAYOFF, {**FILL, Fill.TOTAL: Both("1", "<total>")}
    )

    assert one.sha256 != two.sha256


@pytest.mark.parametrize("content", Content)
def test_a_template_without_a_content_is_refused(content):
    text = policy_texts("agreements")["cn.yaml"]
    lost = text.replace(f"content: {content}", f"content: {_other(content)}")

    with pytest.raises(InvalidRule, match="times"):
        load_agreements({"cn.yaml": lost})


def test_a_template_with_an_unknown_variable_is_refused():
    text = policy_texts("agreements")["cn.yaml"].replace("{total}", "{totall}", 1)

    with pytest.raises(InvalidRule, match="totall"):
        load_agreements({"cn.yaml": text})


def _other(content: Content) -> Content:
    return Content.OTHER if content is not Content.OTHER else Content.RIGHTS
