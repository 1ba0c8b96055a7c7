"""How is a person found by a number that the database cannot read?

An index value is ``ring key id (8 bytes) | HMAC-SHA-256 of the normal form, first 16 bytes``.
Each purpose, and each scope such as a lender, has a subkey of its own, so that equal values of two
purposes do not show it. Within one purpose and scope equal values do: that is what an index tells.
There is no purpose for a name, a birthday or four digits alone, since those could be guessed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from forbear.contexts.protection.keyring import ID_BYTES, KeyRing, KeyUse, RingKey, Secret
from forbear.contexts.protection.normal import (
    normal_email,
    normal_name_last4,
    normal_national_id,
    normal_phone,
    normal_wechat,
)
from forbear.contexts.protection.ringfile import RingKeeper

MAC_BYTES = 16
VALUE_BYTES = ID_BYTES + MAC_BYTES


class IndexPurpose(StrEnum):
    """What can be searched for."""

    PHONE = "PHONE"
    """A telephone number."""
    NATIONAL_ID = "NATIONAL_ID"
    """An identity number."""
    EMAIL = "EMAIL"
    """An e-mail address."""
    NAME_LAST4 = "NAME_LAST4"
    """A name together with the last four signs of a telephone or identity number."""
    WECHAT = "WECHAT"
    """The id by which WeChat or WeCom knows somebody, for one account or enterprise."""


_NORMAL: dict[IndexPurpose, Callable[..., str]] = {
    IndexPurpose.PHONE: normal_phone,
    IndexPurpose.NATIONAL_ID: normal_national_id,
    IndexPurpose.EMAIL: normal_email,
    IndexPurpose.NAME_LAST4: normal_name_last4,
    IndexPurpose.WECHAT: normal_wechat,
}

_ENCODER = json.JSONEncoder(ensure_ascii=False)


class BlindIndex:
    """Makes index values with the ring of this process. Threads may share it."""

    def __init__(self, keeper: RingKeeper) -> None:
        self._keeper = keeper
        self._subkeys: dict[tuple[str, str, str], HMAC] = {}

    def __repr__(self) -> str:
        return "<BlindIndex>"

    def still(self) -> BlindIndex:
        """Return the same with the ring as it now is, for many rows of one transaction.

        It does not look at the ring's file before every value.
        """
        found = BlindIndex(RingKeeper(self._keeper.ring))
        found._subkeys = self._subkeys
        return found

    def values(
        self, purpose: IndexPurpose, *parts: str, scope: str = "", **reading: str
    ) -> tuple[bytes, ...]:
        """Return the value under every live generation of the index key, the active one first.

        There are two while a rotation lasts, else one. Write all of them, and search for any of
        them: then no process misses a row that another has written. ``parts`` are the value, or
        the name and its four signs; ``reading`` goes to the normal form (``calling_code`` or
        ``country``).

        Raises:
            NotIndexable: the value has no normal form; store it without an index.
        """
        said = _NORMAL[purpose](*parts, **reading).encode()
        return tuple(
            key.tag + _mac(self._subkey(key, purpose, scope), said)
            for key in self._keeper.ring.live(KeyUse.INDEX)
        )

    def row_prints(self, ref: str, *values: str | None) -> tuple[bytes, ...]:
        """Return a keyed print of a row's values together with its ref, by generation as above.

        It tells whether a row has changed, without opening it; equal values of two rows do not
        show.
        """
        said = _ENCODER.encode([ref, *values]).encode("utf-8", "surrogatepass")
        return tuple(
            key.tag + _mac(self._subkey(key, "ROW_PRINT", ""), said)
            for key in self._keeper.ring.live(KeyUse.INDEX)
        )

    def keyed(self, purpose: str) -> tuple[HMAC, ...]:
        """Return a keyed state for each live generation, for a purpose that indexes no value.

        Copy one before use. A purpose has keys of its own, apart from those of every index.
        """
        return tuple(self._subkey(key, purpose, "") for key in self._keeper.ring.live(KeyUse.INDEX))

    @property
    def ring(self) -> KeyRing:
        """Return the ring that the values are made with."""
        return self._keeper.ring

    def _subkey(self, key: RingKey, purpose: str, scope: str) -> HMAC:
        asked = (key.id, str(purpose), scope)
        found = self._subkeys.get(asked)
        if found is None:
            assert key.secret is not None
            # Two threads may both derive it; they derive the same.
            found = self._subkeys[asked] = _derived(key.secret, purpose, scope)
        return found


def _mac(keyed: HMAC, said: bytes) -> bytes:
    # Copying a keyed state costs an eighth of keying one.
    mac = keyed.copy()
    mac.update(said)
    return mac.finalize()[:MAC_BYTES]


def _derived(secret: Secret, purpose: str, scope: str) -> HMAC:
    info = f"forbear.index.1|{purpose}|{scope}".encode()
    expand = HKDFExpand(algorithm=SHA256(), length=32, info=info)
    return HMAC(expand.derive(secret.reveal()), SHA256())
