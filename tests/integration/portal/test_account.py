"""Every amount that a person is shown is the pack of evidence's, to the minor unit."""

from __future__ import annotations

import json
import random
import re
from datetime import timedelta

import pytest

from forbear.contexts.evidence.actions.make_document import make_pack
from forbear.contexts.evidence.made import Form
from forbear.contexts.evidence.queries import MONTH_DAYS, account_now
from forbear.interfaces.portal.presenter.account import loan_in_full
from forbear.values.code import Purpose
from forbear.values.day import add_months
from tests.support.evidence import TODAY, lent, paid, somebody
from tests.support.portal import id_of, inside
from tests.support.portfolio import NOW, SETUP, new_person, portfolio, ring  # noqa: F401

AMOUNT = re.compile(r"¥([\d,]+\.\d\d)")


def _minor(text):
    return int(text.replace(",", "").replace(".", "").replace("¥", ""))


def _drawn(rng, today=TODAY):
    """Record somebody with a loan whose instalments and payments are drawn; return both refs.

    All is written down on TODAY, whatever day it is now, so nothing lies behind that.
    """
    person, last = new_person(name="欧阳虚构", time_zones=("Asia/Shanghai",)), min(today, TODAY)
    drawn = add_months(today, -rng.randint(0, 9)) - timedelta(days=rng.randint(1, 27))
    since = min(drawn, last)
    loan = lent(
        person,
        instalments=rng.randint(3, 12),
        lent_on=since,
        annual_rate_bp=rng.choice([0, 1_200, 1_799, 2_400]),
    )
    for number in range(rng.randint(0, 3)):
        day = min(last, since + timedelta(days=rng.randint(20, 250)))
        purpose = rng.choice([Purpose.SCHEDULE, Purpose.SCHEDULE, Purpose.PENALTY])
        paid(loan, f"{loan}-{number}", day, rng.randint(1, 90_000), purpose=purpose)
    return person, loan


def _pack(person, loan, today=TODAY):
    made = make_pack(person, loan_refs=[loan], form=Form.JSON, actor=SETUP, today=today, now=NOW)
    (found,) = json.loads(made.content)["loans"]
    return found


def _amounts(found):
    """Return every amount in minor units that stands in a pack, and the sums of its lines."""
    amounts = {found["principal_minor"]}
    for row in (found["owed"], found["penalty"], *found["postings"], *found["spans"]):
        amounts |= {value for name, value in row.items() if name.endswith("_minor")}
    for row in found["instalments"]:
        for kind in ("", "unpaid_"):
            names = ("principal", "interest", "fee")
            amounts.add(sum(row[f"{kind}{name}_minor"] for name in names))
    return amounts


@pytest.mark.parametrize("persons", [20, pytest.param(1_000, marks=pytest.mark.nightly)])
def test_what_a_page_shows_is_what_the_pack_says(portfolio, persons):  # noqa: F811
    rng = random.Random(f"portal {persons}")
    late = 0
    for _ in range(persons):
        person, loan = _drawn(rng)
        account = account_now(id_of(person), actor=SETUP, today=TODAY)
        (own,) = account.loans
        shown, told = loan_in_full(own), _pack(person, loan)
        ahead = _pack(person, loan, TODAY + timedelta(days=MONTH_DAYS))["owed"]
        owed = told["owed"]

        assert own.told["owed"] == owed
        assert _minor(shown["now"]) == owed["current_again_minor"]
        assert _minor(shown["whole"]) == owed["payoff_minor"]
        # What stands under a sum adds up to it.
        parts = [_minor(each["amount"]) for each in shown["parts_now"]]
        assert sum(parts) == owed["current_again_minor"]
        more = [_minor(each["amount"]) for each in shown["parts_more"]]
        assert sum(parts) + sum(more) - owed["credit_minor"] in {
            owed["payoff_minor"],
            owed["payoff_minor"] - owed["credit_minor"],
        }
        assert _minor(shown["later"]["now"]) == ahead["current_again_minor"]
        assert _minor(shown["later"]["whole"]) == ahead["payoff_minor"]
        late += owed["current_again_minor"] > 0
    assert late > 0


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_page_holds_no_amount_that_the_pack_does_not(portfolio, language, monkeypatch):  # noqa: F811
    who = somebody()
    today = account_today()
    account = account_now(who.at_gate.debtor_id, actor=SETUP, today=today)
    later = account.loans[0].later
    allowed = _amounts(_pack(who.ref, who.loan, today))
    allowed |= {later.current_again_minor, later.payoff_minor, later.grows_minor}
    client = inside(who.at_gate.debtor_id, language=language)

    seen = {
        _minor(each)
        for page in ("/p/home/", "/p/items/", f"/p/items/{who.at_gate.loan_id}/")
        for each in AMOUNT.findall(client.get(page).content.decode())
    }

    assert len(seen) > 8
    assert seen <= allowed


def account_today():
    """Return the day that the pages take for today."""
    from django.conf import settings
    from django.utils import timezone

    return settings.FORBEAR_MORNING.day(timezone.now())


class TestPapers:
    def _in(self, who):
        return inside(who.at_gate.debtor_id), f"/p/items/{who.at_gate.loan_id}/paper/"

    def test_are_the_persons_own_and_written_down_in_their_name(self, portfolio):  # noqa: F811
        who = somebody()
        client, address = self._in(who)

        pack = client.post(address, {"kind": "PACK", "form": "PDF"})
        receipt = client.post(address, {"kind": "RECEIPT", "payment": f"{who.loan}-pay-1"})

        assert (pack.status_code, pack.headers["Content-Type"]) == (200, "application/pdf")
        assert (receipt.status_code, receipt.headers["Content-Type"]) == (200, "application/pdf")
        assert pack.content[:4] == b"%PDF"
        assert receipt.content[:4] == b"%PDF"
        assert _made_by() == [("DEBTOR", str(who.at_gate.debtor_id))] * 2

    def test_that_all_is_settled_is_refused_in_calm_words_while_something_is_owed(
        self,
        portfolio,  # noqa: F811
    ):
        client, address = self._in(somebody())

        answer = client.post(address, {"kind": "SETTLEMENT"})

        assert answer.status_code == 409
        assert "尚未结清" in answer.content.decode()

    def test_of_somebody_else_are_not_there(self, portfolio):  # noqa: F811
        who, other = somebody(), somebody()
        client, _ = self._in(who)
        theirs = f"/p/items/{other.at_gate.loan_id}/"

        assert client.get(theirs).status_code == 404
        assert client.post(f"{theirs}paper/", {"kind": "PACK"}).status_code == 404
        assert other.loan not in client.get("/p/items/").content.decode()


def _made_by():
    from forbear.contexts.audit.models import Entry
    from forbear.contexts.database.transaction import reading

    with reading(SETUP):
        rows = Entry.objects.filter(event="document.made").order_by("id")
        return list(rows.values_list("actor_kind", "actor_id"))
