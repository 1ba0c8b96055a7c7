"""Every request has a name, is counted by its route, and leaves a line without its address."""

from __future__ import annotations

import logging

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from prometheus_client import REGISTRY

from forbear.interfaces.web.log import request_id
from forbear.interfaces.web.request import HEADER, RequestMiddleware, named

HEX = "0123456789abcdef" * 2
PHONE = "13800138000"


@pytest.mark.parametrize("given", [HEX, HEX.upper(), "123e4567-e89b-12d3-a456-426614174000"])
def test_a_well_formed_name_is_kept(given):
    assert named(given) == given.lower()


@pytest.mark.parametrize(
    "given", [None, "", PHONE, "110101199003078888", f"{HEX}\n", "a b", HEX * 2]
)
def test_any_other_is_replaced(given):
    made = named(given)

    assert made != given
    assert named(made) == made


def _asked(address: str, response: HttpResponse, **headers: str) -> HttpResponse:
    seen = []

    def answer(request):
        seen.append(request_id.get())
        return response

    request = RequestFactory().get(address, headers=headers)
    answered = RequestMiddleware(answer)(request)
    assert seen == [answered.headers[HEADER]]
    assert request_id.get() is None
    return answered


def test_the_answer_carries_the_name():
    assert _asked("/", HttpResponse(), **{HEADER: HEX}).headers[HEADER] == HEX


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def test_a_line_tells_the_route_and_never_the_address(monkeypatch):
    logger, kept = logging.getLogger("forbear.request"), _Kept()
    monkeypatch.setattr(logger, "handlers", [kept])
    monkeypatch.setattr(logger, "level", logging.INFO)
    logger.manager._clear_cache()

    _asked(f"/person/{PHONE}?name=Wang", HttpResponse(status=404))

    (record,) = kept.records
    assert (record.route, record.method, record.status) == ("unknown", "GET", 404)
    assert PHONE not in str(record.__dict__)
    assert "Wang" not in str(record.__dict__)


def test_it_is_counted_once_by_route_method_and_status():
    labels = {"route": "unknown", "method": "GET", "status": "418"}
    name = "forbear_request_seconds_count"
    before = REGISTRY.get_sample_value(name, labels) or 0

    _asked("/nowhere", HttpResponse(status=418))

    assert REGISTRY.get_sample_value(name, labels) == before + 1
