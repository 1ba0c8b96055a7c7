"""How does each person get a key of their own, and how does destroying it erase the person?

A wrapped key is ``version (1 byte) | ring key id (8) | nonce (12) | AES-256-GCM of the data key,
with its tag (16)``, bound to the ring key and to the person key's own id. Only wrapped keys are
stored; without the wrapped key, nobody opens that person's values again, not even with the ring.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from forbear.contexts.protection.cell import KEY_BYTES, NONCE_BYTES, TAG_BYTES, DataKey
from forbear.contexts.protection.keyring import ID_BYTES, KeyRing, KeyState, KeyUse, RingKey
from forbear.contexts.protection.ringfile import RingKeeper
from forbear.values.errors import BrokenInvariant, NotFound

WRAP_VERSION = 1
WRAPPED_BYTES = 1 + ID_BYTES + NONCE_BYTES + KEY_BYTES + TAG_BYTES
CACHE_SIZE_MAX = 10_000
CACHE_AGE_MAX = timedelta(minutes=1)


class UnreadableKey(BrokenInvariant):
    """A person's wrapped key was changed, moved, or wrapped with a key that is gone."""

    code = "UNREADABLE_PERSON_KEY"


class ErasedPerson(NotFound):
    """The person was erased: their key is destroyed."""

    code = "PERSON_ERASED"


class MissingPersonKey(NotFound):
    """There is no such person key."""

    code = "PERSON_KEY_MISSING"


class KeyStore(Protocol):
    """Where wrapped keys are kept: one row a person key."""

    def wrapped(self, key_ids: Collection[UUID]) -> Mapping[UUID, bytes | None]:
        """Return the wrapped keys by id; null where destroyed, no entry where there never was."""

    def destroy(self, key_id: UUID, *, now: datetime) -> bool:
        """Set the wrapped key to null for ever; say whether there was one to destroy."""


def wrap_prefix(key: RingKey) -> bytes:
    """Return how every key that is wrapped under this ring key begins."""
    return bytes([WRAP_VERSION]) + key.tag


def wrapping_key_id(wrapped: bytes) -> str:
    """Return the id of the ring key that a person key is wrapped under."""
    return wrapped[1 : 1 + ID_BYTES].hex()


def wrap_fresh(ring: KeyRing, key_id: UUID) -> bytes:
    """Return a new random person key, wrapped under the ring's active key."""
    return _wrapped(ring, key_id, AESGCM.generate_key(KEY_BYTES * 8))


def unwrap(ring: KeyRing, key_id: UUID, wrapped: bytes) -> DataKey:
    """Return a person's data key.

    Raises:
        UnreadableKey: changed, moved from another person, or its ring key is retired.
        UnknownKey: the ring never held the key that it is wrapped under.
    """
    return DataKey(_raw(ring, key_id, wrapped))


def rewrap(ring: KeyRing, key_id: UUID, wrapped: bytes) -> bytes:
    """Return the same person key under the ring's active key; as it is where it is so already.

    Raises:
        UnreadableKey, UnknownKey: as for ``unwrap``; also where nothing is to be done, so that no
            unreadable key passes for a rotated one.
    """
    raw = _raw(ring, key_id, wrapped)
    if wrapped.startswith(wrap_prefix(ring.active(KeyUse.WRAP))):
        return wrapped
    return _wrapped(ring, key_id, raw)


def _wrapped(ring: KeyRing, key_id: UUID, raw: bytes) -> bytes:
    key, nonce = ring.active(KeyUse.WRAP), os.urandom(NONCE_BYTES)
    assert key.aead is not None
    return wrap_prefix(key) + nonce + key.aead.encrypt(nonce, raw, _bound(key, key_id))


def _raw(ring: KeyRing, key_id: UUID, wrapped: bytes) -> bytes:
    if len(wrapped) == WRAPPED_BYTES and wrapped[0] == WRAP_VERSION:
        key = ring.key(wrapping_key_id(wrapped))
        nonce = wrapped[1 + ID_BYTES : 1 + ID_BYTES + NONCE_BYTES]
        if key.aead is not None:
            try:
                sealed = wrapped[1 + ID_BYTES + NONCE_BYTES :]
                return key.aead.decrypt(nonce, sealed, _bound(key, key_id))
            except InvalidTag:
                pass
        elif key.state is KeyState.RETIRED:
            raise _unreadable(key_id, f"ring key {key.id} is retired", f"密钥 {key.id} 已停用")
    raise _unreadable(key_id, "it was changed or moved", "内容被改动或移位")


def _bound(key: RingKey, key_id: UUID) -> bytes:
    return b"forbear.personkey" + wrap_prefix(key) + key_id.bytes


def _unreadable(key_id: UUID, fault: str, fault_zh: str) -> UnreadableKey:
    return UnreadableKey(
        f"Person key {key_id} cannot be read: {fault}.",
        remedy="Restore its row from a backup and look for who wrote to the database.",
        message_zh=f"无法读取个人密钥 {key_id}：{fault_zh}。",
        remedy_zh="请从备份恢复该行，并查明是谁写入了数据库。",
        person_key=str(key_id),
    )


