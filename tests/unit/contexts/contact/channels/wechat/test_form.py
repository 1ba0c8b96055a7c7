"""A template takes exactly the words that were approved, or none."""

from __future__ import annotations

import pytest

from forbear.contexts.contact.channels.port import Accepted, NotAccepted, NotKnown
from forbear.contexts.contact.channels.wechat.answer import ANSWERS, Effect, understood
from forbear.contexts.contact.channels.wechat.form import Form, wrong_in
from tests.support.wechat import TEMPLATE, WORDS

FORM = Form("T", "template", "", TEMPLATE)


def test_the_words_come_apart_and_nothing_is_lost():
    assert FORM.fitted(WORDS) == {"thing1": "示例消费金融", "amount2": "1,200.00元"}


@pytest.mark.parametrize(
    "said",
    [
        WORDS.replace("回复退订不再接收", ""),
        WORDS + "\n再不还就告诉您的家人",
        "您好！" + WORDS,
        WORDS.replace("机构：示例消费金融", "机构："),
        WORDS.replace("示例消费金融", "示例\n消费金融"),
        "",
    ],
)
def test_other_words_do_not_fit(said):
    assert FORM.fitted(said) == "WORDS_DO_NOT_FIT"


def test_what_wechat_would_cut_is_not_sent():
    assert FORM.fitted(WORDS.replace("示例消费金融", "示" * 21)) == "FIELD_TOO_LONG"


@pytest.mark.parametrize(
    "text", ["no place", "{{thing1.DATA}}{{thing2.DATA}}", "{{thing1.DATA}} {{thing1.DATA}}"]
)
def test_a_template_that_could_be_read_in_two_ways_is_refused(text):
    assert wrong_in(text)


def test_every_answer_is_one_of_three_and_silence_is_no_refusal():
    assert understood(200, {"errcode": 0, "msgid": 5}, "msgid") == (Accepted("5"), Effect.NONE)
    assert understood(200, {"errcode": 43004}, "msgid") == (
        NotAccepted("WECHAT_43004"),
        Effect.CLOSED,
    )
    for status, said in ((200, None), (502, {"errcode": 0}), (200, {}), (200, {"errcode": True})):
        assert isinstance(understood(status, said, "msgid")[0], NotKnown)
    assert isinstance(understood(200, {"errcode": -1}, "msgid")[0], NotKnown)
    assert isinstance(understood(200, {"errcode": 99999}, "msgid")[0], NotAccepted)
    assert isinstance(understood(200, {"errcode": 0}, "msgid")[0], NotKnown)
    assert {means.known for code, means in ANSWERS.items() if code > 0} == {True}
