"""What an arrangement gives up is a posting: once, as its text says, the same wherever shown."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from forbear.contexts.arrangements import text
from forbear.contexts.arrangements.actions.sweep import sweep_arrangements
from forbear.contexts.database.transaction import reading
from forbear.contexts.evidence.actions.make_document import make_pack
from forbear.contexts.evidence.made import Form
from forbear.contexts.evidence.verify_pack import check, read_pack
from forbear.contexts.ledger.models import Standing
from forbear.contexts.rulebook.library import policy_texts
from forbear.policy.arrange.agreement import load_agreements
from forbear.values.principal import system
from tests.support.arrangement import answered, new_late, refused, today
from tests.support.evidence import read
from tests.support.portfolio import NOW, SETUP

CLOCK = system("clock")


@pytest.fixture
def late(api):
    return new_late(api)


def says(monkeypatch, waiver: str) -> None:
    """Let agreements say when what is given up is given up."""
    words = policy_texts("agreements")["cn.yaml"].replace(
        "    sections:", f"    waiver: {waiver}\n    sections:", 1
    )
    found = load_agreements({"cn.yaml": words})
    monkeypatch.setattr(text, "open_agreements", lambda: found)


def waivers(late) -> list[tuple[int, bool]]:
    """Return what was booked as given up: how much, and whether the row takes one back."""
    rows = answered(late.api.get("/payments", loan_ref=late.loans[0]))["items"]
    return [
        (row["amount_minor"], row["reverses"] is not None)
        for row in rows
        if row["purpose"] == "WAIVER"
    ]


def penalty(late) -> int:
    """Return the penalty that the loan owes, as a page reads it."""
    with reading(SETUP):
        return Standing.objects.get(loan__ref=late.loans[0]).penalty_minor


def pack_says(late) -> int:
    """Return the penalty that a sealed pack says is owed; a stranger's program recomputes it."""
    given = {"form": Form.JSON, "actor": SETUP, "today": today(), "now": NOW}
    made = make_pack(late.ref, loan_refs=list(late.loans), **given).content
    found = check(read_pack(made))
    assert found.wrong == []
    return read(made)["loans"][0]["owed"]["penalty_minor"]


def sweep(days: int) -> None:
    sweep_arrangements(as_of=today() + timedelta(days=days), actor=CLOCK, now=NOW)


def test_is_booked_once_the_arrangement_is_kept_and_never_before(late, inbox):
    before = penalty(late)
    signed = late.signed("A-1", inbox)
    given = signed["waived_minor"]
    assert 0 < given < before
    assert (waivers(late), penalty(late)) == ([], before)
    assert signed["waiver"] == "KEPT"

    answered(late.pay("Y-1", signed["total_minor"]), 201)

    assert late.shown("A-1")["state"] == "COMPLETED"
    assert waivers(late) == [(given, False)]
    assert late.shown("A-1")["loans"][0]["waiver_stands"]
    # The money turns out not to have come: then nothing is given up, and the debt is what it was.
    answered(late.undo("Y-1", signed["total_minor"]), 201)
    assert late.shown("A-1")["state"] == "ACTIVE"
    assert waivers(late) == [(given, False), (given, True)]
    assert penalty(late) == before == pack_says(late)
    answered(late.pay("Y-2", signed["total_minor"]), 201)
    assert waivers(late)[2:] == [(given, False)]


@pytest.mark.parametrize(("waiver", "stays"), [("SIGNED", False), ("SIGNED_FOR_GOOD", True)])
def test_counts_from_signing_where_the_text_says_so(late, inbox, monkeypatch, waiver, stays):
    says(monkeypatch, waiver)
    before = penalty(late)
    given = late.signed("A-1", inbox)["waived_minor"]
    assert waivers(late) == [(given, False)]
    assert penalty(late) == before - given == pack_says(late)
    sweep(0)
    assert waivers(late) == [(given, False)]

    sweep(90)

    assert late.shown("A-1")["state"] == "BROKEN"
    assert waivers(late) == [(given, False)] + [(given, True)] * (not stays)


def test_what_came_since_the_proposal_is_not_asked_for_once_all_that_was_agreed_is_paid(
    late, inbox, monkeypatch
):
    budget = {"currency": "CNY", "can_pay_month_minor": 40_000}
    signed = late.signed("A-1", inbox, target="ARREARS", budget=budget)
    overdue = signed["owed_minor"] - penalty(late)
    answered(late.pay("Y-1", overdue), 201)
    said = {"ref": "Y-2", "loan_ref": late.loans[0], "value_date": str(today())}
    said |= {"amount_minor": penalty(late) - signed["waived_minor"], "purpose": "PENALTY"}
    answered(late.api.post("/payments", said), 201)
    rest = signed["total_minor"] - overdue - said["amount_minor"]
    assert rest == signed["regular_minor"]
    assert penalty(late) == signed["waived_minor"]

    answered(late.pay("Y-3", rest), 201)

    assert late.shown("A-1")["state"] == "COMPLETED"
    assert (penalty(late), waivers(late)) == (0, [(signed["waived_minor"], False)])


def test_is_taken_back_with_the_signature(late, inbox, monkeypatch):
    says(monkeypatch, "SIGNED_FOR_GOOD")
    before = penalty(late)
    late.signed("A-1", inbox)

    answered(late.api.post("/arrangements/A-1/withdrawal"))

    assert penalty(late) == before


def test_is_no_payment(late, inbox, monkeypatch):
    says(monkeypatch, "SIGNED")
    signed = late.signed("A-1", inbox)
    shown = late.shown("A-1")
    assert (shown["paid_minor"], shown["settle_minor"]) == (0, signed["total_minor"])
    ref = next(
        row["ref"]
        for row in answered(late.api.get("/payments", loan_ref=late.loans[0]))["items"]
        if row["purpose"] == "WAIVER"
    )
    asked = {"loan_ref": late.loans[0], "payment_ref": ref, "form": "JSON"}
    assert refused(late.api.post("/evidence/receipts", asked), 404) == "NO_STANDING_PAYMENT"
    line = answered(
        late.api.post(f"/loans/{late.loans[0]}/bureau-what-if", {"payments": [], "months": 1})
    )
    assert line["months"]


def test_nobody_books_what_is_agreed_by_a_posting_of_their_own(late):
    said = {"ref": "W-1", "loan_ref": late.loans[0], "value_date": str(today())}
    said |= {"amount_minor": 100, "purpose": "AGREED"}
    assert refused(late.api.post("/payments", said), 422) == "WAIVER_NOT_BY_HAND"
    said |= {"purpose": "WAIVER"}

    assert refused(late.api.post("/payments", said), 422) == "WAIVER_NOT_BY_HAND"

    assert waivers(late) == []


@pytest.mark.parametrize(("every", "apart"), [("WEEK", 7), ("FORTNIGHT", 14)])
def test_instalments_may_lie_weeks_apart(late, inbox, every, apart):
    budget = {"currency": "CNY", "can_pay_month_minor": 26_000}
    signed = late.signed("A-1", inbox, every=every, budget=budget)
    days = [date.fromisoformat(row["due_date"]) for row in signed["instalments"]]
    most = 26_000 * 12 * (apart // 7) // 52

    assert signed["every"] == every
    assert {after - before for before, after in pairwise(days)} == {timedelta(days=apart)}
    assert max(row["amount_minor"] for row in signed["instalments"]) <= most
    assert sum(row["amount_minor"] for row in signed["instalments"]) == signed["total_minor"]
    again = late.propose("A-1")
    assert refused(again, 409) == "OTHER_ARRANGEMENT"
