"""Who may ask for an address?

Every address says so where it is declared, with ``page`` or ``for_whom``; one that does not is
refused, and the tests find it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, path

from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.errors import BrokenInvariant
from forbear.values.principal import PrincipalKind

View = Callable[..., Any]


class Audience(Enum):
    """For whom an address is, where no single permission says it."""

    PUBLIC = "everybody, also without signing in"
    SIGNING_IN = "whoever has begun to sign in, or has signed in"
    ANY_STEP = "staff, at whatever step of signing in they are"
    SETTING_UP = "staff, also while their second factor is being set up"
    STAFF = "staff who have fully signed in"
    PROBE = "whoever watches the machine, which the address itself checks"
    INSIDE = "the person who owes, or somebody who acts for them, after every step of access"
    TOKEN = "a system of the lender's or of a provider's, which the address itself checks"  # noqa: S105  # a word


Whom = Audience | Permission


class Unclassified(BrokenInvariant):
    """Nobody has said for whom this address is, so it is for nobody."""

    code = "UNCLASSIFIED_ADDRESS"


def page(route: str, view: View, *, name: str, whom: Whom) -> URLPattern:
    """Return an address that says for whom it is."""
    return path(route, for_whom(whom)(view), name=name)


def for_whom(whom: Whom) -> Callable[[View], View]:
    """Mark a view with those it is for."""

    def mark(view: View) -> View:
        view.whom = whom  # type: ignore[attr-defined]
        return view

    return mark


def all_for(
    whom: Whom, patterns: Iterable[URLPattern | URLResolver]
) -> list[URLPattern | URLResolver]:
    """Mark every view below some addresses, as another library declares them."""
    marked = list(patterns)
    for each in marked:
        if isinstance(each, URLResolver):
            all_for(whom, each.url_patterns)
        else:
            each.callback = for_whom(whom)(each.callback)
    return marked


def whom_of(view: View) -> Whom:
    """Return for whom a view is.

    Raises:
        Unclassified: nobody has said.
    """
    whom: Whom | None = getattr(view, "whom", None)
    if whom is None:
        raise Unclassified
    return whom


def check_permission(whom: Whom, request: HttpRequest) -> None:
    """Let whoever has fully signed in go on, or refuse in words.

    Raises:
        NotPermitted: they lack the permission.
    """
    if isinstance(whom, Permission):
        may(request.principal, whom)  # type: ignore[attr-defined]


def has_fully_signed_in(request: HttpRequest) -> bool:
    """Return whether staff asks, with every step of signing in done."""
    return request.principal.kind is PrincipalKind.STAFF  # type: ignore[attr-defined]
