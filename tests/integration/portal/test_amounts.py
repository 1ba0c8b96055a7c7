"""Every amount on every page is the pack's of evidence and the engine's, for many drawn persons."""

from __future__ import annotations

import os
import random
import re

import pytest
from django.utils import timezone

from forbear.contexts.arrangements.offer import RuleForbids, Wanted, offers
from forbear.contexts.arrangements.queries import list_arrangements
from forbear.contexts.contact.gate import condition
from forbear.contexts.database.transaction import reading
from forbear.contexts.evidence.queries import account_now
from forbear.contexts.portfolio.models import Loan
from forbear.policy.arrange.afford import Budget
from forbear.policy.arrange.word import LeftOut, PlanKind, Target
from forbear.values.money import Currency
from tests.integration.portal.test_account import (
    AMOUNT,
    _amounts,
    _drawn,
    _minor,
    _pack,
    account_today,
)
from tests.support.paying import in_use
from tests.support.portal import id_of, inside
from tests.support.portfolio import SETUP, new_point, portfolio, ring

__all__ = ["in_use", "portfolio", "ring"]
pytestmark = pytest.mark.usefixtures("portfolio", "in_use")
# Where amounts of the account stand; those of an offer are looked at in their own words.
AMOUNTS = ("home/", "items/", "items/{loan}/", "do/1/", "do/1/{loan}/", "do/1/{loan}/details/")
AMOUNTS += ("do/1/later/", "budget/")
# Where none should, looked at for one person of so many.
OTHERS = ("do/2/", "do/3/", "do/3/a/PAID/", "do/4/", "set/", "log/", "mine/", "ask/", "others/")
OTHERS_EVERY, FEW = 25, 2
PERSONS = int(os.environ.get("FORBEAR_PERSONS", "1000"))
MONTH_MINOR = 15_000


def _seen(answer) -> set[int]:
    return {_minor(each) for each in AMOUNT.findall(answer.content.decode())}


def _account(client, person: str, loan: str, today, pages) -> int:
    """Hold each page against the pack; return how many amounts were seen."""
    account = account_now(id_of(person), actor=SETUP, today=today)
    later, pack = account.loans[0].later, _pack(person, loan, today)
    allowed = _amounts(pack)
    if later is not None:
        allowed |= {later.current_again_minor, later.payoff_minor, later.grows_minor}
    with reading(SETUP):
        number = Loan.objects.get(ref=loan).pk
    seen: set[int] = set()
    for page in pages:
        answer = client.get(f"/p/{page.format(loan=number)}")
        assert answer.status_code == 200, (page, answer.status_code)
        found = _seen(answer)
        if page == "budget/":
            # The own contract stands there already, as somebody would type it.
            found |= _typed(answer)
        assert found <= allowed, (page, person, found - allowed)
        seen |= found
    return len(seen)


def _typed(answer) -> set[int]:
    boxes = re.findall(r'<input[^>]*name="(?:left|minimum)_0"[^>]*>', answer.content.decode())
    values = [re.search(r'value="(\d+)(?:\.(\d\d))?"', box) for box in boxes]
    return {int(each[1]) * 100 + int(each[2] or 0) for each in values if each}


def _offers(client, person: str, loan: str, today) -> bool:
    """Hold what is offered against the rules of arrangements; say whether something was."""
    budget = Budget(currency=Currency.CNY, can_pay_month_minor=MONTH_MINOR)
    wanted = Wanted(debtor_ref=person, loan_refs=(loan,), target=Target.PAYOFF, budget=budget)
    means = {"loans": loan, "target": "PAYOFF", "month": "150", "adults": 1, "children": 0}
    page = client.post("/p/do/2/", means, follow=True)
    try:
        worked = offers(wanted, actor=SETUP, today=today, now=timezone.now())
    except RuleForbids:
        assert page.status_code == 422
        return False
    # Where nothing is owed the page says so, as what cannot be done.
    settled = (PlanKind.EQUAL, LeftOut.NOTHING_OWED) in worked.offered.left_out
    assert page.status_code == (422 if settled else 200)
    allowed = {MONTH_MINOR, worked.afforded.monthly_minor}
    allowed |= {abs(step.change_minor) for step in worked.afforded.steps}
    allowed |= {step.left_minor for step in worked.afforded.steps}
    for each in worked.offered.proposals:
        allowed |= {each.owed_minor, each.waived_minor, each.regular_minor, each.charge_minor}
        allowed |= {each.total_minor, each.saves_minor}
        allowed |= {row.amount_minor for row in each.instalments}
    if not worked.offered.proposals:
        return False
    assert _seen(page) <= allowed, (person, _seen(page) - allowed)
    kind = re.search(r'name="kind" value="(\w+)"', page.content.decode())[1]
    read = client.post("/p/do/2/choose/", {**means, "kind": kind}, follow=True)
    (plan,) = list_arrangements(after=0, rows=9, actor=SETUP, debtor_ref=person)
    agreed = {value for name, value in vars_of(plan).items() if name.endswith("_minor")}
    for row in (*plan.instalments, *plan.loans):
        agreed |= {value for name, value in vars_of(row).items() if name.endswith("_minor")}
    text = read.content.decode().partition('id="agreement"')[2].partition("</section>")[0]
    said = {_minor(each) for each in re.findall(r"[\d,]+\.\d\d(?![\d%])", text)}
    assert len(said) > 1
    agreed |= {0} | _wholes(_pack(person, loan, today)["owed"])
    assert said <= agreed, (person, said - agreed)
    return True


def vars_of(row) -> dict[str, object]:
    return {name: getattr(row, name) for name in row.__slots__}


def _wholes(owed) -> set[int]:
    """Return what is owed of each kind, due and not yet due together, as an agreement says it."""
    return {
        owed["overdue_principal_minor"] + owed["undue_principal_minor"],
        owed["overdue_interest_minor"] + owed["accrued_interest_minor"],
        owed["overdue_fee_minor"] + owed["running_fee_minor"],
        owed["penalty_minor"],
    }


@pytest.mark.parametrize("persons", [FEW, pytest.param(PERSONS, marks=pytest.mark.nightly)])
def test_every_amount_on_every_page_is_the_packs_and_the_engines(persons, monkeypatch):
    monkeypatch.delitem(condition._CONDITIONS, "night")
    rng, today = random.Random(f"amounts {persons}"), account_today()
    amounts, offered = 0, 0
    for number in range(persons):
        person, loan = _drawn(rng, today)
        new_point(person)
        client = inside(id_of(person), language=("zh-hans", "en")[number % 2])
        # By day there are few, and each is one of those.
        pages = AMOUNTS + (OTHERS if persons == FEW or number % OTHERS_EVERY == 0 else ())
        amounts += _account(client, person, loan, today, pages)
        offered += _offers(client, person, loan, today)
    assert amounts > 5 * persons
    assert offered > 0
