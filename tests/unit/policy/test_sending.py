"""What a lender sends by machine is data that holds together with the approved messages."""

from __future__ import annotations

from datetime import date

import pytest

from forbear.contexts.rulebook.library import HOUSE, open_sending, open_wordings, policy_texts
from forbear.policy.reading import InvalidRule
from forbear.policy.sending import load_sending
from forbear.values.code import Channel, Jurisdiction

TEXT = policy_texts(HOUSE)["sending.yaml"]
# What the books give; everything else the lender must say of itself.
FROM_BOOKS = {
    *("name", "sought_name", "creditor", "loan_ref", "account", "contract_date", "due_date"),
    *("days", "as_of_date", "amount", "principal", "interest", "fee", "penalty"),
}


class TestShipped:
    def test_chooses_messages_that_are_in_force_and_can_be_filled_in(self):
        sending = open_sending()
        chosen = {
            (law, stage.message) for (law, _), stages in sending.stages.items() for stage in stages
        }

        assert len(chosen) >= 10
        for law, message in chosen:
            wording = open_wordings().on(message, as_of=date(2026, 11, 25))
            said = set(sending.senders[law].says)
            assert {variable.name for variable in wording.variables} <= FROM_BOOKS | said, message

    def test_leaves_calls_and_visits_to_persons(self):
        assert {Channel.VOICE, Channel.VISIT} & open_sending().by_machine == set()

    @pytest.mark.parametrize(
        ("channel", "days", "message"),
        [
            ("SMS", 0, "cn.sms.due_soon"),
            ("SMS", 1, "cn.sms.overdue_gentle"),
            ("SMS", 30, "cn.sms.overdue_gentle"),
            ("SMS", 31, "cn.sms.overdue_factual"),
            ("EMAIL", 0, None),
            ("BOT", 12, None),
        ],
    )
    def test_climbs_with_the_days(self, channel, days, message):
        assert open_sending().message(Jurisdiction.CN, Channel(channel), days) == message


class TestFaults:
    @pytest.mark.parametrize(
        ("old", "new", "wrong"),
        [
            ("message: cn.sms.due_soon", "message: us.sms.due_soon", "another law or channel"),
            ("from_days: 31", "from_days: 1", "does not climb"),
            ("due_soon_days: 3", "due_soon_days: -1", "below 0"),
            ("by_person: [VOICE, VISIT]", "by_person: [SMS]", "not a field of this"),
            ("language: ZH", "language: FR", "not known"),
        ],
    )
    def test_are_told_with_their_place(self, old, new, wrong):
        with pytest.raises(InvalidRule, match=wrong):
            load_sending("sending.yaml", TEXT.replace(old, new, 1))
