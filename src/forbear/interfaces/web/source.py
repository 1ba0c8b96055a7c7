"""From which network address does somebody ask, as far as that is known?"""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def came_from(request: HttpRequest) -> str:
    """Return the address behind the trusted proxies.

    Whoever comes without one, by a socket of this machine, counts as one together: empty.
    """
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""
