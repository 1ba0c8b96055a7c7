"""A ring, a vault and a store of person keys for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from forbear.contexts.protection.keyring import new_ring
from forbear.contexts.protection.person import KeyCache, Vault
from forbear.contexts.protection.ringfile import RingKeeper

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ROW, OTHER_ROW = UUID(int=0xA1), UUID(int=0xA2)
PERSON, OTHER_PERSON = UUID(int=0xB1), UUID(int=0xB2)


class DictStore:
    """Wrapped keys in a dictionary; counts how often it is asked."""

    def __init__(self):
        self.rows = {}
        self.asked = 0

    def wrapped(self, key_ids):
        self.asked += 1
        return {k: self.rows[k] for k in key_ids if k in self.rows}

    def destroy(self, key_id, *, now):
        del now
        there = self.rows.get(key_id) is not None
        self.rows[key_id] = None
        return there


def vault_with(*people, ring=None, **cache):
    """Return a vault and a store in which these persons have keys."""
    vault = Vault(RingKeeper(ring or new_ring(now=NOW)), cache=KeyCache(**cache))
    store = DictStore()
    for person in people:
        store.rows[person] = vault.new_key(person)
    return vault, store


def chain(error):
    """Return all that an error says, together with whatever it was raised from or during."""
    said, seen = [], error
    while seen is not None:
        said.append(f"{seen!r} {seen} {getattr(seen, 'data', '')} {vars(seen)}")
        seen = seen.__cause__ or seen.__context__
    return "\n".join(said)
