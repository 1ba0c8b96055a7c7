"""Where platforms such as WeChat tell what happened with a lender's account.

Nobody has shown who they are before the signature is checked: the size is bounded, and every
refusal is the same.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from forbear.contexts.contact.channels.registry import account_named
from forbear.values.errors import Denied

_BYTES_MAX = 64 * 1024
_PLAIN = "text/plain; charset=utf-8"


@csrf_exempt
@require_http_methods(["GET", "POST"])
def account(request: Any, name: str) -> HttpResponse:
    """Answer the platform's greeting, or take in what it tells."""
    if (
        settings.FORBEAR_CHANNELS is None
        or int(request.META.get("CONTENT_LENGTH") or 0) > _BYTES_MAX
    ):
        return HttpResponse(status=404)
    found = account_named(name)
    if found is None:
        return HttpResponse(status=404)
    asked = {each: request.GET[each] for each in request.GET}
    try:
        if request.method == "GET":
            said = found.greeted(asked, now=request.now)
        else:
            said = found.take(asked, request.body, now=request.now)
    except Denied:
        return HttpResponse(status=403)
    return HttpResponse(said, content_type=_PLAIN)