class KeyCache:
    """Unwrapped keys of a process, the longest unused leaving first.

    Another process may still read an erased person for ``age_max``; in this one ``forget`` acts at
    once. Threads may share a cache.
    """

    def __init__(
        self, *, size_max: int = CACHE_SIZE_MAX, age_max: timedelta = CACHE_AGE_MAX
    ) -> None:
        self.size_max, self.age_max = size_max, age_max
        self._held: OrderedDict[UUID, tuple[datetime, DataKey]] = OrderedDict()
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<KeyCache of {len(self._held)}>"

    def get(self, key_id: UUID, *, now: datetime) -> DataKey | None:
        """Return a key, or null when it is not held or held too long."""
        with self._lock:
            found = self._held.get(key_id)
            if found is None:
                return None
            # A clock that was set back must not make a key live longer.
            if not timedelta() <= now - found[0] < self.age_max:
                del self._held[key_id]
                return None
            self._held.move_to_end(key_id)
            return found[1]

    def put(self, key_id: UUID, key: DataKey, *, now: datetime) -> None:
        """Hold a key."""
        with self._lock:
            self._held[key_id] = (now, key)
            self._held.move_to_end(key_id)
            while len(self._held) > self.size_max:
                self._held.popitem(last=False)

    def forget(self, key_id: UUID) -> None:
        """Drop a key; nothing happens when it is not held."""
        with self._lock:
            self._held.pop(key_id, None)

    def clear(self) -> None:
        """Drop every key."""
        with self._lock:
            self._held.clear()


class Vault:
    """What a process needs to seal and open: its ring and the keys that it lately used."""

    def __init__(self, keeper: RingKeeper, *, cache: KeyCache | None = None) -> None:
        self.keeper = keeper
        self.cache = KeyCache() if cache is None else cache

    def new_key(self, key_id: UUID) -> bytes:
        """Return a fresh wrapped key for a new person; store it before sealing anything."""
        return wrap_fresh(self.keeper.ring, key_id)

    def keys(self, store: KeyStore, *, now: datetime) -> Keys:
        """Return the keys for one request or one transaction."""
        return Keys(self, store, now)

    def shred(self, store: KeyStore, key_id: UUID, *, now: datetime) -> bool:
        """Erase a person: destroy their key here and in the store.

        Say whether there was one to destroy. The person's index entries are the caller's to drop.
        """
        gone = store.destroy(key_id, now=now)
        self.cache.forget(key_id)
        return gone


class Keys:
    """Fetches persons' keys for one request: from the cache, else from the store."""

    def __init__(self, vault: Vault, store: KeyStore, now: datetime) -> None:
        self._vault, self._store, self._now = vault, store, now

    def __repr__(self) -> str:
        return "<Keys>"

    def prepare(self, key_ids: Collection[UUID]) -> None:
        """Fetch the keys for a list of persons with one question to the store.

        Erased persons are passed over; opening one of their values tells so.
        """
        cache = self._vault.cache
        missing = {each for each in key_ids if cache.get(each, now=self._now) is None}
        if not missing:
            return
        ring = self._vault.keeper.ring
        for key_id, wrapped in self._store.wrapped(missing).items():
            if wrapped is not None:
                self._held(key_id, wrapped, ring)

    def of(self, person_key_id: UUID) -> DataKey:
        """Return a person's key.

        Raises:
            ErasedPerson: it was destroyed.
            MissingPersonKey: there never was one.
            UnreadableKey, UnknownKey: it cannot be unwrapped with this ring.
        """
        held = self._vault.cache.get(person_key_id, now=self._now)
        if held is not None:
            return held
        found = self._store.wrapped([person_key_id])
        if person_key_id not in found:
            raise MissingPersonKey(
                f"There is no person key {person_key_id}.",
                remedy="Make the person's key before sealing anything of theirs.",
                message_zh=f"没有个人密钥 {person_key_id}。",
                remedy_zh="请先为此人生成密钥，再加密其数据。",
                person_key=str(person_key_id),
            )
        wrapped = found[person_key_id]
        if wrapped is None:
            raise ErasedPerson(
                "This person was erased; what was sealed for them can no longer be read.",
                remedy="Nothing can bring it back; that is what erasure means.",
                message_zh="此人的数据已删除，加密内容不可再读取。",
                remedy_zh="无法恢复；这正是删除的含义。",
                person_key=str(person_key_id),
            )
        return self._held(person_key_id, wrapped, self._vault.keeper.ring)

    def _held(self, key_id: UUID, wrapped: bytes, ring: KeyRing) -> DataKey:
        key = unwrap(ring, key_id, bytes(wrapped))
        self._vault.cache.put(key_id, key, now=self._now)
        return key
