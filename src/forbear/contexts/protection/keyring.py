"""Which keys does the installation hold outside its database, and in what state is each?

A ring is a value: every change gives a new ring. Where it is kept is the business of ``ringfile``.
Three uses are kept apart: WRAP keys wrap the data keys of persons, INDEX keys make blind indexes,
SIGN keys sign checkpoints of the record. See ADR 16 and 22.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from forbear.values.errors import BrokenInvariant, Conflict, InvalidInput

FORMAT = "forbear-keyring"
VERSION = 1
SECRET_BYTES = 32
ID_BYTES = 8
INDEX_GENERATIONS_MAX = 2
_CHECK_BYTES = 16


class RingUnusable(InvalidInput):
    """The key ring cannot be understood."""

    code = "KEY_RING_UNUSABLE"


class RingMismatch(Conflict):
    """The key ring is not the one that this database was sealed with."""

    code = "KEY_RING_MISMATCH"


class UnknownKey(BrokenInvariant):
    """Something was sealed under a key that the ring does not hold."""

    code = "UNKNOWN_KEY"


class KeyUse(StrEnum):
    """What a key of the ring is for; one key is never used for two things."""

    WRAP = "WRAP"
    """Wraps the data keys of persons."""
    INDEX = "INDEX"
    """Makes blind indexes."""
    SIGN = "SIGN"
    """Signs checkpoints of the record; no row of the database needs it."""


class KeyState(StrEnum):
    """What may be done with a key of the ring."""

    ACTIVE = "ACTIVE"
    """Writes and reads; exactly one for each use (no SIGN key in a ring from before there was)."""
    DECRYPT_ONLY = "DECRYPT_ONLY"
    """Reads only: not yet active, or active before."""
    RETIRED = "RETIRED"
    """Its secret is destroyed; only the record that it was remains."""


class Secret:
    """Bytes that are shown, copied and stored only where ``reveal`` is written."""

    __slots__ = ("_raw",)

    def __init__(self, raw: bytes) -> None:
        if len(raw) != SECRET_BYTES:
            raise ValueError(f"a secret has {SECRET_BYTES} bytes")
        self._raw = raw

    def reveal(self) -> bytes:
        """Return the bytes themselves."""
        return self._raw

    def __repr__(self) -> str:
        return "<Secret>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._raw, other._raw)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is neither copied nor pickled")


@dataclass(frozen=True, slots=True)
class RingKey:
    """One key of the ring.

    ``id`` has 16 hexadecimal digits. ``check`` tells whether the secret is the right one without
    telling it. ``secret`` is null once retired. Instants are UTC; ``activated_at`` and
    ``retired_at`` are null until it happened.
    """

    id: str
    use: KeyUse
    state: KeyState
    created_at: datetime
    check: str
    secret: Secret | None
    activated_at: datetime | None = None
    retired_at: datetime | None = None
    aead: AESGCM | None = field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        if self.secret is not None and self.use is KeyUse.WRAP:
            object.__setattr__(self, "aead", AESGCM(self.secret.reveal()))

    @property
    def tag(self) -> bytes:
        """Return the id as the eight bytes that stand in whatever the key has made."""
        return bytes.fromhex(self.id)

    @property
    def pending(self) -> bool:
        """Say whether the key was added and never yet written with."""
        return self.state is KeyState.DECRYPT_ONLY and self.activated_at is None


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All keys of an installation; ``revision`` grows with every change."""

    id: str
    revision: int
    keys: tuple[RingKey, ...]

    def active(self, use: KeyUse) -> RingKey:
        """Return the one key that writes."""
        return next(k for k in self.keys if k.use is use and k.state is KeyState.ACTIVE)

    def live(self, use: KeyUse) -> tuple[RingKey, ...]:
        """Return the keys that read, the one that writes first."""
        held = [k for k in self.keys if k.use is use and k.secret is not None]
        return tuple(sorted(held, key=lambda k: k.state is not KeyState.ACTIVE))

    def pending(self, use: KeyUse) -> RingKey | None:
        """Return the key that was added and waits to become active, or null."""
        return next((k for k in self.keys if k.use is use and k.pending), None)

    def key(self, key_id: str) -> RingKey:
        """Return a key by its id.

        Raises:
            UnknownKey: the ring never held it.
        """
        for key in self.keys:
            if key.id == key_id:
                return key
        raise UnknownKey(
            f"The key ring {self.id} holds no key {key_id}.",
            remedy="Put the newest copy of the ring in place; do not create a new one.",
            message_zh=f"密钥环 {self.id} 中没有密钥 {key_id}。",
            remedy_zh="请放回最新的密钥环副本，不要新建。",
            key=key_id,
        )

    def add(self, use: KeyUse, *, now: datetime) -> KeyRing:
        """Return the ring with a fresh key that reads and does not yet write.

        Raises:
            Conflict: an index rotation is under way; a third generation would slow every look-up.
        """
        if use is KeyUse.INDEX and len(self.live(use)) >= INDEX_GENERATIONS_MAX:
            raise Conflict(
                "Two index keys are in use already.",
                remedy="Retire the older one first: forbear keys retire ID.",
                message_zh="已有两把索引密钥在用。",
                remedy_zh="请先停用较旧的一把：forbear keys retire ID。",
            )
        return self._with((*self.keys, _fresh(self.id, use, KeyState.DECRYPT_ONLY, now)))

    def activate(self, key_id: str, *, now: datetime) -> KeyRing:
        """Return the ring in which this key writes and the one before only reads.

        Raises:
            UnknownKey: the ring does not hold it.
            Conflict: it is retired.
        """
        chosen = self.key(key_id)
        if chosen.state is KeyState.RETIRED:
            raise _retired(key_id)
        if chosen.state is KeyState.ACTIVE:
            return self
        return self._with(
            tuple(
                replace(k, state=KeyState.ACTIVE, activated_at=now)
                if k is chosen
                else replace(k, state=KeyState.DECRYPT_ONLY)
                if k.use is chosen.use and k.state is KeyState.ACTIVE
                else k
                for k in self.keys
            )
        )

    def retire(self, key_id: str, *, now: datetime) -> KeyRing:
        """Return the ring in which this key's secret is destroyed; there is no way back.

        Whoever calls has seen that nothing is left under the key. Old backups of the database can
        then no longer be read through it either, which is what lets erasure reach them.

        Raises:
            UnknownKey: the ring does not hold it.
            Conflict: it is the active one.
        """
        chosen = self.key(key_id)
        if chosen.state is KeyState.RETIRED:
            return self
        if chosen.state is KeyState.ACTIVE:
            raise Conflict(
                f"Key {key_id} is the active one.",
                remedy="Rotate first: forbear keys rotate.",
                message_zh=f"密钥 {key_id} 正在使用。",
                remedy_zh="请先轮换：forbear keys rotate。",
                key=key_id,
            )
        gone = replace(chosen, state=KeyState.RETIRED, secret=None, retired_at=now)
        return self._with(tuple(gone if k is chosen else k for k in self.keys))

    def _with(self, keys: tuple[RingKey, ...]) -> KeyRing:
        return replace(self, keys=keys, revision=self.revision + 1)


