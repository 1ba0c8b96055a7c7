"""Where are the ring and the persons' keys kept, and how are a row's values sealed and opened?

The ring is read once in a process, and again when its file has changed. Before anything is sealed
or opened the database's own marks of its ring are compared: a wrong or missing ring fails closed.
Everything here runs inside the transaction of an action or a query; row security hides the keys of
persons whom the doer may not see.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings
from django.db import connection, models, transaction

from forbear.contexts.database.prepared import ask
from forbear.contexts.database.transaction import required
from forbear.contexts.protection.cell import Sealed
from forbear.contexts.protection.field import place_of
from forbear.contexts.protection.index import BlindIndex, IndexPurpose
from forbear.contexts.protection.keyring import validate_mark
from forbear.contexts.protection.models import PersonKey, RingMark
from forbear.contexts.protection.normal import NotIndexable
from forbear.contexts.protection.person import Keys, Vault, wrapping_key_id
from forbear.contexts.protection.ringfile import CONTENT_VARIABLE, RingKeeper, ring_source


@dataclass(frozen=True)
class _Held:
    """What a process holds once it has read its ring."""

    vault: Vault
    index: BlindIndex


class _Process:
    """One for each process; ``confirmed`` is the ring and revision that the database knows."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.held: _Held | None = None
        self.confirmed: tuple[str, int] | None = None


_process = _Process()


def open_vault() -> Vault:
    """Return this process's vault; its ring is not yet confirmed by the database.

    Raises:
        RingMissing, RingExposed, RingUnusable: there is no ring that can be used.
    """
    return _held().vault


def _held() -> _Held:
    with _process.lock:
        if _process.held is None:
            said = {CONTENT_VARIABLE: settings.FORBEAR_KEYRING_TEXT or ""}
            source = ring_source(said, otherwise=settings.FORBEAR_KEYRING)
            vault = Vault(RingKeeper(source))
            _process.held = _Held(vault, BlindIndex(vault.keeper))
        return _process.held


def keyed_for(purpose: str) -> tuple[HMAC, ...]:
    """Return keyed states that this process's ring gives for a purpose, the active one first.

    Raises:
        RingMissing, RingExposed, RingUnusable: there is no ring that can be used.
    """
    return _held().index.keyed(purpose)


def forget_vault() -> None:
    """Drop the ring and every key from this process; the next use reads them anew."""
    with _process.lock:
        _process.held = _process.confirmed = None


def confirmed_vault(*, now: datetime) -> Vault:
    """Return the vault once the database has confirmed that the ring is its own.

    The first use of an empty database leaves the ring's marks there, and so does every key that
    a rotation adds.

    Raises:
        RingMismatch: the database was sealed with another ring; nothing is read or written.
    """
    required()
    vault = open_vault()
    ring = vault.keeper.ring
    known = (ring.id, ring.revision)
    if _process.confirmed != known:
        confirm_ring(vault, now=now)
        # Should this transaction be undone, its marks are undone too: then confirm again.
        transaction.on_commit(lambda: setattr(_process, "confirmed", known))
    return vault


def confirm_ring(vault: Vault, *, now: datetime) -> None:
    """Compare the ring with the database's marks, and leave those of new keys there.

    Raises:
        RingMismatch: another ring, an older copy of it, or sealed values without any mark.
    """
    ring = vault.keeper.ring
    kept = _marks()
    new = validate_mark(ring, kept, anything_sealed=anything_sealed())
    if new:
        rows = [RingMark(ring_key=key, mark=mark, made_at=now) for key, mark in new.items()]
        RingMark.objects.bulk_create(rows, ignore_conflicts=True)
        # Two processes may be first at once, with two rings: both look at what was kept.
        validate_mark(ring, _marks(), anything_sealed=False)


def _marks() -> dict[str, bytes]:
    return {key: bytes(mark) for key, mark in RingMark.objects.values_list("ring_key", "mark")}


