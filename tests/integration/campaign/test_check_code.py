"""A message may carry the code by which this very contact can be checked."""

from __future__ import annotations

from forbear.contexts.cases.campaign import words
from forbear.contexts.cases.campaign.words import compose
from forbear.contexts.contact.caller.code import code_of
from forbear.contexts.contact.gate.intent import Composing
from forbear.contexts.database.transaction import acting
from forbear.contexts.rulebook.library import policy_texts
from forbear.policy.wording.load import load_wordings
from forbear.values.code import Channel
from tests.support.campaign import TEN, planned
from tests.support.portfolio import SETUP

NAME = "cn/sms/overdue_gentle.yaml"


def test_the_code_of_the_attempt_stands_in_the_text(campaign, monkeypatch):
    who = planned()
    texts = policy_texts("messages")
    changed = texts[NAME].replace("callback, help_url]", "callback, help_url, check_code]")
    changed = changed.replace("商量适合您的安排。", "商量适合您的安排。核验码{check_code}。")
    changed = changed.replace("that suits you.", "that suits you. To check us: {check_code}.")
    wordings = load_wordings({**texts, NAME: changed})
    monkeypatch.setattr(words, "open_wordings", lambda: wordings)
    message = ("cn.sms.overdue_gentle", 1)
    asked = Composing(who.debtor_id, who.loan_id, Channel.SMS, message, TEN, who.point_id, 4711)

    with acting(SETUP):
        said = compose(asked)

    assert code_of(4711) in said.text
