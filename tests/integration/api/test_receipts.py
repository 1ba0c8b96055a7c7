"""Providers tell of contacts in messages that they sign; each counts once, in whatever order."""

from __future__ import annotations

import base64
import json
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from forbear.contexts.contact.models import ReceiptTaken
from forbear.contexts.database.transaction import reading
from forbear.contexts.exchange.models import ReceiptSource
from forbear.contexts.exchange.signature import secret_bytes, signed
from tests.support.gate import Desk, attempts, person
from tests.support.portfolio import SETUP

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(range(1, 33))).decode()
PATH = "/api/v1/receipts/simulated"


def message(permit_id: object, outcome: str | None = "CONVERSATION") -> bytes:
    now = timezone.now().isoformat()
    data = {"permit_id": str(permit_id), "outcome": outcome, "at": now}
    return json.dumps({"type": "contact.receipt", "timestamp": now, "data": data}).encode()


def send(body: bytes, *, secret: str = SECRET, event: str = "e-1", late_s: int = 0, **headers: str):
    at_s = int(timezone.now().timestamp()) - late_s
    said = {**signed(secret_bytes(secret), event, at_s=at_s, body=body), **headers}
    return Client().post(PATH, body, content_type="application/json", headers=said)


@pytest.fixture
def source(api) -> int:
    answer = api.post("/receipt-sources", {"provider": "simulated", "secret": SECRET})
    assert answer.status_code == 201
    return answer.json()["id"]


class TestSources:
    def test_keep_their_secrets_sealed_and_several_while_one_is_changed(self, api, source):
        again = api.post("/receipt-sources", {"provider": "simulated", "secret": SECRET})
        next_one = api.post("/receipt-sources", {"provider": "simulated", "secret": OTHER})
        listed = api.get("/receipt-sources")

        assert (again.status_code, again.json()) == (200, {"id": source, "new": False})
        assert next_one.status_code == 201
        assert [one["provider"] for one in listed.json()] == ["simulated", "simulated"]
        assert SECRET not in listed.content.decode()
        assert SECRET.encode() not in bytes(ReceiptSource.objects.get(pk=source).secret)
        assert send(message(uuid4())).status_code == 200
        assert send(message(uuid4()), secret=OTHER, event="e-2").status_code == 200

    def test_that_are_retired_are_believed_no_more(self, api, source):
        first = api.post(f"/receipt-sources/{source}/retirement")
        again = api.post(f"/receipt-sources/{source}/retirement")

        assert (first.json(), again.json()) == ({"ended": True}, {"ended": False})
        assert send(message(uuid4())).status_code == 401

    def test_need_enough_random_bytes(self, api):
        short = {"provider": "simulated", "secret": "whsec_c2hvcnQ="}

        assert api.post("/receipt-sources", short).json()["code"] == "UNFIT_SECRET"


class TestMessages:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"secret": OTHER},
            {"late_s": 301},
            {"late_s": -301},
            {"webhook-id": "another"},
            {"webhook-signature": ""},
            {"webhook-signature": "v1,AAAA v2,BBBB"},
            {"webhook-timestamp": "soon"},
            {"webhook-timestamp": "9" * 30},
            {"event": "with space"},
            {"event": "x" * 121},
        ],
        ids=str,
    )
    def test_that_are_not_genuine_or_old_change_nothing_and_are_told_nothing(self, source, wrong):
        refused = send(message(uuid4()), **wrong)

        assert refused.status_code == 401
        assert refused["Content-Type"] == "application/problem+json"
        assert refused.json()["code"] == "NOT_AUTHENTICATED"
        assert refused.json()["detail"] == "The message is not signed as it must be."
        with reading(SETUP):
            assert not ReceiptTaken.objects.exists()

    def test_of_nobody_known_or_without_headers_are_refused_alike(self, api):
        unknown = send(message(uuid4()))
        bare = Client().post(PATH, message(uuid4()), content_type="application/json")

        assert unknown.json()["detail"] == bare.json()["detail"]
        assert (unknown.status_code, bare.status_code) == (401, 401)

    def test_changed_on_their_way_are_refused(self, source):
        body = message(uuid4())
        headers = signed(
            secret_bytes(SECRET), "e-1", at_s=int(timezone.now().timestamp()), body=body
        )
        changed = body.replace(b"CONVERSATION", b"RANG")

        answer = Client().post(PATH, changed, content_type="application/json", headers=headers)

        assert answer.status_code == 401

    def test_that_are_too_long_are_not_read(self, source):
        assert send(b"x" * 16_385).status_code == 413

    def test_that_are_not_written_as_they_must_be_are_refused(self, source):
        wrong = json.dumps({**json.loads(message(uuid4())), "type": "other"}).encode()

        assert send(wrong).json()["field"] == "type"
        assert send(b"{").status_code == 422

    def test_of_permits_that_are_not_ours_are_kept(self, source):
        permit = uuid4()

        assert send(message(permit)).json() == {"new": True}

        with reading(SETUP):
            row = ReceiptTaken.objects.get(permit_id=permit)
        assert (row.event_id, row.attempt_id) == ("e-1", None)

    def test_count_once_in_any_order_before_and_after_the_answer(self, source, monkeypatch):
        from forbear.contexts.contact.gate import condition

        monkeypatch.delitem(condition._CONDITIONS, "night")
        desk, who = Desk(), person()
        answer = desk.ask(who)

        def tell_first(asked, address, channel, sha256):
            assert send(message(asked, "CONVERSATION"), event="talked").json()["new"]
            return submit(asked, address, channel, sha256)

        submit = desk.provider.submit
        monkeypatch.setattr(desk.provider, "submit", tell_first)
        desk.sender().carry()
        before = attempts(who)
        new = [
            send(message(answer.id, outcome), event=event).json()["new"]
            for outcome, event in (("ANSWERED", "rang"), ("CONVERSATION", "talked"), (None, "took"))
        ]

        assert before == attempts(who) == ["CONVERSATION"]
        assert new == [True, False, True]
