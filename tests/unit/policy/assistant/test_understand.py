"""What people write is understood, asked about, or known to be nothing; danger is never missed."""

from __future__ import annotations

import re
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from forbear.contexts.rulebook.library import open_understanding, policy_texts
from forbear.policy.assistant.intent import CARE, GUARDED, MANNERS, Intent
from forbear.policy.assistant.learn import learn
from forbear.policy.assistant.load import load_said, load_signs
from forbear.policy.danger import Danger
from forbear.policy.reading import InvalidRule
from forbear.values.code import Language

TODAY = date(2026, 11, 26)
UNSEEN = yaml.safe_load(
    (Path(__file__).resolve().parents[3] / "data" / "assistant" / "unseen.yaml").read_text("utf-8")
)
RIGHT_MIN = {"zh": 0.88, "en": 0.88}
RIGHT_WHEN_CLEAR_MIN = 0.85
ALIKE_MAX, ALIKE_SHARE_MAX = 0.6, 0.01


def meant(text):
    return open_understanding().understand(text, as_of=TODAY)


def test_every_meaning_has_examples_in_both_languages():
    said = load_said(policy_texts("assistant/heard"))

    assert set(said) == set(Intent)
    assert all(len(said[each][language]) >= 30 for each in said for language in Language)
    assert all(sum(len(rows) for rows in said[each].values()) >= 60 for each in said)


def test_examples_are_no_copies_with_a_word_changed():
    said = load_said(policy_texts("assistant/heard"))
    # What people say to greet, thank and leave is short and always alike.
    alike, all_of = [], 0
    for intent in set(said) - MANNERS:
        for rows in said[intent].values():
            parts = [(text, words_of(text)) for text in rows]
            all_of += len(parts)
            alike += [
                (one, other)
                for (one, a), (other, b) in combinations(parts, 2)
                if len(a & b) / len(a | b) > ALIKE_MAX
            ]

    assert len(alike) / all_of <= ALIKE_SHARE_MAX, alike


def words_of(text):
    """Return what two sentences share if they are copies: words, or characters by twos."""
    if re.search("[\u3400-\u9fff]", text):
        plain = "".join(re.findall(r"\w", text))
        return {plain[at : at + 2] for at in range(max(1, len(plain) - 1))}
    return set(re.findall(r"[\w']+", text))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_sentences_never_seen_are_understood(language):
    rows = [(Intent(name), text) for name in UNSEEN for text in UNSEEN[name][language]]
    found = [(intent, meant(text)) for intent, text in rows]
    clear = [(intent, each) for intent, each in found if each.meant]

    first = sum(open_understanding().first(text)[0] is intent for intent, text in rows)
    assert first / len(rows) >= RIGHT_MIN[language]
    right = sum(intent in each.meant for intent, each in clear)
    assert right / len(clear) >= RIGHT_WHEN_CLEAR_MIN
    assert len(clear) / len(found) >= 0.7


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whoever_may_be_in_danger_is_never_missed(language):
    said = load_said(policy_texts("assistant/heard"))
    texts = [*UNSEEN["SELF_HARM"][language], *said[Intent.SELF_HARM][Language(language.upper())]]

    assert [text for text in texts if meant(text).meant[0] is not Intent.SELF_HARM] == []
    heavy = [*UNSEEN["DISTRESS"][language], *said[Intent.DISTRESS][Language(language.upper())]]
    assert [text for text in heavy if not meant(text).care] == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("intent", sorted(GUARDED | CARE - {Intent.DISTRESS}))
def test_what_guards_people_is_found(intent, language):
    texts = UNSEEN[intent][language]

    assert [text for text in texts if not {*meant(text).meant} & (GUARDED | CARE)] == []


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("我下周五还五百，另外别打我单位电话", {Intent.PROMISE, Intent.WORKPLACE}),
        ("我早还清了，给我开结清证明", {Intent.ALREADY_PAID, Intent.SETTLEMENT}),
        ("你好，我欠多少", {Intent.OWED}),
        ("我不是要投诉，就想问一下欠多少", {Intent.OWED}),
        ("i don't want to complain, how much do i owe", {Intent.OWED}),
    ],
)
def test_several_wishes_and_what_is_taken_back(text, intents):
    assert set(meant(text).meant) == intents


@pytest.mark.parametrize("text", ["", "，，，", "zzqx vvk", "🙂🙂", "嗯嗯嗯嗯额", "1234567"])
def test_what_is_not_clear_is_not_guessed(text):
    found = meant(text)

    assert set(found.meant) <= {Intent.NONE}
    assert len(found.near) <= 3


def test_a_long_message_is_read_to_a_bound():
    assert meant("我欠多少，" * 20_000).meant == (Intent.OWED,)


def test_how_sure_it_is_comes_from_what_it_would_have_said_unseen():
    reader = open_understanding().reader
    texts = ["还款", "还钱", "付款", "投诉", "投诉你们", "我要投诉"] * 3

    model = learn(reader, texts, ["PAY", "PAY", "PAY", "COMPLAIN", "COMPLAIN", "COMPLAIN"] * 3)

    assert model.meanings == ("COMPLAIN", "PAY")
    chances = model.chances("投诉")
    assert chances[0] > 0.9
    assert abs(float(chances.sum()) - 1) < 1e-5
    assert model.known("qqq") == 0


def test_a_sentence_that_means_two_things_is_refused():
    text = "intents: {OWED: {zh: a, en: b}, PAUSE: {zh: a, en: c}}"

    with pytest.raises(InvalidRule, match="'a' is also OWED"):
        load_said({"x.yaml": text})


def test_a_pattern_that_is_none_is_refused():
    with pytest.raises(InvalidRule, match="is no pattern"):
        load_signs("x.yaml", "sure: [{intent: SELF_HARM, say: ['(']}]\ndenied: []", Danger())
