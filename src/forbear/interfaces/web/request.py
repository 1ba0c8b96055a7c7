"""Which request was it, how did it end, and how long did it take?

The outermost middleware: it gives each request a name, and writes one line and the figures when it
has been answered.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from forbear.interfaces.web import metric
from forbear.interfaces.web.log import request_id
from forbear.interfaces.web.telemetry import span

HEADER = "X-Request-Id"
# A number of a person or of a telephone has no place in a log, so a name must be long hexadecimal.
_WELL_FORMED = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_LOG = logging.getLogger("forbear.request")
_QUIET = {"live", "ready", "metrics"}


class RequestMiddleware:
    """Names, counts, times and writes down every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = named(request.headers.get(HEADER))
        token = request_id.set(name)
        began_s = time.perf_counter()
        try:
            with span(name) as tell:
                response = self.get_response(request)
                route = route_of(request)
                tell(route, method_of(request), response.status_code)
            duration_s = time.perf_counter() - began_s
            metric.answered(
                route=route,
                method=method_of(request),
                status=response.status_code,
                duration_s=duration_s,
            )
            _write(request, route, response.status_code, duration_s)
        finally:
            request_id.reset(token)
        response.headers[HEADER] = name
        return response


def named(given: str | None) -> str:
    """Return the name that a request came with, if it is well-formed, else a new one."""
    return given.lower() if given and _WELL_FORMED.fullmatch(given) else str(uuid4())


def route_of(request: HttpRequest) -> str:
    """Return the name of the route, never the address, which may name somebody."""
    found = request.resolver_match
    if found is not None:
        return found.view_name or "unnamed"
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "unknown"


def method_of(request: HttpRequest) -> str:
    """Return the method, one of a closed list."""
    return request.method if request.method in _METHODS else "OTHER"


def _write(request: HttpRequest, route: str, status: int, duration_s: float) -> None:
    who = getattr(request, "principal", None)
    # What a machine asks every few seconds would drown the rest.
    level = logging.DEBUG if route in _QUIET and status < 400 else logging.INFO
    _LOG.log(
        level,
        "request",
        extra={
            "route": route,
            "method": method_of(request),
            "status": status,
            "duration_ms": round(duration_s * 1000, 1),
            "principal_kind": who.kind.value if who else None,
            "principal_id": who.id if who else None,
        },
    )
