"""What holds for every request to the API, before and after it reaches a call?"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from forbear.interfaces.api.problem import (
    CONTENT_TYPE,
    NoSuchAddress,
    NoSuchMethod,
    TooLarge,
    respond,
    translated,
)
from forbear.values.errors import ForbearError

PREFIX = "/api/"
UPLOAD_SUFFIX = "/imports"
RECEIPTS = "/api/v1/receipts/"
RECEIPT_BYTES_MAX = 16_384


class ApiEdge:
    """Bounds the size of each request, and lets no answer leave in another form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer one request."""
        if not request.path_info.startswith(PREFIX):
            return self._get_response(request)
        try:
            response = self._answered(request)
        except Exception as error:  # noqa: BLE001  # nothing leaves but a problem
            response = translated(request, error)
        response["Cache-Control"] = "no-store"
        left = getattr(request, "forbear_calls_left", None)
        if left is not None:
            response["RateLimit-Limit"] = str(settings.FORBEAR_API_CALLS_PER_MINUTE_MAX)
            response["RateLimit-Remaining"] = str(left)
        return response

    def _answered(self, request: HttpRequest) -> HttpResponse:
        most = _bytes_max(request.path_info)
        if int(request.META.get("CONTENT_LENGTH") or 0) > most:
            return respond(_too_large(most))
        response = self._get_response(request)
        if response.status_code < 400 or response["Content-Type"].startswith(CONTENT_TYPE):
            return response
        if response.status_code == 405:
            told = respond(_no_method(response.get("Allow", "")))
            told["Allow"] = response.get("Allow", "")
            return told
        if response.status_code == 404:
            return respond(_no_address())
        return response


def _bytes_max(path: str) -> int:
    if path.startswith(RECEIPTS):
        # Whoever sends has not yet shown who they are.
        return RECEIPT_BYTES_MAX
    most: int = (
        settings.FORBEAR_API_UPLOAD_BYTES_MAX
        if path.endswith(UPLOAD_SUFFIX)
        else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    )
    return most


def _no_address() -> ForbearError:
    return NoSuchAddress(
        "The API has no such address.",
        remedy="See openapi.json for the addresses that there are.",
        message_zh="接口没有这个地址。",
        remedy_zh="可用地址见 openapi.json。",
    )


def _no_method(allowed: str) -> ForbearError:
    return NoSuchMethod(
        "The address does not take this method.",
        remedy=f"It takes {allowed}.",
        message_zh="该地址不接受此方法。",
        remedy_zh=f"可用方法：{allowed}。",
    )


def _too_large(most: int) -> ForbearError:
    return TooLarge(
        f"The request has more than {most:,} bytes.",
        remedy="Send less at a time.",
        message_zh=f"请求超过 {most:,} 字节。",
        remedy_zh="请分批发送。",
    )
