"""An approved answer goes to a message only where all of it has that one answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from forbear.contexts.rulebook.library import open_wordings, open_written
from forbear.policy.assistant.detail import Detail
from forbear.policy.assistant.intent import CARE, Intent
from forbear.policy.assistant.understand import Understood
from forbear.policy.wording.form import NeutralWording
from forbear.values.code import ContactPurpose, Language

ON = replace(open_written(), sends=True)


def heard(*meant, care=False):
    return Understood(Language.ZH, meant, (), 1.0, care, Detail())


def test_it_answers_what_it_names_and_is_off_as_it_is_shipped():
    assert ON.answer_to(heard(Intent.HUMAN)) == "how_to_reach"
    assert ON.answer_to(heard(Intent.GENUINE, Intent.FRAUD)) == "caller_check"
    assert open_written().answer_to(heard(Intent.HUMAN)) is None


@pytest.mark.parametrize(
    "message",
    [
        heard(),
        heard(Intent.OWED),
        heard(Intent.HUMAN, Intent.OWED),
        heard(Intent.HUMAN, Intent.COMPLAIN),
        heard(Intent.HUMAN, care=True),
        *(heard(each, Intent.HUMAN) for each in sorted(CARE)),
    ],
)
def test_whatever_else_is_in_a_message_is_for_a_person(message):
    assert ON.answer_to(message) is None


def test_every_answer_is_approved_names_no_debt_and_is_a_reply():
    for name in ON.answers.values():
        wording = open_wordings().on(f"cn.sms.{name}", as_of=date(2026, 11, 26))
        assert isinstance(wording, NeutralWording)
        assert wording.contact is ContactPurpose.REPLY
