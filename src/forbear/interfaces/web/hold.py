"""What does everybody who has signed in see while nothing may be sent?"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from forbear.contexts.database.sending import Held, sending_held
from forbear.contexts.people.role import Permission
from forbear.interfaces.web.access import has_fully_signed_in


def held_now() -> Held | None:
    """Return why nothing may be sent, or null when sending is free."""
    return sending_held(settings.FORBEAR_HOME)


def banner(request: Any) -> dict[str, str | bool]:
    """Return the sentence for the top of each page, in the reader's language."""
    if not hasattr(request, "principal") or not has_fully_signed_in(request):
        return {}
    held = held_now()
    if held is None:
        return {}
    return {
        "sending_held": held.zh if (get_language() or "").startswith("zh") else held.en,
        "may_release_sending": request.principal.may(Permission.SENDING_RELEASE),
    }
