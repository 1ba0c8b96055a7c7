"""What is to hold at once holds where the person is, though the lender's day is another one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from forbear.contexts.contact.gate import condition
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.models import Debtor, Hold
from forbear.contexts.portfolio.queries.day import days_where, from_now_on
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.actions.dispute import file_dispute
from forbear.contexts.rights.filing import FilingSaid
from forbear.contexts.rights.word import Intake
from forbear.values.code import Channel
from tests.support.gate import Desk, Hand, person
from tests.support.portfolio import SETUP, new_person

# Half past four in the morning in Shanghai, half past ten of the day before in Honolulu.
NOW = datetime(2026, 11, 26, 20, 30, tzinfo=UTC)
TODAY = date(2026, 11, 27)
pytestmark = pytest.mark.usefixtures("portfolio")


@pytest.mark.parametrize(
    ("zones", "first", "last"),
    [
        (("Asia/Shanghai",), 27, 27),
        (("Pacific/Honolulu",), 26, 26),
        (("Asia/Shanghai", "Europe/London"), 26, 27),
        ((), 26, 27),
    ],
)
def test_days_are_those_of_the_clocks_where_a_person_may_be(zones, first, last):
    ref = new_person(time_zones=zones)
    with reading(SETUP):
        debtor_id = Debtor.objects.get(ref=ref).pk
        assert days_where(debtor_id, now=NOW) == (date(2026, 11, first), date(2026, 11, last))
        assert from_now_on(debtor_id, today=TODAY, now=NOW) == date(2026, 11, first)
        assert from_now_on(debtor_id, today=TODAY - timedelta(9), now=NOW) == TODAY - timedelta(9)


def test_a_dispute_stops_contact_where_it_is_still_the_day_before(monkeypatch):
    monkeypatch.delitem(condition._CONDITIONS, "night")
    who = person(time_zones=("Pacific/Honolulu",))
    desk = Desk(Hand(NOW))
    assert desk.ask(who, Channel.SMS).allowed

    file_dispute(
        FilingSaid("F-1", who.ref, "PAID", Intake.PHONE, date(2026, 11, 26)),
        source=Source.STAFF,
        actor=SETUP,
        today=TODAY,
        now=NOW,
    )

    with reading(SETUP):
        assert Hold.objects.get().start_date == date(2026, 11, 26)
    assert not desk.ask(who, Channel.SMS).allowed
