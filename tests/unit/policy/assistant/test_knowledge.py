"""Every question finds its approved answer, in both languages; nothing else is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from forbear.contexts.rulebook.library import open_content, open_knowledge, policy_texts
from forbear.policy.assistant.intent import Intent
from forbear.policy.assistant.knowledge import load_articles
from forbear.policy.content.check import check
from forbear.policy.reading import InvalidRule
from forbear.values.wording import Fact

UNSEEN = yaml.safe_load(
    (Path(__file__).resolve().parents[3] / "data" / "assistant" / "unseen.yaml").read_text("utf-8")
)
TEXT = policy_texts("assistant")["knowledge.yaml"]
# How somebody asks for what is no article, or in no words at all, is for the model to find.
TALK = {"GREETING", "THANKS", "GOODBYE", "ABUSE", "NONE", "SELF_HARM", "DISTRESS"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_right_article_is_among_the_three_nearest(language):
    knowledge = open_knowledge()
    asked = [(Intent(n), t) for n in UNSEEN if n not in TALK for t in UNSEEN[n][language]]

    found = [
        knowledge.answering(intent) in knowledge.nearest(text, at_most=3) for intent, text in asked
    ]

    assert sum(found) / len(found) >= 0.9


def test_no_article_holds_a_figure_or_the_number_of_a_law():
    for each in open_knowledge().articles.values():
        for text in (each.says.zh, each.says.en, each.title.zh, each.title.en):
            assert not re.search(r"\d|第.{1,4}条|\barticle\b|section", text, re.IGNORECASE), text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_article_passes_the_check_of_content(language):
    for each in open_knowledge().articles.values():
        text = getattr(each.says, language)
        facts = frozenset(Fact)

        found = check(text, locale="", facts=facts, pack=open_content()).findings

        # What is warned of is named: the words of a fraud, of threats, of what is not allowed.
        assert [str(one) for one in found] == [] or each.id in {
            "fraud",
            "bureau",
            "complain",
            "law",
        }


def test_an_article_names_itself_with_its_version():
    assert open_knowledge().articles["pay"].ref == "assistant.pay@2"


def test_what_shares_nothing_finds_nothing():
    assert open_knowledge().nearest("🙂") == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("for: [OWED]", "for: [DUE_DATE]", "answer OWED 0 times"),
        ("ways: [ITEMS, PAY]", "ways: [BANK]", "'BANK' is not known"),
        ("approved_on: 2026-10-20", "approved_on: 2027-10-20", "is after effective"),
    ],
)
def test_a_file_that_does_not_keep_its_form_is_refused(old, new, message):
    with pytest.raises(InvalidRule, match=message):
        load_articles("x.yaml", TEXT.replace(old, new, 1))
