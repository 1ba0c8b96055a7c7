"""A content file that does not keep its form is refused with file, line and remedy."""

from __future__ import annotations

import pytest

from forbear.contexts.rulebook.library import policy_texts
from forbear.policy.content.lexicon import Lexicon
from forbear.policy.content.load import TABLE, load_content
from forbear.policy.content.pattern import InvalidPattern, compile_pattern
from forbear.policy.reading import InvalidRule
from forbear.values.code import Language
from forbear.values.wording import Act

SHIPPED = policy_texts("content")
LEXICON = Lexicon.of({"kin": ["mother", "sister*"]}, spaced=True)


def broken(name, old, new):
    assert old in SHIPPED[name]
    return SHIPPED | {name: SHIPPED[name].replace(old, new, 1)}


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("acts.yaml", "severity: REFUSE", "severity: REFUZE", "not known"),
        ("acts.yaml", "VIOLENCE:", "VIOLENT:", "not a field"),
        ("acts.yaml", "lawful_when: [SENDER_IS_LAWYER]", "lawful_when: [LAWYER]", "not known"),
        ("spelling.yaml", "  銀: 银", "  銀行: 银", "one character"),
        ("zh/claims.yaml", "act: FALSE_ACTION", "act: FALSE_ACT", "not known"),
        ("zh/claims.yaml", "usual: [negated", "usual: [negation", "no guard"),
        ("en/claims.yaml", "id: judgment", "id: suit", "used twice"),
        ("en/claims.yaml", "~ <lawyer>", "~ <lawyers>", "no kind"),
        ("en/tally.yaml", "\n--- |\n", "\n--- |\nw:word\t1.0\tnonsense\n", "no line of a table"),
        ("en/tally.yaml", "- VIOLENCE\n", "- VIOLENT\n", "not the acts"),
    ],
)
def test_a_slip_is_refused(name, old, new, said):
    with pytest.raises(InvalidRule) as refused:
        load_content(broken(name, old, new))

    assert f"content/{name}:" in refused.value.message
    assert said in refused.value.message
    assert refused.value.remedy
    assert refused.value.data["line"] >= 1


def test_a_tally_without_its_table_is_refused():
    head = SHIPPED["zh/tally.yaml"].partition(TABLE)[0]

    with pytest.raises(InvalidRule, match="no table follows"):
        load_content(SHIPPED | {"zh/tally.yaml": head})


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_missing_file_is_named(name):
    with pytest.raises(InvalidRule, match=name):
        load_content({key: text for key, text in SHIPPED.items() if key != name})


def test_every_act_is_told_of_and_weighed_in_both_languages():
    pack = load_content(SHIPPED)

    assert set(pack.acts) == set(Act)
    for language in Language:
        tally = pack.tongues[language].tally
        assert set(tally.acts) == set(Act)
        assert (tally.weights.max(axis=0) > 0).all()


@pytest.mark.parametrize("written", ["(one|(two)", "", "one ~ two ~ three ~ four ~ five", "<aunt>"])
def test_a_pattern_outside_the_language_is_refused(written):
    with pytest.raises(InvalidPattern):
        compile_pattern(written, LEXICON)


@pytest.mark.parametrize(
    ("written", "text", "matches"),
    [
        ("tell ~ <kin>", "i'll tell your mother", True),
        ("tell ~ <kin>", "i'll tell your sisters", True),
        ("tell ~ <kin>", "tell me. your mother called", False),
        ("(we|i) (will|shall)? sue", "we sue", True),
        ("(we|i) (will|shall)? sue", "we will sue", True),
        ("owes ~ #", "he owes about £1,200.50", True),
        ("jail*", "jailed", True),
        ("jail", "jailed", False),
    ],
)
def test_a_pattern_means_what_it_says(written, text, matches):
    assert bool(compile_pattern(written, LEXICON).search(text)) is matches
