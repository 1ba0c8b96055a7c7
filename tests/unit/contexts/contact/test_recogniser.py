"""Where no recogniser is, that is said with its remedy; what goes in circles is no sentence."""

from __future__ import annotations

import importlib.util

import pytest

from forbear.contexts.contact.channels.voice.recogniser import NoRecogniser, recogniser_named
from forbear.contexts.contact.channels.voice.whisper import repeats, sentences_in


@pytest.mark.parametrize("name", ["", "whisper-enormous", "whisper-base"])
def test_none_is_said_in_both_languages(name, tmp_path):
    if name == "whisper-base" and importlib.util.find_spec("faster_whisper"):
        pytest.skip("the extra speech is installed here")
    with pytest.raises(NoRecogniser) as refused:
        recogniser_named(name, models=tmp_path)
    assert refused.value.remedy
    assert refused.value.remedy_zh
    assert list(tmp_path.iterdir()) == []


def test_a_text_is_cut_into_sentences_whose_times_share_its_time():
    found = list(sentences_in("您好。欠款1234.50元，对吗？", 10.0, 14.0))

    assert [each.text for each in found] == ["您好。", "欠款1234.50元，对吗？"]
    assert (found[0].from_s, found[-1].to_s) == (10.0, pytest.approx(14.0))


@pytest.mark.parametrize("text", ["谢谢谢谢谢谢谢谢谢谢谢谢", "thank you " * 20, "好的，" * 6])
def test_circles_are_known(text):
    assert repeats(text)


def test_and_ordinary_words_are_not():
    assert not repeats("好的好的，我下个月十五号发工资，发了就还你们一千二百元。")
