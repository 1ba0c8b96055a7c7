"""A lender's files told facts of some loans: which of their lines are wrong now?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from forbear.contexts.bureau.hear import renew_person
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.contract import hold_person
from forbear.values.principal import Principal

BATCH_PERSONS = 200
_REPORTED = "SELECT DISTINCT debtor_id FROM bureau_line WHERE loan_id = ANY(%s) ORDER BY 1"


def renew_lines(loan_ids: Collection[int], *, because: str, actor: Principal, now: datetime) -> int:
    """Bring the lines of some loans' persons up to what is known; return how many were corrected.

    Some persons at a time, each batch whole or not at all. Again, it finds nothing to do.

    Raises:
        NotPermitted: BUREAU_REPORT is missing.
    """
    may(actor, Permission.BUREAU_REPORT)
    with reading(actor), connection.cursor() as cursor:
        cursor.execute(_REPORTED, [list(loan_ids)])
        persons = [debtor_id for (debtor_id,) in cursor.fetchall()]
    corrected = 0
    for start in range(0, len(persons), BATCH_PERSONS):
        with acting(actor):
            for debtor_id in persons[start : start + BATCH_PERSONS]:
                if hold_person(debtor_id):
                    corrected += renew_person(debtor_id, because=because, actor=actor, now=now)
    return corrected