def _retired(key_id: str) -> Conflict:
    return Conflict(
        f"Key {key_id} is retired; its secret is destroyed.",
        remedy="Restore a backup of the ring if the key is still needed.",
        message_zh=f"密钥 {key_id} 已停用，其内容已销毁。",
        remedy_zh="如仍需此密钥，请恢复密钥环的备份。",
        key=key_id,
    )


def public_check(ring_id: str, key_id: str, public_key: bytes) -> str:
    """Return what a ring keeps of a SIGN key's public half, also once the secret is destroyed."""
    said = f"forbear.keyring.mark.1|{ring_id}|{KeyUse.SIGN}|{key_id}|".encode()
    return hashlib.sha256(said + public_key).digest()[:_CHECK_BYTES].hex()


def _check(ring_id: str, key_id: str, use: KeyUse, secret: Secret) -> str:
    if use is KeyUse.SIGN:
        key = Ed25519PrivateKey.from_private_bytes(secret.reveal())
        return public_check(ring_id, key_id, key.public_key().public_bytes_raw())
    said = f"forbear.keyring.mark.1|{ring_id}|{use}|{key_id}".encode()
    return hmac.digest(secret.reveal(), said, "sha256")[:_CHECK_BYTES].hex()


def _fresh(ring_id: str, use: KeyUse, state: KeyState, now: datetime) -> RingKey:
    if now.tzinfo is None:
        raise InvalidInput("now has no time zone.", remedy="Give an instant in UTC.")
    key_id, secret = secrets.token_hex(ID_BYTES), Secret(secrets.token_bytes(SECRET_BYTES))
    return RingKey(
        id=key_id,
        use=use,
        state=state,
        created_at=now.astimezone(UTC),
        check=_check(ring_id, key_id, use, secret),
        secret=secret,
        activated_at=now.astimezone(UTC) if state is KeyState.ACTIVE else None,
    )


def new_ring(*, now: datetime) -> KeyRing:
    """Return a ring with one fresh active key for each use."""
    ring_id = secrets.token_hex(ID_BYTES)
    keys = tuple(_fresh(ring_id, use, KeyState.ACTIVE, now) for use in KeyUse)
    return KeyRing(id=ring_id, revision=1, keys=keys)


def keyring_mark(ring: KeyRing) -> dict[str, bytes]:
    """Return, by key id, the marks by which a database knows its ring again.

    A mark binds the ring's id, the key's id, its use and its secret, and tells no secret.
    """
    return {key.id: bytes.fromhex(key.check) for key in ring.keys}


