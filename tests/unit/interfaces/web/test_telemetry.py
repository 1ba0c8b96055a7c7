"""Spans are sent only where somebody asks for them and the extra is there."""

from __future__ import annotations

import importlib.util

import pytest

from forbear.interfaces.web import telemetry
from forbear.interfaces.web.telemetry import ENDPOINT, span, start_telemetry

ASKED = {ENDPOINT: "http://127.0.0.1:4318"}


class Span:
    def __init__(self) -> None:
        self.name, self.told = "", {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def update_name(self, name):
        self.name = name

    def set_attribute(self, name, value):
        self.told[name] = value


def test_nothing_is_sent_unless_somebody_asks():
    assert start_telemetry({}) is False
    assert telemetry._Tracing.tracer is None


@pytest.mark.skipif(
    importlib.util.find_spec("opentelemetry") is not None, reason="the extra is installed"
)
def test_without_the_extra_the_program_runs_and_nothing_is_sent():
    assert start_telemetry(ASKED) is False


def test_a_span_tells_route_method_and_status_alone(monkeypatch):
    opened = Span()

    class Tracer:
        def start_as_current_span(self, name, **options):
            assert options == {"record_exception": False, "set_status_on_exception": False}
            opened.name = name
            return opened

    monkeypatch.setattr(telemetry._Tracing, "tracer", Tracer())
    with span("a" * 32) as tell:
        tell("today", "GET", 200)

    assert opened.name == "GET today"
    assert opened.told == {
        "http.route": "today",
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "forbear.request_id": "a" * 32,
    }
