"""One list of words of danger serves the assistant, forms, replies and notes alike."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from forbear.contexts.cases.desk.check import signs_in
from forbear.contexts.rulebook.library import (
    open_danger,
    open_scripts,
    open_understanding,
    policy_texts,
)
from forbear.policy.assistant.intent import Intent
from forbear.policy.assistant.load import load_said
from forbear.policy.danger import load_danger
from forbear.policy.reading import InvalidRule
from forbear.values.code import HoldKind, Language

FOLDER = Path(__file__).resolve().parents[2] / "data" / "assistant"
UNSEEN = yaml.safe_load((FOLDER / "unseen.yaml").read_text("utf-8"))
TEXT = policy_texts("danger")["words.yaml"]
# No fear for anybody: business, figures of speech, and what somebody says is not so.
HARMLESS = (
    "客户称下周五还款五百元，语气平和",
    "累死了，今天跑了一天",
    "腿摔断了没法活动",
    "煤气爆炸把家里炸没了",
    "没有自杀倾向，情绪稳定",
    "请不要把我的钱算错",
    "the battery is dead, he will call back",
    "no thoughts of suicide were mentioned",
    "she will pay by the end of the month",
)


def self_harm(text):
    return any(HoldKind.SELF_HARM in each.sign.kinds for each in signs_in(text))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_the_assistant_takes_for_danger_the_forms_do_too(language):
    said = load_said(policy_texts("assistant/heard"))[Intent.SELF_HARM]
    texts = [*said[Language(language.upper())], *UNSEEN["SELF_HARM"][language]]

    assert [text for text in texts if not self_harm(text)] == []


def test_both_read_the_same_list():
    sign = next(each for each in open_scripts().signs if HoldKind.SELF_HARM in each.kinds)
    ours = next(e for e in open_understanding().signs.sure if e.intent is Intent.SELF_HARM)

    assert set(open_danger().say) <= set(sign.say) & set(ours.say)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_lets_fear_for_nobody_stops_nothing(text):
    assert not self_harm(text)


def test_danger_in_a_message_is_found_by_the_assistant_as_on_a_form():
    text = "钱的事先不说了，我站在楼顶"

    assert self_harm(text)
    assert open_understanding().understand(text, as_of=date(2026, 11, 26)).meant[0] is (
        Intent.SELF_HARM
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("version: 1", "edition: 1", "edition"),
        ("'(割腕", "'((割腕", "is no pattern"),
    ],
)
def test_a_file_that_does_not_keep_its_form_is_refused(old, new, message):
    with pytest.raises(InvalidRule, match=message):
        load_danger("x.yaml", TEXT.replace(old, new, 1))
