"""How does whoever collects traces get ours?

On when ``OTEL_EXPORTER_OTLP_ENDPOINT`` is set and the extra ``telemetry`` is installed. One span a
request, with its route, method and status, and nothing of what was asked or answered.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
_LOG = logging.getLogger(__name__)


class _Tracing:
    tracer: Any = None


def start_telemetry(environment: Mapping[str, str]) -> bool:
    """Begin to send spans if somebody asks for them; say whether they are sent."""
    if not environment.get(ENDPOINT):
        return False
    try:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        _LOG.warning("Traces are asked for, but the extra telemetry is not installed.")
        return False
    provider = TracerProvider(resource=Resource.create({"service.name": "forbear"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    _Tracing.tracer = provider.get_tracer("forbear")
    return True


@contextmanager
def span(request_name: str) -> Iterator[Callable[[str, str, int], None]]:
    """Open the span of one request; yield how to tell its route, method and status."""
    if _Tracing.tracer is None:
        yield lambda _route, _method, _status: None
        return
    # An error's words may quote values, so neither they nor its stack go along.
    with _Tracing.tracer.start_as_current_span(
        "request", record_exception=False, set_status_on_exception=False
    ) as opened:

        def tell(route: str, method: str, status: int) -> None:
            opened.update_name(f"{method} {route}")
            opened.set_attribute("http.route", route)
            opened.set_attribute("http.request.method", method)
            opened.set_attribute("http.response.status_code", status)
            opened.set_attribute("forbear.request_id", request_name)

        yield tell
