"""Is this set-up safe to serve?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register, run_checks
from django.core.exceptions import ImproperlyConfigured

TAG = "forbear"
KEY_CHARACTERS_MIN = 50
# Limits that each process counts for itself, or that nobody counts, are no limits.
_NOT_SHARED = ("DummyCache", "LocMemCache", "FileBasedCache")


@register(TAG)
def shared_cache(**_: Any) -> Sequence[CheckMessage]:
    """Refuse a cache that processes do not share: limits on signing in would not hold."""
    backend = settings.CACHES["default"]["BACKEND"]
    if not backend.endswith(_NOT_SHARED):
        return []
    return [
        Error(
            f"The cache is {backend}, which processes do not share, so a lock after failed "
            "sign-ins would not hold.",
            hint="Use the database cache of the shipped settings, or another shared one.",
            id="forbear.E001",
        )
    ]


@register(TAG)
def no_demo_in_earnest(**_: Any) -> Sequence[CheckMessage]:
    """Refuse accounts with public passwords where real data are."""
    if not (settings.FORBEAR_DEMO and settings.FORBEAR_IN_EARNEST):
        return []
    return [
        Error(
            "FORBEAR_DEMO is on with production settings: its accounts have public passwords.",
            hint="Unset FORBEAR_DEMO, or use the settings of the demonstration.",
            id="forbear.E002",
        )
    ]


@register(TAG)
def named_hosts_in_earnest(**_: Any) -> Sequence[CheckMessage]:
    """Refuse pages under any name whatever where real data are."""
    wild = [host for host in settings.ALLOWED_HOSTS if "*" in host or host.startswith(".")]
    if not (wild and settings.FORBEAR_IN_EARNEST):
        return []
    return [
        Error(
            f"FORBEAR_HOSTS lets pages be asked for under any name: {', '.join(wild)}.",
            hint="Name each host, with commas in between.",
            id="forbear.E004",
        )
    ]


@register(TAG)
def secret_key_in_earnest(**_: Any) -> Sequence[CheckMessage]:
    """Refuse a secret key that can be guessed where real data are."""
    key = str(getattr(settings, "SECRET_KEY", ""))
    words = ("django-insecure", "insecure", "secret", "change", "dev", "test", "example")
    guessable = len(key) < KEY_CHARACTERS_MIN or len(set(key)) < KEY_CHARACTERS_MIN // 4
    if not settings.FORBEAR_IN_EARNEST:
        return []
    if not (guessable or any(key.lower().startswith(word) for word in words)):
        return []
    return [
        Error(
            "FORBEAR_SECRET_KEY is short, or one that can be guessed: sessions could be forged.",
            hint="Leave it out, and one is drawn and kept in the home; or give 50 random signs.",
            id="forbear.E005",
        )
    ]


@register(TAG)
def every_address_classified(**_: Any) -> Sequence[CheckMessage]:
    """Refuse an address of which nobody has said for whom it is."""
    from django.urls import get_resolver

    from forbear.interfaces.web.address import addresses

    return [
        Error(
            f"Nobody has said for whom the address {each.route} is.",
            hint="Declare it with forbear.interfaces.web.access.page.",
            id="forbear.E003",
        )
        for each in addresses(get_resolver().url_patterns)
        if each.whom is None
    ]


def refuse_unsafe() -> None:
    """Stop here when a check fails.

    Raises:
        ImproperlyConfigured: with every fault and what mends it.
    """
    found = [each for each in run_checks(tags=[TAG]) if each.is_serious()]
    if found:
        raise ImproperlyConfigured("\n".join(f"{each.msg} {each.hint}" for each in found))
