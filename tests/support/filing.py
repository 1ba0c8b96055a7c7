"""Filings for tests, made through the API alone; every name and word is invented."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings

from forbear.contexts.audit.models import Entry
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.models import Hold
from tests.support.api import Caller
from tests.support.portfolio import SETUP

_NUMBERS = itertools.count(1)
PERSON = {"CN": ("Asia/Shanghai",), "UK": ("Europe/London",), "US": ("America/New_York",)}


def today() -> date:
    """The lender's own day, now."""
    return settings.FORBEAR_MORNING.day(datetime.now(UTC))


def days_ago(days: int) -> str:
    """A day before today, as the API writes it."""
    return (today() - timedelta(days=days)).isoformat()


def days_on(days: int) -> str:
    """A day after today."""
    return days_ago(-days)


def known_person(api: Caller, law: str = "CN", **given: object) -> str:
    """Tell of a person with a number and a loan; return the ref, on which theirs are built."""
    ref = f"P-{next(_NUMBERS)}"
    person = {"ref": ref, "jurisdiction": law, "time_zones": PERSON[law], **given}
    number = {"CN": "19900001234", "UK": "07700900123", "US": "2125550123"}[law]
    point = {
        "ref": f"{ref}-point",
        "debtor_ref": ref,
        "kind": "MOBILE",
        "relation": "OWN",
        "origin": "CONTRACT",
        "address": number,
    }
    loan = {
        "ref": f"{ref}-loan",
        "debtor_ref": ref,
        "creditor": "example-lender",
        "product": "instalment_loan",
        "currency": "CNY",
        "contract_date": "2026-01-05",
        "disbursed_date": "2026-01-06",
        "principal_minor": 120_000,
        "annual_rate_bp": 1_200,
        "schedule": [
            {
                "number": 1,
                "due_date": "2026-02-06",
                "principal_minor": 60_000,
                "interest_minor": 1_200,
            },
            {
                "number": 2,
                "due_date": "2026-03-06",
                "principal_minor": 60_000,
                "interest_minor": 600,
            },
        ],
    }
    for path, body in (("/debtors", person), ("/contact-points", point), ("/loans", loan)):
        done = api.post(path, body)
        assert done.status_code == 201, done.content
    return ref


def filing(person: str, **given: Any) -> dict[str, Any]:
    """Return what every filing says, received today by telephone."""
    return {
        "ref": f"F-{next(_NUMBERS)}",
        "debtor_ref": person,
        "intake": "PHONE",
        "received_date": today().isoformat(),
        **given,
    }


def filed(api: Caller, path: str, person: str, **given: Any) -> dict[str, Any]:
    """File something and return what was answered."""
    done = api.post(path, filing(person, **given))
    assert done.status_code == 201, done.content
    return done.json()


def shown(api: Caller, ref: str) -> dict[str, Any]:
    """Return one filing as the API shows it."""
    answer = api.get(f"/filings/{ref}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def version(api: Caller, ref: str) -> int:
    """Return the version that a change must name."""
    return shown(api, ref)["filing"]["version"]


def step(api: Caller, path: str, ref: str, **said: Any) -> dict[str, Any]:
    """Take one step with a filing at the version that it has; it must succeed."""
    done = api.post(path, {"version": version(api, ref), **said})
    assert done.status_code == 200, done.content
    return done.json()


def refused(api: Caller, path: str, body: Any, status: int, code: str) -> dict[str, Any]:
    """Call, and see that it is refused in both languages with what mends it."""
    done = api.post(path, body)
    told = done.json()
    assert (done.status_code, told["code"]) == (status, code), told
    assert told["detail_zh"] != told["detail"]
    assert told["remedy"]
    assert told["remedy_zh"]
    return told


def holds(person: str) -> set[tuple[str, bool]]:
    """Return the kinds of a person's holds, and whether each still binds."""
    with reading(SETUP):
        rows = Hold.objects.filter(debtor__ref=person)
        return {(row.kind, row.released_at is None) for row in rows}


def events(subject_of: str) -> list[str]:
    """Return what the record says was done to the filing of a ref, the oldest first."""
    from forbear.contexts.rights.models import Filing

    with reading(SETUP):
        row = Filing.objects.get(ref=subject_of)
        found = Entry.objects.filter(subject=f"filing:{row.pk}").order_by("id")
        return list(found.values_list("event", flat=True))
