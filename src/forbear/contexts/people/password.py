"""What makes a password good enough, and how is a first one made?"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from forbear.contexts.people.models import Staff
from forbear.values.errors import InvalidInput

GIVEN_LASTS = timedelta(hours=24)
"""How long a password that somebody else gave can be used to sign in."""

# Without letters and digits that look alike when read out or copied by hand.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_SIGNS = 5, 4


class WeakPassword(InvalidInput):
    """The password is too easy to guess."""

    code = "WEAK_PASSWORD"


def one_time_password() -> str:
    """Return a random password of almost 100 bits, in groups that can be read out."""
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(_GROUP_SIGNS)) for _ in range(_GROUPS))
    return "-".join(groups)


def check_password_strength(password: str, *, staff: Staff) -> None:
    """Refuse a password that is short, common or like the person's own data.

    Raises:
        WeakPassword: with the reasons, in the language that is active.
    """
    try:
        validate_password(password, user=staff)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages), message_zh=" ".join(error.messages)) from None


def given_password_lapsed(staff: Staff, *, now: datetime) -> bool:
    """Return whether the password was given by somebody else and has not been changed in time."""
    return staff.password_given_at is not None and now - staff.password_given_at >= GIVEN_LASTS
