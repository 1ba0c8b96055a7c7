"""What do the further parts of a person's page show: arranged, filed, and weighed or not?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings

from forbear.contexts.access.queries import shut_ways
from forbear.contexts.arrangements.queries import list_arrangements, list_promises
from forbear.contexts.people.queries import approvals_of
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.shown import PersonShown, stands_apart
from forbear.contexts.rights.worklist import filings_of
from forbear.contexts.rulebook.library import open_arrangements, open_portal
from forbear.interfaces.console.presenter.arranged import (
    approval_shown,
    arrangement_shown,
    promise_shown,
)
from forbear.interfaces.console.presenter.door import KNOWN, ways_shut_shown
from forbear.interfaces.console.presenter.filing import desk_choices, filed_shown
from forbear.values.principal import Principal

ROWS_MAX = 20


def arranged(person: PersonShown, actor: Principal, now: datetime) -> dict[str, Any] | None:
    """Return a person's arrangements and promises, and the form for a promise."""
    given = {"after": 0, "rows": ROWS_MAX, "debtor_ref": person.ref, "actor": actor}
    plans, promises = list_arrangements(**given), list_promises(**given)
    today = settings.FORBEAR_MORNING.day(now)
    makes = actor.may(Permission.ARRANGEMENT_MAKE)
    if not (plans or promises or makes):
        return None
    return {
        "plans": [arrangement_shown(each) for each in reversed(plans)],
        "promises": [promise_shown(each) for each in reversed(promises)],
        "approvals": [
            approval_shown(each) for each in approvals_of(person.id, actor=actor, now=now)
        ],
        "makes": makes,
        "request": uuid4(),
        "first": today.isoformat(),
        "last": (today + timedelta(days=open_arrangements().promises.days_max)).isoformat(),
    }


def filed(person: PersonShown, actor: Principal, now: datetime) -> dict[str, Any] | None:
    """Return what a person put before the lender, and the forms to take more in."""
    del now
    takes = actor.may(Permission.FILINGS_TAKE)
    rows = filings_of(person.id, actor=actor)
    if not (rows or takes):
        return None
    return {
        "filings": [filed_shown(row) for row in rows],
        "takes": takes,
        "request": uuid4(),
        **desk_choices(),
    }


def weighed(person: PersonShown, actor: Principal, now: datetime) -> dict[str, Any]:
    """Return whether models weigh the person, and the form that changes it; it shows no amount."""
    del now
    return {
        "apart": stands_apart(person.consents),
        "changes": actor.may(Permission.PERSON_CHANGE),
        "request": uuid4(),
    }


def door(person: PersonShown, actor: Principal, now: datetime) -> dict[str, Any] | None:
    """Return which of the person's ways to their own pages are shut; it shows no amount."""
    ways = shut_ways(person.id, actor=actor, now=now)
    if not ways or person.erased_at is not None:
        return None
    limits = open_portal().limits
    return {
        "ways": ways_shut_shown(ways, person, approvals_of(person.id, actor=actor, now=now)),
        "known": [(code.value, words) for code, words in KNOWN.items()],
        "changes": actor.may(Permission.PERSON_CHANGE),
        "codes_hour": limits.codes_of_one_person_an_hour,
        "codes_day": limits.codes_of_one_person_a_day,
    }
