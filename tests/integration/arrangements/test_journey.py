"""One person's arrangement from the first question to the last instalment, by the public API."""

from __future__ import annotations

from datetime import timedelta

from forbear.contexts.arrangements.actions.sweep import sweep_arrangements
from forbear.values.principal import system
from tests.support.arrangement import answered, new_late, refused, today
from tests.support.people import audited


def test_an_arrangement_from_the_first_question_to_the_last_instalment(api, inbox):
    late = new_late(api)
    assert late.case == "NEW"

    # What can be paid, step by step.
    budget = {
        "currency": "CNY",
        "incomes": [{"kind": "WAGE", "amount_minor": 400_000}],
        "outgoings": [{"kind": "HOUSING", "amount_minor": 150_000}],
        "debts": [{"asked_minor": 60_000}],
    }
    asked = {"debtor_ref": late.ref, "loan_refs": list(late.loans), "budget": budget}
    afforded = answered(api.post("/affordability", asked))
    assert [step["code"] for step in afforded["steps"]] == [
        "INCOME",
        "LIVING",
        "OUTGOINGS",
        "KEPT_BACK",
        "OTHER_DEBTS",
    ]
    # 4,000 - 1,500 protected - 1,500 rent - 100 kept back - 600 asked by another lender.
    assert afforded["monthly_minor"] == 30_000

    # What can be offered on it.
    offered = answered(api.post("/proposals", late.wanted(budget=budget)))
    assert [each["kind"] for each in offered["proposals"]] == ["EQUAL", "STEPPED", "PAUSE_FIRST"]
    equal = offered["proposals"][0]
    assert sum(each["amount_minor"] for each in equal["instalments"]) == equal["total_minor"]
    assert max(each["amount_minor"] for each in equal["instalments"]) <= 30_000

    # Proposed, shown, signed.
    proposed = answered(late.propose("A-1", budget=budget), 201)
    assert (proposed["state"], proposed["total_minor"]) == ("PROPOSED", equal["total_minor"])
    assert late.holds == []
    text = answered(api.post("/arrangements/A-1/agreement"))
    for instalment in proposed["instalments"]:
        assert instalment["due_date"] in text["text_zh"]
    assert "林虚构" not in text["text_zh"]
    assert late.shown("A-1")["state"] == "OFFERED"
    answered(api.post("/arrangements/A-1/code"))
    signed = answered(late.put_name("A-1", inbox.latest, text["sha256"]))
    assert signed["state"] == "ACTIVE"
    assert late.holds == ["ARRANGEMENT", "PAUSE"]
    assert late.case == "ARRANGED"
    refusing = {"debtor_ref": late.ref, "contact_point_ref": "P-1-C", "channel": "SMS"}
    told = answered(api.post("/decisions", {**refusing, "loan_ref": late.loans[0]}))
    against = [each["rule_id"] for each in told["findings"] if not each["allows"]]
    assert "cn.card.instalment" in against

    # Paid in three uneven parts; a payment that never was is taken out again.
    total = signed["total_minor"]
    answered(late.pay("Y-1", 20_000), 201)
    assert late.shown("A-1")["instalments"][0]["covered_minor"] == 20_000
    answered(late.undo("Y-1", 20_000), 201)
    assert late.shown("A-1")["paid_minor"] == 0
    answered(late.pay("Y-2", 50_000), 201)
    assert late.shown("A-1")["settle_minor"] == total - 50_000
    answered(late.pay("Y-3", total - 50_000), 201)

    # Kept to its end: the loan is settled and the case closed.
    done = late.shown("A-1")
    assert (done["state"], done["paid_minor"], done["settle_minor"]) == ("COMPLETED", total, 0)
    loan = answered(api.get(f"/loans/{late.loans[0]}"))
    assert (loan["loan"]["state"], loan["standing"]["payoff_minor"]) == ("SETTLED", 0)
    assert late.case == "CLOSED"
    assert late.holds == ["ARRANGEMENT"]
    for event in ("proposed", "shown", "code_made", "signed", "completed"):
        assert len(audited(f"arrangement.{event}")) == 1, event

    # Whatever comes now is refused: it is over.
    assert refused(api.post("/arrangements/A-1/end", {"because": "PERSON_ASKED"}), 409)
    swept = sweep_arrangements(
        as_of=today() + timedelta(days=400), actor=system("clock"), now=_now()
    )
    assert swept.lapsed == 0
    assert late.shown("A-1")["state"] == "COMPLETED"


def _now():
    from django.utils import timezone

    return timezone.now()
