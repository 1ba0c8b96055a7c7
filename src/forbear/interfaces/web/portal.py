"""Who asks for a page of the portal, and are they in?

The portal has no account and no session of Django's: one cookie holds the token of a visit. A staff
member who looks at it is nobody there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation

from forbear.contexts.access.visit import Inside, find_visit
from forbear.contexts.access.word import Left
from forbear.interfaces.web.access import Audience, whom_of
from forbear.interfaces.web.error import PORTAL_PAGE, in_portal, told
from forbear.values.errors import ForbearError
from forbear.values.principal import ANYBODY


class PortalMiddleware:
    """Puts ``inside`` and ``principal`` on a request for the portal, and guards its addresses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if not in_portal(request):
            return self.get_response(request)
        language = translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        request.principal, request.inside, request.left = ANYBODY, None, None
        token = request.COOKIES.get(settings.PORTAL_COOKIE_NAME)
        if token:
            found = find_visit(token, now=request.now)
            if isinstance(found, Inside):
                request.inside, request.principal = found, found.principal
            else:
                request.left = found
        response = self.get_response(request)
        if token and request.inside is None and settings.PORTAL_COOKIE_NAME not in response.cookies:
            forget_token(response)
        return response

    def process_view(
        self, request: Any, view: Callable[..., Any], _args: Any, _named: Any
    ) -> HttpResponse | None:
        """Let nobody further who is not in; they come back to where they wanted to go."""
        if not in_portal(request) or whom_of(view) is not Audience.INSIDE:
            return None
        if request.inside is not None:
            return None
        asked = {"next": request.get_full_path() if request.method == "GET" else ""}
        if request.left is not None and request.left is not Left.ASKED:
            asked["left"] = "1"
        query = urlencode({name: value for name, value in asked.items() if value})
        return HttpResponseRedirect(f"{reverse('portal:enter')}?{query}")

    def process_exception(self, request: Any, error: Exception) -> HttpResponse | None:
        """Tell an error of ours in words; any other is left to the page for defects."""
        if not in_portal(request) or not isinstance(error, ForbearError):
            return None
        return told(error, page=PORTAL_PAGE)


def keep_token(response: HttpResponse, token: str) -> None:
    """Let the browser hold the token of a visit until it is closed."""
    response.set_cookie(
        settings.PORTAL_COOKIE_NAME,
        token,
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget_token(response: HttpResponse) -> None:
    """Let the browser hold no token."""
    response.delete_cookie(settings.PORTAL_COOKIE_NAME, path="/", samesite="Lax")
