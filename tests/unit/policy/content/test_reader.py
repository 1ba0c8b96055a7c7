"""The reader reads as its base does, refuses what is damaged, and says where it heard what."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from forbear.contexts.rulebook.library import open_content
from forbear.contexts.rulebook.meaning import open_reader
from forbear.policy.content.check import check
from forbear.policy.content.form import nobody
from forbear.policy.content.reader import (
    MAGIC,
    Reading,
    UnreadableReader,
    absent_reader,
    read_reader,
)
from forbear.values.wording import Act, Fact

PACK = open_content()
ALONE = replace(PACK, reader=nobody)


CUTS = [
    (
        "你再不还钱就去找你家人",
        "▁que ry : ▁你 再 不 还 钱 就 去找 你 家人",
    ),
    (
        "We will tell your boss about this debt, Mr. Smith!",
        "▁que ry : ▁We ▁will ▁tell ▁your ▁boss ▁about ▁this ▁debt , ▁Mr . ▁Smith !",
    ),
    (
        "ur van is parked behind the chippy every nite.",
        "▁que ry : ▁ur ▁van ▁is ▁park ed ▁behind ▁the ▁chi ppy ▁every ▁ni te .",
    ),
    (
        "您好，本期账单\uff11\uff0c\uff12\uff18\uff10元已逾期\uff13天。",
        "▁que ry : ▁您 好 , 本 期 账 单 1,2 80 元 已 逾期 3 天 。",
    ),
    ("  two   spaces ", "▁que ry : ▁two ▁space s ▁"),
]
READ = [
    ("你再不还钱就去找你家人", 3.687),
    ("I hear your girl walks home past the canal, lovely spot.", 4.183),
    ("Thank you, your payment arrived.", -4.129),
    ("您的还款已收到，谢谢。", -4.084),
]


@pytest.fixture(scope="module")
def reader():
    found = open_reader()
    assert found is not None
    return found


class Heard:
    """A reader that says what a test wants."""

    def __init__(self, *, wrong, act=Act.INTIMIDATE, only="", **others):
        self.wrong, self.act, self.only = wrong, act, only

    def read(self, text):
        here = self.only in text
        number = self.wrong if here else -4.0
        return Reading({each: number if each is self.act else -4.0 for each in Act}, number)


def hearing(**given):
    return replace(PACK, reader=lambda: Heard(**given))


# The numbers of the base's own pieces were computed with its own tokenizer.
@pytest.mark.parametrize(("text", "pieces"), CUTS)
def test_a_text_is_cut_as_the_base_cuts_it(reader, text, pieces):
    names = reader.words.names(reader.words.cut(f"query: {text}"))

    assert names == ["<s>", *pieces.split(), "</s>"]


@pytest.mark.parametrize(("text", "wrong"), READ)
def test_a_text_gives_the_numbers_that_training_gave(reader, text, wrong):
    assert reader.read(text).wrong == pytest.approx(wrong, abs=0.15)


def test_what_no_piece_spells_is_unknown_and_breaks_nothing(reader):
    for text in ("", " ", "\U00012345\U00012345", "한국어", "\n\n", "a" * 10_000):
        assert -20 < reader.read(text).wrong < 20


def test_a_text_is_read_once(reader):
    assert reader.read("Good morning.") is reader.read("Good morning.")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda data: b"", "is no reader"),
        (lambda data: b"PK\x03\x04" + data, "is no reader"),
        (lambda data: data[:5000], "damaged"),
        (lambda data: data[:4000] + b"x" + data[4001:], "damaged"),
    ],
)
def test_a_damaged_file_is_refused_in_both_languages(harm, said):
    body = b"\x02\x00\x00\x00{}" + bytes(9000)
    data = MAGIC + hashlib.sha256(body).digest() + body

    with pytest.raises(UnreadableReader, match=said) as refused:
        read_reader(harm(data))

    assert "reader.bin" in refused.value.message_zh
    assert refused.value.remedy
    assert refused.value.remedy_zh != refused.value.remedy


@pytest.mark.parametrize("head", [b"{}", b"[]", b"no", b'{"parts":{"a":{}},"size":{}}'])
def test_a_file_of_another_form_is_refused(head):
    body = len(head).to_bytes(4, "little") + head
    data = MAGIC + hashlib.sha256(body).digest() + body

    with pytest.raises(UnreadableReader):
        read_reader(data)
    with pytest.raises(UnreadableReader, match=r"reader\.yaml"):
        read_reader(data, file="0" * 64)


def test_without_a_reader_claims_and_tally_decide():
    assert not check("再不还钱我叫人打断你的腿。", locale="", facts=(), pack=ALONE).allowed
    assert check("Thank you, your payment arrived.", locale="", facts=(), pack=ALONE).allowed


def test_the_reader_never_clears_a_claim_that_only_a_fact_would_make_true():
    for language, tongue in PACK.tongues.items():
        for claim in [each for each in tongue.claims if each.alone and each.lawful_when][::6]:
            found = check(
                claim.examples[0],
                locale=language.lower(),
                facts=claim.only_when,
                pack=hearing(wrong=-4.0),
            )
            assert claim.id in {each.cue for each in found.findings}, claim.id


def test_a_claim_that_no_fact_could_make_true_falls_where_all_speak_clearly_against_it():
    for tongue in PACK.tongues.values():
        share = PACK.counts.shares[tongue.language]
        silent = share.sum(strongest=PACK.counts.together(-5, -4), tone=-3, wrong=-4)
        assert silent + PACK.counts.claim < 0


HINT = (
    "Your balance is 240 pounds, and it takes ten fingers to play the piano well. "
    "You can pay by card."
)


def test_what_only_the_reader_hears_stands_at_its_clause():
    pack = hearing(wrong=4.0, only="fingers")
    found = check(HINT, locale="en-GB", facts=(), pack=pack).findings

    heard = found[0]
    assert heard.cue == "reader"
    assert "fingers" in heard.text
    assert "balance" not in heard.text
    assert check(HINT, locale="en-GB", facts=(), pack=ALONE).allowed
    assert heard.words


def test_a_fact_clears_calm_words_that_the_reader_hears():
    text = "We filed a claim against you in Sample County Court."
    pack = hearing(wrong=4.0, act=Act.FALSE_ACTION)

    assert not check(text, locale="en-GB", facts=(), pack=pack).allowed
    assert check(text, locale="en-GB", facts={Fact.SUIT_FILED}, pack=pack).allowed


def test_an_absent_file_is_told_with_its_remedy():
    error = absent_reader()

    assert "absent" in error.message
    assert "缺失" in error.message_zh
    assert "claims and tally" in error.remedy
    assert "断言和统计" in error.remedy_zh


def test_words_too_short_are_not_read():
    pack = hearing(wrong=4.0)

    assert check("好的。", locale="zh-CN", facts=(), pack=pack).allowed
    assert check("Any time.", locale="en-GB", facts=(), pack=pack).allowed
