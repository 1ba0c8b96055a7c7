"""What a promise does until its day, and what payments make of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forbear.contexts.rulebook.library import open_arrangements
from tests.support.arrangement import (
    answered,
    new_late,
    paid_later,
    refused,
    sweep,
    today,
)
from tests.support.people import audited

TERMS = open_arrangements().promises
DUE, OVER = 5, 5 + TERMS.grace_days + 1


@pytest.fixture
def late(api):
    return new_late(api)


def promise(late, ref: str = "V-1", amount: int = 20_000, *, days: int = DUE, **given):
    said = {
        "ref": ref,
        "debtor_ref": late.ref,
        "loan_ref": late.loans[0],
        "amount_minor": amount,
        "due_date": str(today() + timedelta(days=days)),
        "reminder": True,
        **given,
    }
    return late.api.post("/promises", {name: v for name, v in said.items() if v is not None})


def shown(late, ref: str = "V-1"):
    rows = answered(late.api.get("/promises", debtor_ref=late.ref))["items"]
    return next(row for row in rows if row["ref"] == ref)


class TestAnOpenPromise:
    def test_stops_collection_until_its_day_and_lets_the_case_wait(self, late):
        answered(promise(late), 201)

        assert (late.holds, late.case) == (["PROMISE"], "WAITING")
        asked = {"debtor_ref": late.ref, "contact_point_ref": "P-1-C", "channel": "SMS"}
        told = answered(late.api.post("/decisions", {**asked, "loan_ref": late.loans[0]}))
        against = [each["rule_id"] for each in told["findings"] if not each["allows"]]
        assert "house.cn.promise" in against
        assert shown(late)["reminder"] is True

    def test_is_the_same_when_it_is_told_again(self, late):
        answered(promise(late), 201)

        assert answered(promise(late), 200)["new"] is False
        assert refused(promise(late, amount=20_001), 409) == "OTHER_PROMISE"

    def test_is_the_only_one_on_a_debt(self, late):
        answered(promise(late), 201)

        assert refused(promise(late, "V-2"), 409) == "PROMISE_OPEN"
        answered(promise(late, "V-3", loan_ref=None), 201)

    def test_is_taken_back(self, late):
        answered(promise(late), 201)
        gone = answered(late.api.post("/promises/V-1/withdrawal"))

        assert gone["state"] == "WITHDRAWN"
        assert (late.holds, late.case) == ([], "WORKING")
        assert refused(late.api.post("/promises/V-1/withdrawal"), 409) == "PROMISE_STATE"


class TestPayments:
    def test_keep_it_at_once_even_in_parts(self, late):
        answered(promise(late), 201)
        answered(late.pay("Y-1", 15_000), 201)
        assert (shown(late)["state"], shown(late)["paid_minor"]) == ("OPEN", 15_000)
        answered(late.pay("Y-2", 5_000), 201)

        assert shown(late)["state"] == "KEPT"
        assert (late.holds, late.case) == ([], "WORKING")
        assert len(audited("promise.kept")) == 1

    def test_that_are_undone_open_it_again(self, late):
        answered(promise(late), 201)
        answered(late.pay("Y-1", 20_000), 201)
        answered(late.undo("Y-1", 20_000), 201)

        assert shown(late)["state"] == "OPEN"
        assert (late.holds, late.case) == (["PROMISE"], "WAITING")

    def test_of_a_part_keep_it_in_part(self, late):
        answered(promise(late), 201)
        answered(late.pay("Y-1", 15_000), 201)
        sweep(OVER - 1)
        assert shown(late)["state"] == "OPEN"
        sweep(OVER)

        assert shown(late)["state"] == "PARTLY_KEPT"
        assert late.case == "WORKING"

    def test_that_never_come_break_it(self, late):
        answered(promise(late), 201)
        sweep(OVER)

        assert shown(late)["state"] == "BROKEN"
        paid_later(late, "Y-1", 20_000, known=OVER + 3, counts=DUE)
        assert shown(late)["state"] == "KEPT"


OUTSIDE = [
    ({"days": -1}, "CANNOT_PROMISE", "due_date"),
    ({"days": TERMS.days_max + 1}, "CANNOT_PROMISE", "due_date"),
    ({"amount": 1}, "CANNOT_PROMISE", "amount_minor"),
    ({"amount": 900_000}, "CANNOT_PROMISE", "amount_minor"),
    ({"amount": 0}, "INVALID_REQUEST", "amount_minor"),
    ({"amount": 10**12}, "INVALID_REQUEST", "amount_minor"),
    ({"loan_ref": "L-9"}, "NO_SUCH_LOAN", "loan_refs"),
]


class TestBounds:
    def test_are_kept_and_named_and_nothing_is_written(self, late):
        for given, code, field in OUTSIDE:
            told = promise(late, **given).json()
            assert (told["code"], told["field"]) == (code, field), given
        assert answered(late.api.get("/promises"))["items"] == []
        assert late.holds == []

    def test_end_when_promises_were_broken_before(self, late):
        for number in range(TERMS.broken_max):
            answered(promise(late, f"V-{number}", days=0), 201)
            sweep(TERMS.grace_days + 1)

        answer = promise(late, "V-9")
        assert refused(answer, 422) == "CANNOT_PROMISE"
        assert "arrangement" in answer.json()["remedy"]

    def test_leave_out_what_is_arranged(self, late, inbox):
        late.signed("A-1", inbox)

        assert refused(promise(late), 409) == "PROMISE_OPEN"


def test_the_story_is_told(late):
    from forbear.contexts.cases.timeline import timeline
    from forbear.contexts.database.transaction import reading
    from forbear.contexts.portfolio.models import Debtor
    from tests.support.portfolio import NOW, SETUP

    answered(promise(late), 201)
    with reading(SETUP):
        debtor = Debtor.objects.get(ref=late.ref).pk
    told = [each.words for each in timeline(debtor, actor=SETUP, now=NOW).entries]

    due = today() + timedelta(days=DUE)
    assert f"Promise to pay: 200.00 CNY, by {due}" in [each.en for each in told]
    assert f"承诺还款：200.00 CNY，{due} 前" in [each.zh for each in told]
