"""A lender's page begins with a number, asks for the amount, and tells in signed messages."""

from __future__ import annotations

import base64
from uuid import uuid4

from django.utils import timezone

from tests.support.paying import message, owing, send, trust
from tests.support.today import lenders_day

OTHER = "whsec_" + base64.b64encode(bytes(range(1, 33))).decode()


class TestAPage:
    def test_takes_a_payment_from_its_beginning_to_its_end(self, api):
        trust()
        who = owing(today=lenders_day())
        intent = str(uuid4())
        sent = {"id": intent, "loan_ref": who.loan, "amount_minor": 41_000}
        begun = api.post("/payment-intents", {**sent, "back_to": "https://lender.example/back"})
        again = api.post("/payment-intents", {**sent, "back_to": "https://lender.example/back"})
        assert (begun.status_code, again.status_code) == (201, 200)
        assert begun.json() == {"id": intent, "address": None, "new": True}

        taken = send(message(intent=intent))
        repeated = send(message(intent=intent))

        assert taken.json() == {"new": True, "state": "BOOKED", "why": None}
        assert repeated.json() == {"new": False, "state": "BOOKED", "why": None}
        shown = api.get(f"/payment-intents/{intent}").json()
        assert (shown["state"], shown["postings"]) == ("PAID", ["simulated:pay-1"])
        assert shown["back_to"] == "https://lender.example/back"
        assert who.postings == [("simulated:pay-1", 41_000, None)]

    def test_that_signs_wrongly_or_is_another_provider_changes_nothing(self, api):
        trust()
        trust("sms-house")
        who = owing(today=lenders_day())
        body = message(reference=who.reference)

        assert send(body, secret=OTHER).status_code == 401
        assert send(body, provider="sms-house").json()["code"] == "NOT_THE_PAYMENT_PAGE"
        assert send(b"x" * 16_385).status_code == 413
        assert who.postings == []

    def test_is_told_which_field_is_wrong(self, api):
        trust()
        ahead = timezone.now().replace(year=timezone.now().year + 1).isoformat()
        for body in (
            message(),
            message(reference="R", at=ahead),
            message("payment.returned", reference="R"),
            message(reference="R", return_ref="r-1"),
        ):
            assert send(body).status_code == 422

    def test_leaves_what_it_cannot_place_to_be_looked_into(self, api):
        trust()
        who = owing(today=lenders_day())
        assert send(message(reference="ABCD")).json()["why"] == "UNKNOWN_REFERENCE"

        (row,) = api.get("/payment-notices").json()["items"]
        path = f"/payment-notices/{row['id']}/settlement"
        wrong = api.post(path, {"version": 1, "settled": "MATCHED"})
        done = api.post(path, {"version": 1, "settled": "MATCHED", "loan_ref": who.loan})

        assert (wrong.status_code, done.json()) == (422, {"done": True})
        assert api.get("/payment-notices").json()["items"] == []
        (dealt,) = api.get("/payment-notices", open_only="false").json()["items"] or [None]
        assert dealt is None or dealt["settled_as"] == "MATCHED"

    def test_gives_one_reference_for_a_loan(self, api):
        who = owing()
        given = [api.post(f"/loans/{who.loan}/payment-reference").json() for _ in range(2)]
        assert given[0] == given[1]
        assert given[0]["reference"].replace(" ", "") == who.reference
