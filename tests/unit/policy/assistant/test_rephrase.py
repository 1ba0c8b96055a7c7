"""A text is said instead of approved ones only where it says nothing that they do not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from forbear.contexts.rulebook.library import open_knowledge, open_phrasing, policy_texts
from forbear.policy.assistant.intent import Intent
from forbear.policy.assistant.rephrase import Doubt, doubts, load_phrasing
from forbear.policy.reading import InvalidRule
from forbear.values.code import Language

HOSTILE = yaml.safe_load(
    (Path(__file__).parents[3] / "data" / "assistant" / "hostile.yaml").read_text("utf-8")
)
TEXTS = [
    (Language(tongue.upper()), text)
    for tongue in HOSTILE["texts"]
    for text in HOSTILE["texts"][tongue]
]
LINES = {Language.ZH: "今天要还的：{1}", Language.EN: "To be paid now: {1}"}


def said(article, language):
    return article.says.zh if language is Language.ZH else article.says.en


def doubted(text, intent=Intent.PAY_HOW, language=Language.ZH):
    source = said(open_knowledge().answering(intent), language)
    return doubts(text, [source, LINES[language]], language=language, phrasing=open_phrasing())


@pytest.mark.parametrize("language", list(Language))
def test_every_approved_text_may_be_said_for_itself(language):
    for article in open_knowledge().articles.values():
        text = said(article, language)
        assert not doubts(text, [text], language=language, phrasing=open_phrasing()), article.id


def test_there_are_enough_hostile_texts_of_both_languages():
    assert len(TEXTS) >= 60
    assert min(len(each) for each in HOSTILE["texts"].values()) >= 30


@pytest.mark.parametrize(("language", "text"), TEXTS)
def test_no_hostile_text_may_be_said(language, text):
    assert doubted(text, language=language)


@pytest.mark.parametrize(
    ("language", "intent", "text"),
    [
        (Language.ZH, Intent.CANNOT_PAY, "谢谢您告诉我们。请先顾好吃饭、住房和看病。"),
        (Language.ZH, Intent.PAY_HOW, "请您只向页面上写明的收款方付款。"),
        (Language.ZH, Intent.PAY_HOW, "今天要还的：{1}。还款不收额外费用。"),
        (Language.EN, Intent.PAY_HOW, "Thank you for telling us. Paying costs nothing."),
        (
            Language.EN,
            Intent.PAY_HOW,
            "To be paid now: {1}. Pay only the payee that stands on these pages.",
        ),
        (
            Language.EN,
            Intent.CANNOT_PAY,
            "Food, home and health come first. Please do not borrow anew to pay.",
        ),
    ],
)
def test_a_shorter_and_kinder_text_may(language, intent, text):
    assert doubted(text, intent, language) == ()


@pytest.mark.parametrize(
    ("language", "intent", "text", "doubt"),
    [
        (Language.ZH, Intent.CANNOT_PAY, "请为了还款再借新的钱。", Doubt.DENIED),
        (Language.ZH, Intent.CANNOT_PAY, "提交之后，不会催您付款。", Doubt.CONDITION),
        (Language.EN, Intent.CANNOT_PAY, "Nobody asks you for payment.", Doubt.CONDITION),
        (Language.EN, Intent.CANNOT_PAY, "Please borrow anew to pay.", Doubt.DENIED),
        (Language.EN, Intent.PAY_HOW, "Paying costs extra.", Doubt.WORDS),
        (Language.ZH, Intent.PAY_HOW, "还款收额外费用。", Doubt.DENIED),
        (Language.ZH, Intent.PAY_HOW, "还 500 元。", Doubt.FIGURE),
        (Language.ZH, Intent.PAY_HOW, "Pay only the payee.", Doubt.LANGUAGE),
        (Language.EN, Intent.PAY_HOW, "请付款。", Doubt.LANGUAGE),
        (Language.ZH, Intent.PAY_HOW, "<b>还款</b>", Doubt.FORM),
        (Language.ZH, Intent.PAY_HOW, "还款\u202e不收费", Doubt.FORM),
        (Language.ZH, Intent.PAY_HOW, "您好。", Doubt.WORDS),
        (Language.ZH, Intent.PAY_HOW, "还" * 601, Doubt.FORM),
    ],
)
def test_it_says_why_a_text_may_not(language, intent, text, doubt):
    assert doubt in doubted(text, intent, language)


def test_no_word_may_be_lost_from_a_denial_of_any_article():
    """Whatever denying sign is dropped, the rest is doubted."""
    denials = open_phrasing().tongues[Language.ZH].denials
    tried = 0
    for article in open_knowledge().articles.values():
        text = article.says.zh
        for at, sign in enumerate(text):
            if sign in denials and sign not in "免停":
                tried += 1
                less = text[:at] + text[at + 1 :]
                assert doubts(less, [text], language=Language.ZH, phrasing=open_phrasing()), less
    assert tried > 60


@pytest.mark.parametrize(
    ("old", "new"),
    [("version: 1", "version: 0"), ("choose:", "chose:"), ("2026-10-20", "2027-10-20")],
)
def test_a_file_that_does_not_keep_its_form_is_refused(old, new):
    text = policy_texts("assistant")["phrasing.yaml"].replace(old, new, 1)
    with pytest.raises(InvalidRule):
        load_phrasing("phrasing.yaml", text)


def test_hostile_answers_are_data_as_a_model_would_send_it():
    assert all(json.loads(json.dumps({"text": text})) for _, text in TEXTS)
