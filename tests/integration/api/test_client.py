"""The generated client speaks with a running server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application

from forbear.client import Forbear, Problem
from tests.integration.api.test_calls import DEBTOR, LOAN, NAME, POINT


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, get_wsgi_application(), Server, Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_client_tells_and_asks(api, address):
    paid = {"ref": "Y-1", "loan_ref": "L-1", "value_date": "2026-02-06", "amount_minor": 61_200}
    with Forbear(address, api.token) as forbear:
        assert forbear.record_person(DEBTOR)["new"]
        forbear.record_point(POINT)
        forbear.add_loan(LOAN)
        first = forbear.record_payment(paid, key="k-1")

        assert forbear.record_payment(paid, key="k-1") == first
        assert NAME not in forbear.get_debtor("P-1")["name_masked"]
        assert forbear.get_contract("L-1")["standing"]
        for number in range(4):
            forbear.record_person({**DEBTOR, "ref": f"P-{number + 2}"})
        refs = [person["ref"] for person in forbear.every_list_debtors(limit=2)]
        assert refs == [f"P-{number}" for number in range(1, 6)]
        with pytest.raises(Problem) as refused:
            forbear.get_debtor("P-404")
        assert (refused.value.status, refused.value.code) == (404, "UNKNOWN_REF")
    with Forbear(address, "fb_nothing") as nobody, pytest.raises(Problem) as refused:
        nobody.list_debtors()
    assert refused.value.code == "NOT_AUTHENTICATED"
