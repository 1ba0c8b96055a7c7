"""How does each error reach a lender's system, always in the same form?

RFC 9457 ``application/problem+json`` with a code, both languages and what mends it. Nothing
that was sent is quoted but refs, which are pseudonymous.
"""

from __future__ import annotations

import logging
import traceback
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel, Field

from forbear.contexts.access.actions.ask_link import TooManyLinks
from forbear.contexts.contact.caller.limit import TooManyChecks
from forbear.contexts.exchange.authenticate import NotAuthenticated, TooManyCalls
from forbear.interfaces.web.log import request_id
from forbear.values.errors import (
    BrokenInvariant,
    Conflict,
    Denied,
    ForbearError,
    InvalidInput,
    NotFound,
    Transient,
)

CONTENT_TYPE = "application/problem+json"
_LOG = logging.getLogger("forbear.api")
# The first that fits counts.
_STATUSES: tuple[tuple[type[ForbearError], int], ...] = (
    (NotAuthenticated, 401),
    (TooManyCalls, 429),
    (TooManyChecks, 429),
    (TooManyLinks, 429),
    (InvalidInput, 422),
    (NotFound, 404),
    (Conflict, 409),
    (Denied, 403),
    (Transient, 503),
    (ForbearError, 500),
)
TITLES = {
    401: "Not authenticated",
    403: "Not permitted",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    413: "Too large",
    422: "Invalid input",
    429: "Too many calls",
    500: "Defect",
    503: "Not available now",
}
RETRY_AFTER_S = 5


class Problem(BaseModel):
    """What went wrong, and what mends it, in English and Chinese."""

    type: str = Field(description="urn:forbear:problem: and the code.")
    title: str = Field(description="The kind of error, the same for every one of its status.")
    status: int = Field(description="The HTTP status.")
    code: str = Field(description="Which error it is; stable.")
    detail: str
    remedy: str
    detail_zh: str
    remedy_zh: str
    field: str | None = Field(description="The field of the request that is wrong; null: none.")
    request_id: str = Field(description="Under which the request stands in the log.")


class NoSuchAddress(NotFound):
    """The API has no such address."""

    code = "NO_SUCH_ADDRESS"


class NoSuchMethod(InvalidInput):
    """The address does not take this method."""

    code = "METHOD_NOT_ALLOWED"


class TooLarge(InvalidInput):
    """The request is larger than it may be."""

    code = "REQUEST_TOO_LARGE"


class InvalidRequest(InvalidInput):
    """The request does not keep the form that the API's description gives."""

    code = "INVALID_REQUEST"


def status_of(error: ForbearError) -> int:
    """Return the HTTP status of an error."""
    if isinstance(error, NoSuchMethod):
        return 405
    if isinstance(error, TooLarge):
        return 413
    return next(status for family, status in _STATUSES if isinstance(error, family))


