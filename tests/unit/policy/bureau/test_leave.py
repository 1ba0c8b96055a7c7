"""When may a line go: who must have been told, and how is that known?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from forbear.contexts.rulebook.bureaus import open_bureaus
from forbear.contexts.rulebook.library import open_products, pack_in_force
from forbear.policy.bureau.leave import Contact, Leaving, gone_by, may_leave
from forbear.values.code import Jurisdiction, Outcome
from forbear.values.day import day_number

CN, US = (open_bureaus()[code] for code in ("CN_CREDIT", "US_BUREAUS"))
TODAY = day_number(date(2026, 11, 25))
NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
LATE = Leaving(is_negative=True, is_first=False, late_since_day=TODAY - 60)
O = Outcome


def told(days_ago: int, outcome: Outcome, *, is_notice: bool = True) -> Contact:
    return Contact(7, TODAY - days_ago, outcome, is_notice, is_written=True)


def asked(line: Leaving, *contacts: Contact, bureau=CN):
    pack = pack_in_force(bureau.jurisdiction, date(2026, 11, 25))
    return may_leave(pack, bureau, line, contacts, today=TODAY, now=NOW)


class TestNotice:
    @pytest.mark.parametrize(
        ("contact", "goes"),
        [
            (told(1, O.DELIVERED), True),
            (told(1, O.REPLIED), True),
            (told(0, O.DELIVERED), True),
            (told(60, O.DELIVERED), True),
            (told(61, O.DELIVERED), False),
            (told(30, O.SENT), False),
            (told(1, O.UNKNOWN), False),
            (told(1, O.FAILED), False),
            (told(-1, O.DELIVERED), False),
            (told(1, O.DELIVERED, is_notice=False), False),
        ],
    )
    def test_counts_once_received_and_about_this_lateness(self, contact, goes):
        leave = asked(LATE, contact)

        assert bool(leave.refusals) is not goes
        assert leave.notice_id == (7 if goes else None)

    @pytest.mark.parametrize(("days_ago", "goes"), [(6, False), (7, True)])
    def test_without_a_receipt_counts_after_the_days_that_a_house_assumes(self, days_ago, goes):
        house = replace(CN, assumed_receipt_days=7)

        assert bool(asked(LATE, told(days_ago, O.SENT), bureau=house).refusals) is not goes

    def test_is_not_asked_for_a_line_that_is_not_negative(self):
        assert asked(replace(LATE, is_negative=False)).refusals == ()

    def test_without_consent_in_the_contracts_is_not_enough(self):
        bare = replace(CN, holds=frozenset())

        rules = [found.rule_id for found in asked(LATE, told(1, O.DELIVERED), bureau=bare).refusals]

        assert rules == ["cn.credit.consent"]


class TestKeeping:
    def test_of_a_negative_line_ends_five_years_after_the_lateness(self):
        pack = pack_in_force(Jurisdiction.CN, date(2026, 11, 25))

        due = gone_by(pack, day_number(date(2026, 2, 28)))

        assert due is not None
        assert due.day == day_number(date(2031, 2, 28))
        assert gone_by(pack, None) is None

    def test_has_no_day_where_no_rule_names_one(self):
        assert gone_by(pack_in_force(Jurisdiction.US, date(2026, 11, 25)), TODAY) is None


class TestHouse:
    def test_reports_every_product_in_a_word_of_its_bureau(self):
        for bureau in (CN, US):
            for product in bureau.accounts:
                terms = open_products()[product]
                words = [step.label for step in terms.bureau.by_days]
                words += [terms.bureau.settled, terms.bureau.written_off, terms.bureau.not_open]
                words += [terms.bureau.nothing_due] if terms.bureau.nothing_due else []
                assert [bureau.status(word).code for word in words] == words
                assert terms.currency == bureau.currency

    def test_reports_nothing_under_a_law_without_a_source(self):
        assert {each.jurisdiction for each in open_bureaus().values()} == {
            Jurisdiction.CN,
            Jurisdiction.US,
        }

    def test_says_of_each_list_of_words_what_is_not_known(self):
        for bureau in open_bureaus().values():
            assert bureau.statuses.basis != "P"
            assert bureau.statuses.note_en != bureau.statuses.note_zh
