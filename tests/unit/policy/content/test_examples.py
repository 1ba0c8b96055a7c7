"""Every claim finds its own examples, and no shipped message commits a forbidden act."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forbear.contexts.rulebook.library import open_content, policy_texts
from forbear.policy.content.check import check
from forbear.policy.content.form import nobody
from forbear.policy.wording.holds import locale_of
from forbear.policy.wording.load import load_wordings
from forbear.policy.wording.sample import sample
from forbear.values.code import Language
from forbear.values.wording import Fact

PACK = open_content()
WORDS = replace(PACK, reader=nobody)
"""Claims speak for themselves, so the reader is not asked."""
CLAIMS = [
    (language, claim)
    for language, tongue in PACK.tongues.items()
    for claim in tongue.claims
    if claim.alone
]
WORDINGS = load_wordings(policy_texts("messages"))


@pytest.mark.parametrize(("language", "claim"), CLAIMS, ids=[f"{a}-{b.id}" for a, b in CLAIMS])
def test_a_claim_finds_its_examples(language, claim):
    assert claim.examples
    for example in claim.examples:
        decision = check(example, locale=language.lower(), facts=claim.only_when, pack=WORDS)
        assert claim.id in {each.cue for each in decision.findings}, example


@pytest.mark.parametrize(("language", "claim"), CLAIMS, ids=[f"{a}-{b.id}" for a, b in CLAIMS])
def test_each_fact_of_a_claim_clears_it(language, claim):
    for example in claim.examples:
        for fact in claim.lawful_when - {Fact.TIME_BARRED}:
            facts = claim.only_when | {fact}
            decision = check(example, locale=language.lower(), facts=facts, pack=WORDS)
            assert claim.id not in {each.cue for each in decision.findings}, (example, fact)


@pytest.mark.parametrize("wording", list(WORDINGS), ids=lambda each: f"{each.id}-{each.version}")
def test_a_shipped_message_commits_nothing(wording):
    for language in Language:
        filled = sample(wording, language)
        text = filled.text if filled.subject is None else f"{filled.subject}\n\n{filled.text}"
        locale = locale_of(wording.jurisdiction, language)
        decision = check(text, locale=locale, facts=wording.facts, pack=PACK)
        assert decision.allowed, "\n".join(map(str, decision.findings))
