"""The same words said by, or of, another party or in another mood are other features."""

from __future__ import annotations

from forbear.policy.content.feature import features
from forbear.policy.content.lexicon import Lexicon

LEXICON = Lexicon.of({"kin": ["mother"]}, spaced=True)


def read(text):
    return set(features(text, LEXICON))


def test_a_word_is_told_with_the_party_named_before_it():
    assert "a:M wait" in read("we will wait outside")
    assert "a:Y wait" in read("you will wait outside")
    assert "a:T wait" in read("he will wait outside")


def test_a_word_is_told_with_its_mood():
    assert "m:MW call" in read("i will call")
    assert "m:MN call" in read("i never call")
    assert "m:YC call" in read("you may call")


def test_a_comma_ends_a_mood():
    assert "m:M0 call" in read("if we may, we call")


def test_denied_and_asked_words_are_marked():
    assert "d:arrest" in read("nobody can arrest you")
    assert "d:arrest" not in read("they arrest you")
    assert "q:home" in read("are you home?")
    assert "q:home" not in read("you are home.")


def test_letters_of_a_word_stand_where_the_word_stands():
    found = features("they harass", LEXICON)

    assert found["c:haras"] == (5, 11)
