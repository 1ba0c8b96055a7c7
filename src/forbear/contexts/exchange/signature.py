"""Is a secret for signatures fit to be one? How it signs stands in ``protection/webhook``."""

from __future__ import annotations

from forbear.contexts.protection.webhook import (
    SECRET_BYTES_MAX,
    SECRET_BYTES_MIN,
    SECRET_PREFIX,
    genuine,
    secret_bytes,
    signed,
)
from forbear.values.errors import InvalidInput

__all__ = ["UnfitSecret", "check_secret", "genuine", "secret_bytes", "signed"]


class UnfitSecret(InvalidInput):
    """A secret for signatures is not written as it must be."""

    code = "UNFIT_SECRET"


def check_secret(secret: str) -> None:
    """Let a secret through that is ``whsec_`` and enough random bytes in Base64.

    Raises:
        UnfitSecret: it is not.
    """
    if secret_bytes(secret) is None:
        said = f"{SECRET_BYTES_MIN} to {SECRET_BYTES_MAX}"
        raise UnfitSecret(
            f"secret: is not {SECRET_PREFIX} and {said} bytes in Base64.",
            remedy="Make it of random bytes.",
            message_zh=f"secret：须为 {SECRET_PREFIX} 加 {said} 字节的 Base64。",
            remedy_zh="请用随机字节生成。",
            field="secret",
        )
