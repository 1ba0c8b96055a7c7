"""What does somebody see when something is refused, missing or broken?

Always the same quiet page, in their language, with what they can do next; never details of how.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forbear.values.errors import (
    Conflict,
    Denied,
    ForbearError,
    InvalidInput,
    NotFound,
    Transient,
)

_LOG = logging.getLogger(__name__)
PORTAL = "/p/"
CONSOLE_PAGE, PORTAL_PAGE = "console/error.html", "portal/error.html"
_STATUS: tuple[tuple[type[ForbearError], HTTPStatus], ...] = (
    (Denied, HTTPStatus.FORBIDDEN),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Conflict, HTTPStatus.CONFLICT),
    (InvalidInput, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Transient, HTTPStatus.SERVICE_UNAVAILABLE),
)


def form_not_whole() -> InvalidInput:
    """Return the error for what no page of ours would send."""
    return InvalidInput(
        "This form is not whole.",
        remedy="Load the page again.",
        message_zh="表单不完整。",
        remedy_zh="请重新打开页面。",
    )


def status_of(error: ForbearError) -> HTTPStatus:
    """Return the status under which an error is answered; a defect is 500."""
    for family, status in _STATUS:
        if isinstance(error, family):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


def said(error: ForbearError) -> tuple[str, str]:
    """Return an error's message and remedy in the reader's language.

    The name of a field is for systems; whoever reads a page has the field before them.
    """
    field = error.data.get("field")
    if (get_language() or "").startswith("zh"):
        return error.message_zh.removeprefix(f"{field}："), error.remedy_zh
    message = error.message.removeprefix(f"{field}: ")
    return message[:1].upper() + message[1:], error.remedy


def told(error: ForbearError, *, page: str = CONSOLE_PAGE) -> HttpResponse:
    """Return the page that tells an error; of a defect it tells only that there was one."""
    status = status_of(error)
    words = _words(status) if status is HTTPStatus.INTERNAL_SERVER_ERROR else said(error)
    return _page(status, *words, page=page)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django's name
    """Answer 403."""
    return _page(HTTPStatus.FORBIDDEN, *_words(HTTPStatus.FORBIDDEN), page=_page_for(request))


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django's name
    """Answer 404."""
    return _page(HTTPStatus.NOT_FOUND, *_words(HTTPStatus.NOT_FOUND), page=_page_for(request))


def malformed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django's name
    """Answer 400."""
    return _page(HTTPStatus.BAD_REQUEST, *_words(HTTPStatus.BAD_REQUEST), page=_page_for(request))


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _page(status, *_words(status), page=_page_for(request))


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django's name
    """Answer 429."""
    status = HTTPStatus.TOO_MANY_REQUESTS
    return _page(status, *_words(status), page=_page_for(request))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was not sent from a page of ours, or too late."""
    _LOG.warning("A form was refused: %s", reason)
    return _page(
        HTTPStatus.FORBIDDEN,
        _("This form is no longer valid."),
        _("Go back, load the page again, and send it once more."),
        page=_page_for(request),
    )


def _words(status: HTTPStatus) -> tuple[str, str]:
    words: dict[HTTPStatus, tuple[str, str]] = {
        HTTPStatus.BAD_REQUEST: (
            _("This request could not be read."),
            _("Go back and try once more."),
        ),
        HTTPStatus.FORBIDDEN: (
            _("You may not open this page."),
            _("If your work needs it, ask an administrator."),
        ),
        HTTPStatus.NOT_FOUND: (
            _("There is nothing at this address."),
            _("Check the address, or start from the first page."),
        ),
        HTTPStatus.TOO_MANY_REQUESTS: (
            _("Too many requests in a short time."),
            _("Wait a minute, then try again."),
        ),
        HTTPStatus.INTERNAL_SERVER_ERROR: (
            _("Something went wrong on our side."),
            _("Nothing half-done remains. Try again; if it happens again, tell an administrator."),
        ),
    }
    return words[status]


def in_portal(request: HttpRequest) -> bool:
    """Return whether a page of the person who owes is asked for."""
    return request.path_info.startswith(PORTAL)


def _page_for(request: HttpRequest) -> str:
    return PORTAL_PAGE if in_portal(request) else CONSOLE_PAGE


def _page(
    status: HTTPStatus, message: str, remedy: str, *, page: str = CONSOLE_PAGE
) -> HttpResponse:
    # No request is given: nothing here may need a database, since that may be what is broken.
    shown: dict[str, Any] = {"status": status.value, "message": message, "remedy": remedy}
    return HttpResponse(render_to_string(page, shown), status=status.value)
