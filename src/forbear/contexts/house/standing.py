"""Which own rules count at this moment, and how does every process come to ask them at once?

What counts is read with what a decision reads anyway: one stamp. Where it has changed, the texts
are read again, in the same transaction, and made ready once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forbear.contexts.database.prepared import Question, ask
from forbear.contexts.house.own import NONE, OwnRow, OwnRules, rules_of

_STAMP = "SELECT stamp FROM house_standing"
_COLUMNS = (
    "r.id, r.rule_id, r.version, r.text, r.sha256, r.decided_at, e.decided_at "
    "FROM house_ownrule r LEFT JOIN house_ownruleend e "
    "ON e.rule_id = r.id AND e.verdict = 'APPROVED'"
)
_COUNTING = (
    f"SELECT s.stamp, a.* FROM house_standing s LEFT JOIN (SELECT {_COLUMNS} "
    "WHERE r.verdict = 'APPROVED') AS a (id, rule_id, version, text, sha256, since, ended) "
    "ON true ORDER BY a.id"
)
_known: tuple[object, OwnRules] | None = None


def about_own() -> Question:
    """Return what ``own_rules`` asks the database, inside a decision or elsewhere."""
    return _STAMP, ()


def own_rules() -> OwnRules:
    """Return the own rules that count at this moment, as the open transaction sees them."""
    global _known  # noqa: PLW0603  # one set counts in the whole process
    stamps = ask(*about_own())
    if not stamps:
        return NONE
    known = _known
    if known is None or known[0] != stamps[0][0]:
        known = _read(ask(_COUNTING))
        _known = known
    return known[1]


def _read(rows: Sequence[tuple[Any, ...]]) -> tuple[object, OwnRules]:
    return rows[0][0], rules_of(OwnRow(*row[1:]) for row in rows if row[1] is not None)
