"""A loan, an agency's call and its end, through the API alone; then a stranger checks it all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forbear.contexts.evidence.verify_pack import read_pack
from tests.integration.api.test_calls import DEBTOR, LOAN, POINT
from tests.support.agency import house
from tests.support.evidence import sign_record, unzipped, verified
from tests.support.portfolio import CREDITOR

__all__ = ["house"]


@pytest.fixture
def lender(house):
    """A lender's system that has told of one person with a loan."""
    api = house.api
    for path, body in (("/debtors", DEBTOR), ("/contact-points", POINT), ("/loans", LOAN)):
        done = api.post(path, {**body, "creditor": CREDITOR} if path == "/loans" else body)
        assert done.status_code == 201, done.content
    return api


def paid(api, ref: str, amount: int, **more: object) -> None:
    day = "2026-11-20"
    body = {"ref": ref, "loan_ref": "L-1", "value_date": day, "amount_minor": amount, **more}
    assert api.post("/payments", body).status_code == 201


def owed(api) -> int:
    pack = api.post("/evidence/packs", {"debtor_ref": "P-1", "form": "JSON"}).content
    return read_pack(pack)["loans"][0]["owed"]["payoff_minor"]


def test_a_debt_is_followed_to_its_end_and_checked_by_a_stranger(lender, house, tmp_path):
    paid(lender, "Y-1", 61_200)
    paid(lender, "Y-2", 10_000)
    paid(lender, "Y-3", 10_000, reverses="Y-2")
    at = (house.hand() - timedelta(days=1)).isoformat()
    told = {"ref": "A-1", "debtor_ref": "P-1", "contact_point_ref": "C-1", "channel": "SMS"}
    told |= {"direction": "OUTBOUND", "started_at": at, "outcome": "DELIVERED", "loan_ref": "L-1"}
    assert lender.post("/attempts", {"attempts": [told]}).status_code == 200
    refused = lender.post("/evidence/settlements", {"loan_ref": "L-1"})
    assert (refused.status_code, refused.json()["code"]) == (409, "STILL_OWED")
    sign_record()

    made = lender.post("/evidence/packs", {"debtor_ref": "P-1", "form": "ZIP"})

    assert made.status_code == 200, made.content
    files = unzipped(made.content)
    key = files["key.txt"].decode().strip()
    for name in ("evidence.json", "evidence-zh.pdf", "evidence-en.pdf"):
        done = verified(files[name], tmp_path, "--key", key)
        assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "OK"), done
    pack = read_pack(files["evidence.json"])
    (loan,) = pack["loans"]
    assert [(row["ref"], row["state"]) for row in loan["postings"]] == [
        ("Y-1", "COUNTS"),
        ("Y-2", "VOID"),
    ]
    assert [row["outcome"] for row in pack["contacts"]] == ["DELIVERED"]

    rest = loan["owed"]["payoff_minor"]
    schedule = loan["owed"]["overdue_principal_minor"] + loan["owed"]["overdue_interest_minor"]
    paid(lender, "Y-4", schedule)
    paid(lender, "Y-5", rest - schedule, purpose="PENALTY")
    if left := owed(lender):
        # What was paid on an earlier day bore less penalty than it does today.
        paid(lender, "Y-6", left, purpose="PENALTY")
    certificate = lender.post("/evidence/settlements", {"loan_ref": "L-1", "language": "EN"})
    assert certificate.status_code == 200, certificate.content
    assert verified(certificate.content, tmp_path).returncode == 0
    receipt = lender.post("/evidence/receipts", {"loan_ref": "L-1", "payment_ref": "Y-4"})
    assert verified(receipt.content, tmp_path).returncode == 0


def test_the_call_of_an_agency_is_confirmed_to_whoever_was_called(house):
    agency = house.agency()
    who = agency.person()
    permit = agency.ask(who)
    before = agency.api.client.post(
        "/api/v1/caller/code",
        {"code": permit["check_code"]},
        content_type="application/json",
        REMOTE_ADDR="192.0.2.1",
    )
    assert before.json()["answer"] == "NOT_OURS", "nobody is called yet"

    begun = agency.api.post(f"/agency/permits/{permit['id']}/begin")

    assert begun.status_code == 200, begun.content
    answers = [
        agency.api.client.post(
            "/api/v1/caller/code",
            {"code": permit["check_code"]},
            content_type="application/json",
            REMOTE_ADDR="192.0.2.1",
        ).json()
        for _ in range(2)
    ]
    assert [each["answer"] for each in answers] == ["GENUINE", "USED"]
    assert "Far Agency" in answers[0]["en"]
    assert "远方机构" in answers[0]["zh"]
