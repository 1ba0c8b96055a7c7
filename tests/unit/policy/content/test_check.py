"""What is forbidden is found where it stands, and facts clear what they make true."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.contexts.rulebook.library import open_content
from forbear.policy.content.check import check
from forbear.values.wording import Act, Fact

PACK = open_content()


def decide(text, *facts, locale=""):
    return check(text, locale=locale, facts=frozenset(facts), pack=PACK)


TRUE_BY_FACT = [
    ("本案已由示例区人民法院受理，开庭定在3月1日。", Act.FALSE_ACTION, Fact.SUIT_FILED),
    ("We filed a claim against you in Sample County Court.", Act.FALSE_ACTION, Fact.SUIT_FILED),
    ("法院已判决您偿还借款本息。", Act.FALSE_ACTION, Fact.JUDGMENT_GIVEN),
    ("A £15 letter charge was added on 2 November.", Act.EXTRA_FEE, Fact.FEE_IN_CONTRACT),
    ("逾期部分按日计收罚息。", Act.EXTRA_FEE, Fact.FEE_IN_CONTRACT),
    ("我是示例律师事务所律师，受托与您联系。", Act.IMPERSONATE_LAWYER, Fact.SENDER_IS_LAWYER),
    ("We act as solicitors for Example Ltd.", Act.IMPERSONATE_LAWYER, Fact.SENDER_IS_LAWYER),
    ("方便的话加一下我的个人微信。", Act.PRIVATE_CHANNEL, Fact.PRIVATE_CHANNEL_CONSENTED),
    ("你已经上了失信名单。", Act.FALSE_AMOUNT, Fact.DISHONEST_LISTED),
]


@pytest.mark.parametrize(("text", "act", "fact"), TRUE_BY_FACT)
def test_a_fact_makes_words_lawful(text, act, fact):
    without, with_fact = decide(text), decide(text, fact)

    found = next(each for each in without.findings if each.act is act)
    assert fact in found.lawful_when
    assert with_fact.allowed
    assert act in {each.act for each in with_fact.cleared}


def test_a_suit_on_an_expired_debt_is_an_act_of_its_own():
    decision = decide("债权人已决定提起诉讼。", Fact.TIME_BARRED)

    assert decision.acts == {Act.TIMEBARRED_THREAT}
    assert decision.findings[0].lawful_when == ()


def test_no_fact_excuses_a_threat():
    every = frozenset(Fact)

    for text in ("不还钱就打断你的腿！", "Pay up or we'll break your legs and burn your house."):
        decision = check(text, locale="", facts=every, pack=PACK)
        assert Act.VIOLENCE in decision.acts


@pytest.mark.parametrize(
    "text",
    [
        "您不会因为欠款坐牢，请勿轻信自称公安的来电。",
        "我们不收取任何上门费，也从不要求转到个人账户。",
        "You cannot be arrested for an unpaid card.",
        "We will never tell your employer about this account.",
        "Thank you, your payment arrived.",
        "",
    ],
)
def test_warning_and_denying_commit_nothing(text):
    assert decide(text).allowed


def test_a_companion_counts_only_beside_another_act():
    calm, harsh = "请您今天还清欠款，谢谢。", "今天不还清，我叫人打断你的腿！"

    assert decide(calm).allowed
    assert Act.PRESSURE in decide(harsh).acts


def test_a_finding_quotes_the_original():
    text = "你好。再不还就让你坐 牢，你等着。"

    finding = next(each for each in decide(text).findings if each.act is Act.FALSE_CRIME)

    assert text[finding.start : finding.end] == finding.text
    assert "牢" in finding.text


def test_a_threat_is_found_within_a_long_lawful_text():
    calm = "您可以在App里查看账单，有疑问请致电客服。" * 40
    threat = "再不还钱我叫人打断你的腿。"

    finding = next(each for each in decide(calm + threat + calm).findings)

    assert len(calm) - 60 <= finding.start <= len(calm) + len(threat)


def test_a_wrong_locale_hides_nothing():
    assert Act.VIOLENCE in decide("再不还钱我叫人打断你的腿。", locale="en-GB").acts


def test_the_answer_is_plain_values_and_always_the_same():
    text = "We'll tell your boss and smash your windows tonight."

    one, two = decide(text).as_dict(), decide(text).as_dict()

    assert one == two
    assert one["allowed"] is False
    assert {"act", "start", "end", "cue", "words", "lawful_when", "severity"} <= set(
        one["findings"][0]
    )


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_the_check(text):
    for finding in decide(text).findings:
        assert 0 <= finding.start < finding.end <= len(text)


@pytest.mark.parametrize(
    "text",
    ["we " * 4000, "法院已" * 4000, "a-" * 8000, "(" * 20000, "我是" * 6000, "will your " * 1500],
)
def test_no_text_makes_the_check_run_away(text):
    started = time.perf_counter()

    decide(text[:12000])

    assert time.perf_counter() - started < 5
