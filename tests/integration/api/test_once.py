"""A request that is sent twice is done once."""

from __future__ import annotations

import random
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from forbear.contexts.audit.models import Entry
from forbear.contexts.database.transaction import reading
from forbear.contexts.exchange.answered import Answer, Asked, KeyInProgress, answer_once
from forbear.contexts.exchange.models import Answered, Token
from forbear.contexts.ledger.models import Posting
from forbear.contexts.portfolio.models import Debtor
from tests.integration.api.test_calls import DEBTOR, book
from tests.support.portfolio import NOW, SETUP

DAY_SUBMITS, NIGHT_SUBMITS, THREADS = 60, 1_000, 16


def payment(number: int) -> dict[str, object]:
    return {
        "ref": f"Y-{number}",
        "loan_ref": "L-1",
        "value_date": "2026-02-06",
        "amount_minor": 100 + number,
    }


def counted(model) -> int:
    with reading(SETUP):
        return model.objects.count()


class TestAKey:
    def test_gets_the_same_answer_again(self, api):
        first = api.post("/debtors", DEBTOR, key="k-1")
        again = api.post("/debtors", DEBTOR, key="k-1")

        assert (first.status_code, first["Idempotent-Replayed"]) == (201, "false")
        assert (again.status_code, again["Idempotent-Replayed"]) == (201, "true")
        assert again.content == first.content
        with reading(SETUP):
            assert Entry.objects.filter(event="debtor.added").count() == 1

    def test_belongs_to_one_request(self, api):
        api.post("/debtors", DEBTOR, key="k-1")

        for path, body in (("/debtors", {**DEBTOR, "ref": "P-2"}), ("/creditors", DEBTOR)):
            refused = api.post(path, body, key="k-1")
            assert refused.status_code in {409, 422}
        assert api.post("/debtors", {**DEBTOR, "ref": "P-2"}, key="k-1").json()["code"] == (
            "IDEMPOTENCY_KEY_REUSED"
        )
        assert counted(Debtor) == 1

    def test_of_a_refused_request_may_be_sent_again(self, api):
        hold = {"ref": "H-1", "debtor_ref": "P-1", "kind": "DISPUTE", "start_date": "2026-11-01"}
        assert api.post("/holds", hold, key="k-2").status_code == 404
        api.post("/debtors", DEBTOR)

        assert api.post("/holds", hold, key="k-2").status_code == 201

    def test_must_be_short_and_printable(self, api):
        assert api.post("/debtors", DEBTOR, key="k" * 256).status_code == 422

    def test_is_refused_while_its_request_is_under_way(self, api):
        token_id = Token.objects.get().pk
        asked = Asked(token_id, "k-3", b"\x01" * 32)
        inside, go = threading.Event(), threading.Event()

        def slow() -> Answer:
            inside.set()
            assert go.wait(20)
            return Answer(200, b"{}", "application/json")

        def first() -> bool:
            try:
                return answer_once(asked, slow, now=NOW)[1]
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(first)
            assert inside.wait(20)
            with pytest.raises(KeyInProgress):
                answer_once(asked, slow, now=NOW)
            go.set()
            assert running.result(20) is False

    def test_whose_process_died_in_between_does_nothing_twice(self, api):
        book(api)

        def died() -> Answer:
            raise KeyboardInterrupt

        sent = api.post("/payments", payment(1), key="k-4")
        # As if the process had died after the payment and before its answer was kept.
        with reading(SETUP):
            Answered.objects.filter(key="k-4").update(status=None, body=None)
        asked = Asked(Token.objects.get().pk, "k-5", b"\x02" * 32)
        with pytest.raises(KeyboardInterrupt):
            answer_once(asked, died, now=NOW)

        again = api.post("/payments", payment(1), key="k-4")
        after, _ = answer_once(asked, lambda: Answer(200, b"{}", "application/json"), now=NOW)

        assert (again.json()["id"], again.json()["new"]) == (sent.json()["id"], False)
        assert counted(Posting) == 1
        assert after.status == 200


def double_submits(api, count: int) -> None:
    book(api)
    rng = random.Random(11)
    sends = [(number, f"key-{number}") for number in range(count)] * 2
    rng.shuffle(sends)

    def send(one: tuple[int, str]) -> int:
        try:
            number, key = one
            return api.post("/payments", payment(number), key=key).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        codes = list(pool.map(send, sends))

    assert set(codes) <= {201, 409}
    assert codes.count(201) >= count
    assert counted(Posting) == count
    with reading(SETUP):
        assert Entry.objects.filter(event="posting.recorded").count() == count


def test_random_double_submits_from_sixteen_threads_leave_no_double(api):
    double_submits(api, DAY_SUBMITS)


@pytest.mark.nightly
def test_a_thousand_random_double_submits_leave_no_double(api):
    double_submits(api, NIGHT_SUBMITS)


def test_without_a_key_the_ref_alone_keeps_doubles_out(api):
    book(api)
    refs = [str(uuid.UUID(int=number)) for number in range(5)] * 2

    for ref in refs:
        api.post("/payments", {**payment(7), "ref": ref})

    assert counted(Posting) == 5
