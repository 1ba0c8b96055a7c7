"""Messages by WeChat: bind one's own account, see that it is bound, and take it back.

WeChat's page is asked who somebody is, without asking them anything; what comes back counts only
for the visit that began it, and for half an hour.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from forbear.contexts.contact.channels.registry import login_by_wechat
from forbear.contexts.rights.actions.bind import bind_wechat, unbind_wechat
from forbear.interfaces.portal.view.person import person_of, ref_of
from forbear.values.code import PointKind, Relation

_SALT = "forbear.portal.wechat"
_LASTS_S = 30 * 60
_INSIDE_WECHAT = "MicroMessenger"


@require_http_methods(["GET", "POST"])
def wechat(request: Any) -> HttpResponse:
    """Show whether WeChat is bound, and end it where the person wants to."""
    _login()
    if request.method == "POST" and request.POST.get("do") == "end":
        unbind_wechat(ref_of(request), actor=request.principal, now=request.now)
        return HttpResponseRedirect(reverse("portal:wechat"))
    person = person_of(request)
    shown = {
        "bound": any(
            each.kind == PointKind.WECHAT and each.relation == Relation.OWN
            for each in person.points
            if each.retired_at is None
        ),
        "themself": request.inside.representative is None,
        "in_wechat": _INSIDE_WECHAT in request.headers.get("User-Agent", ""),
        "failed": request.GET.get("failed") == "1",
    }
    return render(request, "portal/wechat.html", shown)


@require_GET
def go(request: Any) -> HttpResponse:
    """Lead to WeChat's page."""
    state = signing.dumps(request.inside.visit_id, salt=_SALT)
    back = request.build_absolute_uri(reverse("portal:wechat_back"))
    return HttpResponseRedirect(_login().page(back, state))


@require_GET
def back(request: Any) -> HttpResponse:
    """Bind who WeChat says that somebody is, if this very visit asked for it."""
    login, page = _login(), reverse("portal:wechat")
    try:
        visit = signing.loads(request.GET.get("state", ""), salt=_SALT, max_age=_LASTS_S)
    except signing.BadSignature:
        visit = None
    openid = None
    if visit == request.inside.visit_id:
        openid = login.person_of(request.GET.get("code", "")[:200])
    if openid is None:
        return HttpResponseRedirect(f"{page}?failed=1")
    bind_wechat(ref_of(request), openid, actor=request.principal, now=request.now)
    return HttpResponseRedirect(page)


def _login() -> Any:
    found = login_by_wechat(settings.FORBEAR_PROVIDERS)
    if found is None:
        raise Http404
    return found
