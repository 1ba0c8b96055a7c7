"""Who agrees to something now, by their latest statement?"""

from __future__ import annotations

from forbear.contexts.database.prepared import ask
from forbear.contexts.database.transaction import required
from forbear.values.code import ConsentKind

# Of two statements at the same instant the withdrawal counts: its word comes last.
_LATEST = (
    "SELECT debtor_id FROM (SELECT DISTINCT ON (c.debtor_id) c.debtor_id, c.state "
    "FROM portfolio_consent c JOIN portfolio_debtor d ON d.id = c.debtor_id "
    "AND d.erased_at IS NULL WHERE c.kind = %(kind)s AND c.debtor_id > %(after)s "
    "ORDER BY c.debtor_id, c.recorded_at DESC, c.state DESC) latest "
    "WHERE state = 'GIVEN' ORDER BY debtor_id LIMIT %(limit)s"
)


def agreed(kind: ConsentKind, *, after: int, limit: int) -> list[int]:
    """Return ids of persons above ``after`` whose latest statement agrees, the lowest first.

    Runs inside a transaction.
    """
    required()
    rows = ask(_LATEST, {"kind": kind.value, "after": after, "limit": limit})
    return [debtor_id for (debtor_id,) in rows]
