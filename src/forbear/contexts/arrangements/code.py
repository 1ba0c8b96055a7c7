"""How is a one-time code made, kept and compared?

Kept is a keyed hash alone. A guess costs an attempt even where it changes nothing else, and every
comparison takes the same time.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings

from forbear.contexts.arrangements.models import Arrangement, SigningCode
from forbear.contexts.rulebook.library import open_arrangements

_A_DAY = timedelta(hours=24)
_DOMAIN = b"forbear.arrangement.code\n"


def new_code(row: Arrangement, *, now: datetime) -> tuple[SigningCode, str] | None:
    """Return a new code, unsaved, and its digits; None: enough were made within a day."""
    terms = open_arrangements().code
    if row.codes.filter(made_at__gt=now - _A_DAY).count() >= terms.a_day:
        return None
    digits = f"{secrets.randbelow(10**terms.digits):0{terms.digits}d}"
    made = SigningCode(
        arrangement=row,
        debtor_id=row.debtor_id,
        digest=digest_of(row, digits),
        made_at=now,
        expires_at=now + timedelta(minutes=terms.minutes),
        attempts_left=terms.attempts,
    )
    return made, digits


def usable_code(row: Arrangement, *, now: datetime) -> SigningCode | None:
    """Return the latest code, held, if it may still be tried; earlier ones are void."""
    latest = row.codes.select_for_update().order_by("-id").first()
    if latest is None or latest.used_at or not latest.attempts_left or latest.expires_at <= now:
        return None
    return latest


def fits(row: Arrangement, code: SigningCode, typed: str) -> bool:
    """Say whether typed digits are the code's."""
    return hmac.compare_digest(bytes(code.digest), digest_of(row, typed.strip()))


def digest_of(row: Arrangement, digits: str) -> bytes:
    """Return the keyed hash of a code, which is of use for this arrangement alone."""
    said = _DOMAIN + f"{row.pk}\n{digits}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), said, "sha256")
