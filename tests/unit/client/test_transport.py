"""The client repeats what is safe to repeat, and nothing else."""

from __future__ import annotations

import httpx
import pytest

from forbear.client import Forbear, Problem
from forbear.client import transport as module


class Server:
    """Answers with what it was given, in order."""

    def __init__(self, *answers: object) -> None:
        self.answers, self.seen = list(answers), []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        return httpx.Response(status, json=body, headers={"Retry-After": "1"})


def client(server: Server, monkeypatch) -> Forbear:
    monkeypatch.setattr(module.time, "sleep", lambda _: None)
    return Forbear("http://forbear.test", "fb_x", transport=httpx.MockTransport(server))


def test_a_keyed_call_is_repeated_with_its_key(monkeypatch):
    done = {"id": 1, "ref": "Y-1", "new": True, "contacts_on_wrong_basis": 0}
    server = Server(httpx.ConnectError("away"), (503, {}), (201, done))

    answer = client(server, monkeypatch).record_payment(
        {"ref": "Y-1", "loan_ref": "L-1", "value_date": "2026-02-06", "amount_minor": 1}
    )

    assert answer == done
    assert len({request.headers["Idempotency-Key"] for request in server.seen}) == 1


def test_a_call_without_a_key_is_never_repeated(monkeypatch):
    server = Server(httpx.ReadTimeout("slow"))

    with pytest.raises(httpx.ReadTimeout):
        client(server, monkeypatch).hand_over(b"zip")

    assert len(server.seen) == 1


def test_a_refusal_is_told_and_not_repeated(monkeypatch):
    server = Server((409, {"status": 409, "code": "OTHER_CONTENT", "field": "name"}))

    with pytest.raises(Problem) as refused:
        client(server, monkeypatch).add_creditor({"code": "a", "name_en": "A", "name_zh": "甲"})

    assert (refused.value.code, refused.value.field) == ("OTHER_CONTENT", "name")
    assert len(server.seen) == 1


def test_a_list_is_gone_through_page_after_page(monkeypatch):
    server = Server((200, {"items": [1, 2], "next": "c"}), (200, {"items": [3], "next": None}))

    assert list(client(server, monkeypatch).every_list_debtors(limit=2)) == [1, 2, 3]
    assert server.seen[1].url.params["cursor"] == "c"


def test_a_ref_stands_in_an_address_as_one_part(monkeypatch):
    server = Server((200, {}))

    client(server, monkeypatch).get_debtor("a/b?c")

    assert server.seen[0].url.raw_path == b"/api/v1/debtors/a%2Fb%3Fc"


def test_an_answer_that_is_not_the_apis_is_a_problem_with_a_remedy():
    def leads_to_https(_: httpx.Request) -> httpx.Response:
        return httpx.Response(301, headers={"Location": "https://forbear.test/api"})

    with (
        Forbear("http://forbear.test", "fb_x", transport=httpx.MockTransport(leads_to_https)) as it,
        pytest.raises(Problem, match="https") as caught,
    ):
        it.record_payment({"ref": "Y-1"})

    assert caught.value.code == "NOT_THE_API"
