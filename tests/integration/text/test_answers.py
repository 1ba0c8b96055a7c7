"""What people write back is answered by approved words alone, where the lender switched it on."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from forbear.contexts.assistant import written
from forbear.contexts.contact.inbound.keep import Came, keep
from forbear.contexts.contact.inbound.work import work
from forbear.contexts.contact.models import Attempt, Dispatch
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.actions.point import enter_quality
from forbear.contexts.portfolio.models import ContactPoint, Hold
from forbear.contexts.rulebook.library import (
    open_sending,
    open_wordings,
    open_written,
    policy_texts,
)
from forbear.policy.assistant.written import load_written
from forbear.policy.reading import InvalidRule
from forbear.values.code import Channel, HoldKind, Jurisdiction, PointQuality
from forbear.values.principal import system
from tests.support.carried import NAME
from tests.support.gate import Hand
from tests.support.inbound import someone
from tests.support.portfolio import SETUP

CARRIER = system("carrier")
NUMBER = "13800138000"


@pytest.fixture
def hand():
    return Hand()


@pytest.fixture
def known(portfolio, hand):
    found = someone(NUMBER)
    confirm(found, hand)
    return found


@pytest.fixture
def switched_on(monkeypatch):
    on = replace(open_written(), sends=True)
    monkeypatch.setattr(written, "open_written", lambda: on)


def confirm(found, hand, quality=PointQuality.CONFIRMED):
    with acting(SETUP):
        ref = ContactPoint.objects.get(pk=found.point_id).ref
        enter_quality(ref, quality, actor=SETUP, now=hand())


def take(text, hand):
    told = Came(NAME, uuid4().hex, Channel.SMS, f"+86{NUMBER}", "10690000", text, hand())
    keep(told, actor=CARRIER, now=hand())
    work(actor=CARRIER, now=hand(), clock=hand)


def asked():
    with reading(SETUP):
        return list(
            Dispatch.objects.order_by("authorised_at").values_list("purpose", "message_id", "state")
        )


def test_it_is_off_until_the_lender_decides(known, hand):
    assert open_written().sends is False
    take("你们是不是真的", hand)
    assert asked() == []


@pytest.mark.usefixtures("switched_on")
class TestSwitchedOn:
    def test_a_question_has_its_approved_answer_as_long_as_the_packs_leave_room(self, known, hand):
        for text in ("你们是不是真的", "怎么投诉你们", "转人工"):
            take(text, hand)
            hand.on(minutes=1)

        assert asked() == [
            ("REPLY", "cn.sms.caller_check", "AUTHORISED"),
            ("REPLY", "cn.sms.how_to_complain", "AUTHORISED"),
        ], "two messages a week, answers among them"
        with reading(SETUP):
            sent = Attempt.objects.filter(direction="OUTBOUND")
            assert {each.contact_point_id for each in sent} == {known.point_id}

    def test_what_has_no_answer_or_needs_care_is_for_a_person(self, known, hand):
        for text in (
            "我欠多少钱",
            "周五发工资后还",
            "我每个月能还500",
            "i can pay 500 a month",
            "zzqx vvk",
            "怎么投诉你们，我快撑不下去了",
        ):
            take(text, hand)
        assert asked() == []

        take("我不想活了，转人工", hand)
        assert asked() == []
        with reading(SETUP):
            assert Hold.objects.filter(kind=HoldKind.SELF_HARM).exists()

    def test_whoever_opted_out_gets_no_answer_but_the_one_confirmation(self, known, hand):
        take("退订，你们是不是真的", hand)
        assert {purpose for purpose, _, _ in asked()} <= {"OPT_OUT_CONFIRMATION"}
        take("你们是不是真的", hand)
        assert {purpose for purpose, _, _ in asked()} <= {"OPT_OUT_CONFIRMATION"}

    @pytest.mark.parametrize("quality", [PointQuality.UNTRIED, PointQuality.DOUBTFUL])
    def test_no_answer_goes_to_a_number_that_is_not_confirmed(self, known, hand, quality):
        confirm(known, hand, quality)
        take("你们是不是真的", hand)
        assert asked() == []


@pytest.mark.parametrize(
    ("old", "new"),
    [("GENUINE:", "SELF_HARM:"), ("HUMAN:", "NOBODY:"), ("sends: false", "sends: perhaps")],
)
def test_a_file_that_does_not_keep_its_form_is_refused(old, new):
    text = policy_texts("house/demo")["written.yaml"].replace(old, new, 1)
    with pytest.raises(InvalidRule):
        load_written("written.yaml", text)


@pytest.mark.parametrize("way", ["cn.sms", "cn.wechat", "uk.sms"])
def test_every_answer_has_words_for_each_way_on_which_people_write_back(way, hand):
    says = open_sending().senders[Jurisdiction(way[:2].upper())].says
    for name in open_written().answers.values():
        words = open_wordings().on(f"{way}.{name}", as_of=hand().date())
        assert {each.name for each in words.variables} <= set(says)