def respond(error: ForbearError) -> HttpResponse:
    """Return the answer that tells an error."""
    status = status_of(error)
    told = Problem(
        type=f"urn:forbear:problem:{error.code}",
        title=TITLES[status],
        status=status,
        code=error.code,
        detail=error.message,
        remedy=error.remedy,
        detail_zh=error.message_zh,
        remedy_zh=error.remedy_zh,
        field=None if error.data.get("field") is None else str(error.data["field"]),
        request_id=request_id.get() or "",
    )
    response = HttpResponse(told.model_dump_json(), status=status, content_type=CONTENT_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="forbear"'
    if status in {429, 503}:
        response["Retry-After"] = str(error.data.get("retry_after_s", RETRY_AFTER_S))
    return response


def translated(_request: HttpRequest, error: Exception) -> HttpResponse:
    """Return the answer for whatever a call raised."""
    match error:
        case BrokenInvariant():
            return _defect(error)
        case ForbearError():
            return respond(error)
        case ValidationError():
            return respond(_invalid(error.errors))
        case AuthenticationError():
            return respond(_no_key())
        case HttpError():
            return respond(_unreadable())
        case OperationalError() | InterfaceError():
            _log(error)
            return respond(_away())
        case _:
            return _defect(error)


def _defect(error: Exception) -> HttpResponse:
    _log(error)
    return respond(
        BrokenInvariant(
            "Something that cannot happen has happened.",
            remedy="Tell whoever runs Forbear the request_id; repeat with the same key if needed.",
            message_zh="发生了不应发生的情况。",
            remedy_zh="请将 request_id 告知运行维护人员；如需重试请使用相同的幂等键。",
        ),
    )


def _log(error: Exception) -> None:
    """Write down where an error was raised; its message may quote what somebody sent."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    _LOG.error("request %s: %s\n%s", request_id.get(), type(error).__name__, frames)


def _no_key() -> NotAuthenticated:
    return NotAuthenticated(
        "The request carries no key.",
        remedy="Send it as Authorization: Bearer fb_…; ask an administrator for one.",
        message_zh="请求未携带密钥。",
        remedy_zh="请以 Authorization: Bearer fb_… 发送；或请管理员提供密钥。",
    )


def _unreadable() -> InvalidRequest:
    return InvalidRequest(
        "The body cannot be read.",
        remedy="Send JSON in UTF-8.",
        message_zh="无法读取请求内容。",
        remedy_zh="请发送 UTF-8 编码的 JSON。",
    )


def _away() -> Transient:
    return Transient(
        "The database is away or busy.",
        remedy="Send the same request again in a few seconds, with the same idempotency key.",
        message_zh="数据库暂不可用或繁忙。",
        remedy_zh="请在几秒后以相同的幂等键重新发送同一请求。",
    )


_SAID = {
    "missing": ("is missing", "缺失"),
    "extra_forbidden": ("is not known here", "不是此处的字段"),
    "enum": ("is not a word of its list", "不在允许的词表中"),
    "literal_error": ("is not a word of its list", "不在允许的词表中"),
    "greater_than_equal": ("is too small", "过小"),
    "less_than_equal": ("is too large", "过大"),
    "string_too_short": ("is too short", "过短"),
    "string_too_long": ("is too long", "过长"),
    "too_short": ("has too few entries", "条目过少"),
    "too_long": ("has too many entries", "条目过多"),
    "string_pattern_mismatch": ("is not written as it must be", "格式不正确"),
}


def _invalid(errors: list[dict[str, Any]]) -> InvalidRequest:
    """Return the first fault in words of our own: a checker's words may quote what was sent."""
    first = errors[0]
    place, *path = (str(part) for part in first["loc"])
    path = path[1:] if place in {"body", "query"} and len(path) > 1 else path
    field = ".".join(path) or place
    en, zh = _SAID.get(str(first["type"]), ("is not of the kind that it must be", "类型不正确"))
    return InvalidRequest(
        f"{field}: {en}.",
        remedy="See the call's schema in openapi.json.",
        message_zh=f"{field}：{zh}。",
        remedy_zh="请查看 openapi.json 中该调用的格式。",
        field=field,
    )


def repeated_parameter(name: str) -> InvalidRequest:
    """Return the error for a parameter that stands in the address more than once."""
    return InvalidRequest(
        f"The address has the parameter {name} more than once.",
        remedy="Write it once: nobody could tell which of them is meant.",
        message_zh=f"地址中参数 {name} 重复出现。",
        remedy_zh="请只写一次，否则无法判断以哪个为准。",
        field=name,
    )


def unknown_parameter(names: list[str]) -> InvalidRequest:
    """Return the error for parameters of the address that a call does not take."""
    return InvalidRequest(
        "The address has a parameter that this call does not take.",
        remedy=f"It takes: {', '.join(names) or 'none'}.",
        message_zh="地址中含有此调用不接受的参数。",
        remedy_zh=f"可用参数：{'、'.join(names) or '无'}。",
        field="query",
    )
