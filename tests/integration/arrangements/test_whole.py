"""An arrangement up to date, one with agreed interest, and a signature that fails half-way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forbear.contexts.arrangements.models import SigningCode
from forbear.contexts.audit.actions import recorded
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import reading
from forbear.values.errors import BrokenInvariant
from tests.support.arrangement import NAME, Late, answered, new_late, today
from tests.support.people import audited
from tests.support.portfolio import CREDITOR, SETUP


def test_up_to_date_the_contract_goes_on_and_contact_may_again(api, inbox):
    late = new_late(api)
    budget = {"currency": "CNY", "can_pay_month_minor": 40_000}
    signed = late.signed("A-1", inbox, target="ARREARS", budget=budget)
    assert signed["regular_minor"] == 60_600
    answered(late.pay("Y-1", signed["total_minor"]), 201)

    assert late.shown("A-1")["state"] == "COMPLETED"
    assert (late.holds, late.case) == ([], "CLOSED")
    loan = answered(api.get(f"/loans/{late.loans[0]}"))
    assert (loan["loan"]["state"], loan["standing"]["days_past_due"]) == ("OPEN", 0)


def american(api) -> Late:
    """Record somebody late on a loan whose arrangements bear interest."""
    debtor = {"ref": "P-US", "jurisdiction": "US", "name": NAME, "time_zones": ["America/Phoenix"]}
    answered(api.post("/debtors", debtor), 201)
    began = today() - timedelta(days=120)
    loan = {
        "ref": "P-US-L0",
        "debtor_ref": "P-US",
        "creditor": CREDITOR,
        "product": "us_personal_loan",
        "currency": "USD",
        "contract_date": str(began),
        "disbursed_date": str(began),
        "principal_minor": 100_000,
        "annual_rate_bp": 1_200,
        "schedule": [
            {
                "number": 1,
                "due_date": str(began + timedelta(days=60)),
                "principal_minor": 100_000,
                "interest_minor": 2_000,
            }
        ],
    }
    answered(api.post("/loans", loan), 201)
    return Late(api, "P-US", ("P-US-L0",))


def test_agreed_interest_is_paid_only_for_time_that_has_begun(api, inbox):
    late = american(api)
    budget = {"currency": "USD", "can_pay_month_minor": 20_000}
    signed = late.signed("A-1", inbox, budget=budget)

    assert not signed["frozen"]
    assert signed["charge_minor"] > 0
    assert signed["total_minor"] == 102_000 + signed["charge_minor"]
    assert late.holds == ["ARRANGEMENT"]
    # On the day of signing no time has begun.
    assert signed["settle_minor"] == 102_000
    answered(late.pay("Y-1", 102_000), 201)
    assert late.shown("A-1")["state"] == "COMPLETED"


@pytest.mark.parametrize("event", [AuditEvent.HOLD_PLACED, AuditEvent.CASE_MOVED])
def test_a_signature_that_fails_half_way_leaves_nothing_behind(api, inbox, event):
    late = new_late(api)
    answered(late.propose("A-1"), 201)
    sha256 = answered(api.post("/arrangements/A-1/agreement"))["sha256"]
    answered(api.post("/arrangements/A-1/code"))

    def fails(*, event: AuditEvent, **_) -> None:
        if event is failing:
            raise BrokenInvariant("The power went.")

    failing = event
    recorded.connect(fails, dispatch_uid="test.power")
    try:
        assert late.put_name("A-1", inbox.latest, sha256).status_code == 500
    finally:
        recorded.disconnect(dispatch_uid="test.power")

    assert late.shown("A-1")["state"] == "OFFERED"
    assert (late.holds, late.case) == ([], "NEW")
    assert audited("arrangement.signed") == []
    with reading(SETUP):
        assert SigningCode.objects.get().used_at is None
    assert answered(late.put_name("A-1", inbox.latest, sha256))["state"] == "ACTIVE"
