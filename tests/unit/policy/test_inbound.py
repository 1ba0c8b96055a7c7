"""Words that mean stop are found however they are written; ordinary words mean nothing."""

from __future__ import annotations

import pytest

from forbear.contexts.rulebook.library import open_inbound, policy_texts
from forbear.policy.inbound import Meaning, load_inbound
from forbear.policy.reading import InvalidRule

STOP, WRONG = {Meaning.STOP}, {Meaning.WRONG_PERSON}


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("TD", STOP),
        ("  t  ", STOP),
        ("ＴＤ。", STOP),
        ("“退订”", STOP),
        ("请退订，谢谢", STOP),
        ("STOP ALL", STOP),
        ("opt-out", STOP),
        ("please stop texting me", STOP),
        ("Don't contact me again", STOP),
        ("不要再给我发短信", STOP),
        ("你们打错了", WRONG),
        ("this is the wrong number", WRONG),
        ("我不认识他，别再发了", {*STOP, *WRONG}),
        ("我周五还", set()),
        ("停车费也算吗", set()),
        ("I will not stop working", set()),
        ("T恤到了", set()),
        ("", set()),
    ],
)
def test_a_text_means_what_its_words_say(text, meanings):
    assert open_inbound().meanings_of(text) == meanings


def test_every_meaning_names_where_its_words_come_from():
    for each in open_inbound().words:
        assert each.sources
        assert each.whole or each.within


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("meaning: STOP", "meaning: MAYBE", "meaning"),
        ("basis: S", "basis: X", "basis"),
        ("退[订定訂]", "退[订", "within"),
        ("approved_on: 2026-10-20", "approved_on: 2027-10-20", "approved_on"),
    ],
)
def test_a_slip_in_the_file_is_named(old, new, field):
    text = policy_texts("inbound")["words.yaml"]
    assert old in text

    with pytest.raises(InvalidRule) as refused:
        load_inbound("words.yaml", text.replace(old, new))

    assert field in refused.value.data["field"]
