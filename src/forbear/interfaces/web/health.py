"""Does this process answer, and is it ready to serve?

Answers hold codes alone: whoever asks is not known.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from forbear.contexts.audit.queries import record_standing
from forbear.contexts.database.migration import migrations_missing
from forbear.contexts.database.transaction import reading
from forbear.contexts.nightly.latest import NightStanding, latest_night
from forbear.contexts.protection.ringcheck import check_ring
from forbear.values.principal import system

OK = "OK"
_ACTOR = system("health")
# A night that has never been, or failed while the former still counts, keeps nobody from working.
_RECORD_LATE = timedelta(seconds=60)
_NIGHT_BAD = {NightStanding.STALE}


def live(_request: HttpRequest) -> HttpResponse:
    """Answer; that is all."""
    return JsonResponse({"live": True})


def ready(_request: HttpRequest) -> HttpResponse:
    """Say whether pages can be served, and which part is not fit if they cannot."""
    found = readiness(now=timezone.now())
    fit = all(ok for ok, _code in found.values())
    told = {"ready": fit, "checks": {name: code for name, (_ok, code) in found.items()}}
    return JsonResponse(told, status=HTTPStatus.OK if fit else HTTPStatus.SERVICE_UNAVAILABLE)


def readiness(*, now: datetime) -> dict[str, tuple[bool, str]]:
    """Return for each part whether it is fit, and a code."""
    unknown = dict.fromkeys(("migrations", "keys", "night", "record"), (False, "UNKNOWN"))
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        behind = migrations_missing()
    except DatabaseError:
        return {"database": (False, "AWAY"), **unknown}
    if behind:
        return {"database": (True, OK), **unknown, "migrations": (False, "BEHIND")}
    night = latest_night(actor=_ACTOR, now=now).standing
    return {
        "database": (True, OK),
        "migrations": (True, OK),
        "keys": _keys(),
        "night": (night not in _NIGHT_BAD, night.value),
        "record": (True, _record(now)),
    }


def _record(now: datetime) -> str:
    """Say whether the tree keeps up. Pages are served either way: entries wait and are kept."""
    with reading(_ACTOR):
        found = record_standing()
    for code, at, late in (
        ("BEHIND", found.unsequenced_at, _RECORD_LATE),
        ("UNSIGNED", found.unsigned_at, 3 * _RECORD_LATE),
    ):
        if at is not None and now - at > late:
            return code
    return OK


def _keys() -> tuple[bool, str]:
    found = check_ring()
    if not found:
        return True, OK
    return False, "MISSING" if found[0].id == "forbear.W1" else "UNFIT"