def validate_mark(
    ring: KeyRing, kept: Mapping[str, bytes], *, anything_sealed: bool
) -> dict[str, bytes]:
    """Return the marks to add to the database, having seen that the ring fits those kept there.

    Raises:
        RingMismatch: another ring, or an older copy that lacks a key, or a key that is not the
            same; or sealed values without any mark. Nothing may be sealed or opened then.
    """
    held = keyring_mark(ring)
    wrong = sorted(each for each, mark in kept.items() if held.get(each) != bytes(mark))
    if wrong or (anything_sealed and not kept):
        named = ", ".join(wrong)
        raise RingMismatch(
            f"The key ring {ring.id} does not fit this database: "
            + (f"missing or different keys: {named}." if wrong else "it has lost its marks."),
            remedy="Put the newest copy of the right ring in place; do not create a new one.",
            message_zh=f"密钥环 {ring.id} 与此数据库不符："
            + (f"缺少或不同的密钥：{named}。" if wrong else "数据库已丢失其标记。"),
            remedy_zh="请放回正确密钥环的最新副本，不要新建。",
        )
    return {each: mark for each, mark in held.items() if each not in kept}


def ring_text(ring: KeyRing) -> str:
    """Return the ring as the text that a ring file holds. It contains every secret."""
    keys = [
        {
            "id": key.id,
            "use": key.use.value,
            "state": key.state.value,
            "created_at": key.created_at.isoformat(),
            "activated_at": key.activated_at and key.activated_at.isoformat(),
            "retired_at": key.retired_at and key.retired_at.isoformat(),
            "check": key.check,
            "secret": key.secret and base64.b64encode(key.secret.reveal()).decode(),
        }
        for key in ring.keys
    ]
    head = {"format": FORMAT, "version": VERSION, "id": ring.id, "revision": ring.revision}
    return json.dumps({**head, "keys": keys}, indent=2) + "\n"


def parse_ring(text: str) -> KeyRing:
    """Return the ring that a text holds.

    Raises:
        RingUnusable: it is no ring, of another version, or damaged. The message quotes nothing.
    """
    try:
        ring = _ring_of(json.loads(text))
        fault = _fault(ring)
    except _OtherVersion:
        fault = ("it was written by another version", "由其他版本写入")
    except (ValueError, TypeError, KeyError, AttributeError):
        fault = ("it is not a whole key ring", "不是完整的密钥环")
    # Raised outside the handler: the errors of a reader quote what they read.
    if fault is not None:
        raise RingUnusable(
            f"The key ring cannot be used: {fault[0]}.",
            remedy="Restore a backup of the ring; do not create a new one for an old database.",
            message_zh=f"密钥环无法使用：{fault[1]}。",
            remedy_zh="请恢复密钥环的备份，不要为已有数据库新建密钥环。",
        )
    return ring


class _OtherVersion(Exception):
    """The text names a format that this code does not read."""


def _ring_of(read: Mapping[str, Any]) -> KeyRing:
    if read["format"] != FORMAT or read["version"] != VERSION:
        raise _OtherVersion
    keys = tuple(_key_of(each) for each in read["keys"])
    return KeyRing(id=str(read["id"]), revision=int(read["revision"]), keys=keys)


def _key_of(read: Mapping[str, Any]) -> RingKey:
    secret = read["secret"]
    if len(bytes.fromhex(read["id"])) != ID_BYTES:
        raise ValueError("an id has eight bytes")
    return RingKey(
        id=read["id"],
        use=KeyUse(read["use"]),
        state=KeyState(read["state"]),
        created_at=_instant(read["created_at"]),
        activated_at=read["activated_at"] and _instant(read["activated_at"]),
        retired_at=read["retired_at"] and _instant(read["retired_at"]),
        check=str(read["check"]),
        secret=None if secret is None else Secret(base64.b64decode(secret, validate=True)),
    )


def _instant(text: str) -> datetime:
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError("an instant has a time zone")
    return read


def _fault(ring: KeyRing) -> tuple[str, str] | None:
    """Say what is wrong with a ring that could be read, in both languages."""
    if len({k.id for k in ring.keys}) != len(ring.keys):
        return "a key stands there twice", "有重复的密钥"
    for key in ring.keys:
        if (key.secret is None) is not (key.state is KeyState.RETIRED):
            return f"key {key.id} lacks its secret", f"密钥 {key.id} 缺少内容"
        if key.secret and _check(ring.id, key.id, key.use, key.secret) != key.check:
            return f"key {key.id} is damaged", f"密钥 {key.id} 已损坏"
    for use in KeyUse:
        active = sum(k.use is use and k.state is KeyState.ACTIVE for k in ring.keys)
        if active != 1 and not (use is KeyUse.SIGN and active == 0):
            return f"not exactly one {use} key is active", f"{use} 用途的有效密钥不是恰好一把"
    return None
