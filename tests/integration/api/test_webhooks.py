"""What was done is told, signed, until it arrives or three days have passed."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from forbear.contexts.exchange.deliver import LEASE, deliver_due, send_over_http, wait_s
from forbear.contexts.exchange.models import Delivery, Endpoint
from forbear.contexts.exchange.target import UnfitTarget, resolve
from tests.integration.api.test_calls import DEBTOR, NAME, book

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
URL = "https://lender.example/hook"
SENT = {"url": URL, "events": ["debtor.added", "posting.recorded"], "secret": SECRET}


@pytest.fixture
def told(api):
    assert api.post("/webhooks", SENT).status_code == 201
    return []


def sender(told, *statuses: int):
    left = list(statuses)

    def send(url, headers, body):
        told.append((url, dict(headers), body))
        return left.pop(0) if left else 200

    return send


class TestEndpoints:
    def test_keep_their_secret_sealed(self, api, told):
        row = Endpoint.objects.get()

        assert SECRET.encode() not in bytes(row.secret)
        listed = api.get("/webhooks")
        assert [each["url"] for each in listed.json()] == [URL]
        assert SECRET not in listed.content.decode()
        assert api.post("/webhooks", SENT).json()["new"] is False
        assert api.post("/webhooks", {**SENT, "events": ["hold.placed"]}).status_code == 409

    @pytest.mark.parametrize(
        "wrong",
        [
            {"url": "http://lender.example/hook"},
            {"url": "https://user:secret@lender.example/"},
            {"url": "ftp://lender.example/"},
            {"events": ["staff.signed_in"]},
            {"secret": "whsec_c2hvcnQ="},
        ],
    )
    def test_that_do_not_fit_are_refused(self, api, wrong):
        assert api.post("/webhooks", {**SENT, **wrong}).status_code == 422

    def test_that_are_retired_are_told_nothing_more(self, api, told):
        book(api)
        assert api.post(f"/webhooks/{Endpoint.objects.get().pk}/retirement").json()["ended"]

        deliver_due(timezone.now(), sender(told))

        assert told == []
        assert Delivery.objects.get().state == "GIVEN_UP"


class TestDeliveries:
    def test_are_queued_with_what_they_tell_of_and_hold_nothing_personal(self, api, told):
        book(api)
        refused = api.post("/debtors", {**DEBTOR, "jurisdiction": "UK"})

        done = deliver_due(timezone.now(), sender(told))

        assert refused.status_code == 409
        assert done.delivered == len(told) == 1
        ((url, headers, body),) = told
        assert url == URL
        assert json.loads(body)["type"] == "debtor.added"
        assert json.loads(body)["data"]["debtor_ref"] == "P-1"
        assert NAME not in body.decode()
        assert headers["webhook-id"].startswith("msg_")
        assert headers["webhook-signature"].startswith("v1,")

    def test_are_tried_again_later_and_later_with_the_same_id(self, api, told):
        book(api)
        now = timezone.now()

        for minutes, status in ((0, 500), (1, 0), (30, 200), (60, 200)):
            deliver_due(now + timedelta(minutes=minutes), sender(told, status))

        assert len({headers["webhook-id"] for _, headers, _ in told}) == 1
        assert len(told) == 3
        assert Delivery.objects.get().state == "DELIVERED"
        assert [wait_s(tries, 1.0) for tries in (1, 2, 3, 40)] == [30, 60, 120, 21_600]
        assert wait_s(1, 0.0) == 15

    def test_are_given_up_after_three_days(self, api, told):
        book(api)
        now = timezone.now()

        for hours in range(0, 90, 7):
            deliver_due(now + timedelta(hours=hours), sender(told, 500))

        assert Delivery.objects.get().state == "GIVEN_UP"
        assert 10 <= len(told) <= 12

    def test_whose_teller_died_are_taken_up_again(self, api, told):
        book(api)
        now = timezone.now()

        def die(*_):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            deliver_due(now, die)
        assert deliver_due(now, sender(told)).delivered == 0

        assert deliver_due(now + LEASE, sender(told)).delivered == 1

    def test_are_told_by_one_of_many_tellers(self, api, told):
        for number in range(30):
            api.post("/debtors", {**DEBTOR, "ref": f"P-{number}"})
        now = timezone.now()

        def work(_):
            try:
                return deliver_due(now, sender(told)).delivered
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            counts = list(pool.map(work, range(4)))

        assert sum(counts) == len(told) == 30
        assert len({headers["webhook-id"] for _, headers, _ in told}) == 30


class TestTargets:
    @pytest.mark.parametrize(
        "url",
        [
            "https://127.0.0.1/",
            "https://localhost/",
            "https://10.0.0.8/",
            "https://169.254.169.254/latest",
            "https://[::1]/",
            "https://[::ffff:10.0.0.8]/",
            "https://0.0.0.0/",
            "https://224.0.0.1/",
            "https://no-such-name.invalid/",
        ],
    )
    def test_within_a_private_network_are_refused(self, url):
        with pytest.raises(UnfitTarget):
            resolve(url, private=False)
        with pytest.raises(UnfitTarget):
            send_over_http(private=False)(url, {}, b"")

    def test_of_the_internet_are_let_through(self):
        assert resolve("https://1.1.1.1:8443/a?b=c", private=False).path == "/a?b=c"
        assert resolve("http://127.0.0.1:1/", private=True).address == "127.0.0.1"

    def test_that_are_away_count_as_no_answer(self):
        assert send_over_http(private=True)("http://127.0.0.1:9/", {}, b"") == 0
        assert settings.FORBEAR_WEBHOOKS_TO_PRIVATE is False