def anything_sealed() -> bool:
    """Say whether the database holds any person's key, whoever asks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT forbear_anything_sealed()")
        return bool(cursor.fetchone()[0])


_WRAPPED = "SELECT id, wrapped FROM protection_personkey WHERE id = ANY(%s)"


class PersonKeys:
    """The table of wrapped keys, as the vault asks for it.

    ``told`` are some that this transaction has read already; null: destroyed.
    """

    def __init__(self, told: Mapping[UUID, bytes | None] | None = None) -> None:
        self._told = told or {}

    def wrapped(self, key_ids: Collection[UUID]) -> Mapping[UUID, bytes | None]:
        """Return the wrapped keys by id; null where destroyed, no entry where none is seen."""
        if self._told and self._told.keys() >= set(key_ids):
            return {key_id: self._told[key_id] for key_id in key_ids}
        # One parameter for all ids: very many rows are sealed through here.
        found = ask(_WRAPPED, [list(key_ids)])
        return {key_id: None if held is None else bytes(held) for key_id, held in found}

    def destroy(self, key_id: UUID, *, now: datetime) -> bool:
        """Set the wrapped key to null for ever; say whether there was one to destroy."""
        living = PersonKey.objects.filter(id=key_id, wrapped__isnull=False)
        return bool(living.update(wrapped=None, destroyed_at=now))


def new_key_id() -> UUID:
    """Return the id of a key that is about to be made."""
    return uuid4()


def make_key(key_id: UUID, *, debtor_id: int | None, now: datetime) -> None:
    """Make the key of a person whose row was just written in this transaction; null: nobody's."""
    wrapped = confirmed_vault(now=now).new_key(key_id)
    PersonKey.objects.bulk_create(
        [
            PersonKey(
                id=key_id,
                debtor_id=debtor_id,
                ring_key=wrapping_key_id(wrapped),
                wrapped=wrapped,
                made_at=now,
            )
        ]
    )


def destroy_key(key_id: UUID, *, now: datetime) -> bool:
    """Make everything sealed for a person unreadable for good; say whether it was readable.

    No ring is needed: a person can be erased also when the ring is lost.
    """
    required()
    gone = PersonKeys().destroy(key_id, now=now)
    if _process.held is not None:
        _process.held.vault.cache.forget(key_id)
    return gone


def keys(
    *, now: datetime, of: Iterable[UUID] = (), told: Mapping[UUID, bytes | None] | None = None
) -> Keys:
    """Return the keys for one transaction; those named in ``of`` come with one question.

    ``told``: wrapped keys that this transaction has read already; null: destroyed.
    """
    found = confirmed_vault(now=now).keys(PersonKeys(told), now=now)
    found.prepare(list(of))
    return found


def seal_values(instance: models.Model, values: Mapping[str, str | None], *, now: datetime) -> None:
    """Seal values into the fields of an instance, which is saved afterwards; null stays null.

    Raises:
        ErasedPerson, MissingPersonKey: the person has no key, or none that the doer may see.
        UnsealableValue: too long or not encodable.
    """
    held = None
    for name, value in values.items():
        sealed = None
        if value is not None:
            held = held or keys(now=now)
            sealed = Sealed.text(value, place=place_of(instance, name), keys=held)
        setattr(instance, name, sealed)


def open_values(
    instance: models.Model, *names: str, now: datetime, held: Keys | None = None
) -> dict[str, str | None]:
    """Return the values of an instance's sealed fields, by name; null stays null.

    ``held`` are keys that were fetched for several rows at once.

    Raises:
        ErasedPerson, MissingPersonKey: the person has no key, or none that the doer may see.
        UnreadableCell: a cell is not, in every bit, what was sealed at this place.
    """
    found: dict[str, str | None] = {}
    for name in names:
        sealed = getattr(instance, name)
        if sealed is not None:
            held = held or keys(now=now)
        found[name] = None if sealed is None else sealed.open(held)
    return found


def index_value(purpose: IndexPurpose, *parts: str, now: datetime, **reading: str) -> bytes | None:
    """Return the value by which a row is found again; null where the text has no normal form."""
    try:
        return index_values(purpose, *parts, now=now, **reading)[0]
    except NotIndexable:
        return None


def index_values(
    purpose: IndexPurpose, *parts: str, now: datetime, **reading: str
) -> tuple[bytes, ...]:
    """Return every value by which a row may be found: two while index keys are rotated.

    Raises:
        NotIndexable: the text has no normal form.
    """
    confirmed_vault(now=now)
    return _held().index.values(purpose, *parts, **reading)


@dataclass(frozen=True)
class Tools:
    """Vault and index of this process, confirmed once for a transaction that seals many rows."""

    vault: Vault
    index: BlindIndex
    now: datetime

    def keys(self, of: Iterable[UUID]) -> Keys:
        """Return the keys of some persons, fetched with one question."""
        found = self.vault.keys(PersonKeys(), now=self.now)
        found.prepare(list(of))
        return found

    def index_value(self, purpose: IndexPurpose, *parts: str, **reading: str) -> bytes | None:
        """Return the value by which a row is found; null where the text has no normal form."""
        try:
            return self.index.values(purpose, *parts, **reading)[0]
        except NotIndexable:
            return None

    def row_print(self, ref: str, *values: str | None) -> bytes:
        """Return a row's keyed print: it tells whether the values changed, without opening them.

        While index keys are rotated it is the active one's: rows are then sealed anew once, which
        does no harm.
        """
        return self.index.row_prints(ref, *values)[0]


def tools(*, now: datetime) -> Tools:
    """Return what seals many rows of one transaction.

    Raises:
        RingMismatch: the database was sealed with another ring.
    """
    return Tools(confirmed_vault(now=now), _held().index.still(), now)
