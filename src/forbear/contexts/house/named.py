"""What does an own rule say that judged a contact, whatever became of it since?"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from forbear.contexts.database.prepared import ask
from forbear.contexts.rulebook.library import open_library
from forbear.policy.load import load_rules
from forbear.policy.own import is_own
from forbear.policy.rule import Rule

_APPROVED = (
    "SELECT version, text FROM house_ownrule WHERE rule_id = %s AND verdict = 'APPROVED' "
    "ORDER BY version"
)


def own_named(rule_id: str, effective: date | None = None) -> Rule | None:
    """Return an approved own rule as it stands since a day, or its newest version.

    None: there is none of that id and day. Texts are never changed, so each is read once.
    """
    if not is_own(rule_id):
        return None
    found = [_read(f"own/{rule_id}@{version}.yaml", text) for version, text in _rows(rule_id)]
    if effective is not None:
        found = [rule for rule in found if rule.effective == effective]
    return found[-1] if found else None


def _rows(rule_id: str) -> list[tuple[int, str]]:
    return [(version, text) for version, text in ask(_APPROVED, [rule_id])]


@lru_cache(maxsize=1024)
def _read(file: str, text: str) -> Rule:
    (rule,) = load_rules({file: text}, house=True, shelf=open_library().shelf)
    return rule
