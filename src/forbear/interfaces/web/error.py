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
_STATUS: tuple[tuple[type[ForbearError], HTTPStatus], ...] = (
    (Denied, HTTPStatus.FORBIDDEN),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Conflict, HTTPStatus.CONFLICT),
    (InvalidInput, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Transient, HTTPStatus.SERVICE_UNAVAILABLE),
)


def status_of(error: ForbearError) -> HTTPStatus:
    """Return the status under which an error is answered; a defect is 500."""
    for family, status in _STATUS:
        if isinstance(error, family):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


def said(error: ForbearError) -> tuple[str, str]:
    """Return an error's message and remedy in the reader's language."""
    if (get_language() or "").startswith("zh"):
        return error.message_zh, error.remedy_zh
    return error.message, error.remedy


def told(error: ForbearError) -> HttpResponse:
    """Return the page that tells an error; of a defect it tells only that there was one."""
    status = status_of(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return _page(status, *_words(status))
    return _page(status, *said(error))


def forbidden(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django's name
    """Answer 403."""
    return _page(HTTPStatus.FORBIDDEN, *_words(HTTPStatus.FORBIDDEN))


def missing(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django's name
    """Answer 404."""
    return _page(HTTPStatus.NOT_FOUND, *_words(HTTPStatus.NOT_FOUND))


def malformed(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django's name
    """Answer 400."""
    return _page(HTTPStatus.BAD_REQUEST, *_words(HTTPStatus.BAD_REQUEST))


def broken(_request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    return _page(HTTPStatus.INTERNAL_SERVER_ERROR, *_words(HTTPStatus.INTERNAL_SERVER_ERROR))


def too_many(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django's name
    """Answer 429."""
    return _page(HTTPStatus.TOO_MANY_REQUESTS, *_words(HTTPStatus.TOO_MANY_REQUESTS))


def csrf_failed(_request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was not sent from a page of ours, or too late."""
    _LOG.warning("A form was refused: %s", reason)
    return _page(
        HTTPStatus.FORBIDDEN,
        _("This form is no longer valid."),
        _("Go back, load the page again, and send it once more."),
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


def _page(status: HTTPStatus, message: str, remedy: str) -> HttpResponse:
    # No request is given: nothing here may need a database, since that may be what is broken.
    shown: dict[str, Any] = {"status": status.value, "message": message, "remedy": remedy}
    return HttpResponse(render_to_string("console/error.html", shown), status=status.value)
