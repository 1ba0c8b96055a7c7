"""How are callbacks of WeChat and WeCom signed and sealed, and when is one refused?

As both platforms publish it: SHA-1 over the sorted parts; AES-256-CBC whose first key bytes are
the vector; PKCS#7 to blocks of 32; sixteen random bytes, the length in four, the message, and the
receiver's id. Whatever does not fit in every respect is refused with one word, so that nobody
learns from an answer what was wrong.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import struct

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from forbear.values.errors import Denied

_KEY = re.compile(r"[A-Za-z0-9]{43}")
_BLOCK_BYTES = 32
_CIPHER_BLOCK_BYTES = 16
_RANDOM_BYTES = 16
_LENGTH_BYTES = 4


class CallbackRefused(Denied):
    """A callback was not signed and sealed by the account that it names, or not now."""

    code = "CALLBACK_REFUSED"


def refused() -> CallbackRefused:
    """Return the one refusal, which says nothing of why."""
    return CallbackRefused(
        "The callback is refused.",
        remedy="Compare token, key and id with those of the account, and the machine's clock.",
        message_zh="回调被拒绝。",
        remedy_zh="请核对令牌、密钥和账号 ID 与平台设置是否一致，以及本机时钟。",
    )


def well_formed_key(text: str) -> bool:
    """Say whether this can be an EncodingAESKey: 43 signs of base64 without its last ``=``."""
    return _KEY.fullmatch(text) is not None


def signature(*parts: str) -> str:
    """Return the signature of some parts, in whatever order they are given."""
    # The platforms sign by SHA-1 and offer nothing else; what is signed is sealed besides.
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def demand_signed(given: str, *parts: str) -> None:
    """Refuse what was not signed.

    Raises:
        CallbackRefused: that is so.
    """
    if not hmac.compare_digest(signature(*parts).encode(), given.encode()):
        raise refused()


class Envelopes:
    """Opens and closes what is sealed for one account."""

    def __init__(self, key: str, receiver: str) -> None:
        """``key``: the EncodingAESKey; ``receiver``: the app's or enterprise's id."""
        self._key, self._receiver = base64.b64decode(f"{key}="), receiver.encode()

    def opened(self, sealed: str) -> bytes:
        """Return the message.

        Raises:
            CallbackRefused: it is damaged, or for somebody else.
        """
        try:
            octets = base64.b64decode(sealed, validate=True)
        except (binascii.Error, ValueError):
            raise refused() from None
        if not octets or len(octets) % _CIPHER_BLOCK_BYTES:
            raise refused()
        turned = self._cipher().decryptor()
        padded = turned.update(octets) + turned.finalize()
        pad = padded[-1]
        if not 1 <= pad <= _BLOCK_BYTES or padded[-pad:] != bytes([pad]) * pad:
            raise refused()
        return self._message(padded[:-pad])

    def closed(self, message: bytes, *, salt: bytes | None = None) -> str:
        """Return a message sealed for this account; ``salt`` null: sixteen random bytes."""
        salt = os.urandom(_RANDOM_BYTES) if salt is None else salt
        plain = salt + struct.pack(">I", len(message)) + message + self._receiver
        pad = _BLOCK_BYTES - len(plain) % _BLOCK_BYTES
        turned = self._cipher().encryptor()
        octets = turned.update(plain + bytes([pad]) * pad) + turned.finalize()
        return base64.b64encode(octets).decode()

    def _message(self, plain: bytes) -> bytes:
        head = _RANDOM_BYTES + _LENGTH_BYTES
        if len(plain) < head:
            raise refused()
        (length,) = struct.unpack(">I", plain[_RANDOM_BYTES:head])
        message, receiver = plain[head : head + length], plain[head + length :]
        if len(message) != length or not hmac.compare_digest(receiver, self._receiver):
            raise refused()
        return message

    def _cipher(self) -> Cipher[CBC]:
        return Cipher(AES(self._key), CBC(self._key[:_CIPHER_BLOCK_BYTES]))
