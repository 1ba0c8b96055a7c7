"""Which addresses are there, and for whom is each?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver

from forbear.interfaces.web.access import Whom


@dataclass(frozen=True, slots=True)
class Address:
    """One address; ``whom`` None: nobody has said."""

    route: str
    name: str | None
    whom: Whom | None


def addresses(patterns: Iterable[URLPattern | URLResolver], before: str = "/") -> Iterator[Address]:
    """Return every address below some patterns."""
    for each in patterns:
        route = f"{before}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, route)
        else:
            yield Address(route, each.name, getattr(each.callback, "whom", None))
