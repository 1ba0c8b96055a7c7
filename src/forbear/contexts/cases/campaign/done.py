"""Which plans of the day are done, since their contact was made?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection

from forbear.contexts.database.transaction import acting
from forbear.values.principal import Principal

_DONE = """
UPDATE cases_plan p SET state = 'DONE'
FROM cases_asking a JOIN contact_dispatch d ON d.attempt_id = a.attempt_id
WHERE a.day = ANY(%s) AND d.state = 'ACCEPTED'
AND p.day = a.day AND p.debtor_id = a.debtor_id AND p.state = 'OPEN'
"""


def mark_done(days: Sequence[date], *, actor: Principal) -> int:
    """Let plans of some days stand as done whose contact the provider took; return how many."""
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(_DONE, [list(days)])
        return cursor.rowcount
