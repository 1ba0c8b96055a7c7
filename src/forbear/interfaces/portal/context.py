"""What does every page of the portal show around its content?"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from forbear.contexts.rulebook.library import open_documents
from forbear.interfaces.web.error import in_portal
from forbear.interfaces.web.house import said_now
from forbear.policy.wording.form import Both

WORDS = "document.portal"
"""The approved sentences of these pages; short labels are ordinary translations."""


def frame(request: Any) -> dict[str, Any]:
    """Return who is behind these pages, who is in, and how the reader wants to read."""
    if not in_portal(request):
        return {}
    return around() | {
        "large": request.COOKIES.get(settings.PORTAL_LARGE_COOKIE_NAME) == "1",
        "inside": getattr(request, "inside", None),
        "here": request.get_full_path() if request.method == "GET" else reverse("portal:first"),
        "demo": settings.FORBEAR_DEMO,
        "demo_inbox": there("portal:demo"),
    }


def around() -> dict[str, Any]:
    """Return who is behind these pages."""
    said = said_now()
    where = said.reached
    return {
        "LANGUAGE_CODE": get_language(),
        "lender": in_tongue(said.name),
        "licence": in_tongue(where.licence),
        "phone": where.phone,
        "email": where.email,
        "postal": in_tongue(where.address),
        "site": where.site,
        "says": Says(),
    }


class Says:
    """The approved sentences in the reader's language: ``says.NAME`` in a template."""

    def filled(self, name: str, **given: str) -> str:
        """Return a sentence with its places filled in."""
        text = self[name]
        for place, value in given.items():
            text = text.replace(f"{{{place}}}", value)
        return text

    def __getitem__(self, name: str) -> str:
        said = said_now()
        text = in_tongue(open_documents().newest(WORDS).says[name])
        return text.replace("{lender}", in_tongue(said.name)).replace("{phone}", said.reached.phone)


def in_tongue(said: Both) -> str:
    """Return a text in the reader's language."""
    return said.zh if (get_language() or "").startswith("zh") else said.en


def there(name: str, *args: object) -> str | None:
    """Return the address of a page that is there; null where it is not."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None
