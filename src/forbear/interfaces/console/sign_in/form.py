"""Is the second factor right, and is it written down when it is not?"""

from __future__ import annotations

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from django.forms import ValidationError
from django.utils import timezone

from forbear.contexts.people.actions.session import Refusal, refuse_sign_in
from forbear.values.principal import ANYBODY


class CodeForm(AuthenticateForm):
    """A code of an authenticator, or a recovery code."""

    def clean_code(self) -> str:
        """Refuse a wrong code, and leave an entry."""
        try:
            return str(super().clean_code())
        except ValidationError:
            _refused(self.user)
            raise


class KeyForm(AuthenticateWebAuthnForm):
    """A passkey or security key."""

    def clean_credential(self) -> Any:
        """Refuse a wrong key, and leave an entry."""
        try:
            return super().clean_credential()
        except ValidationError:
            _refused(self.user)
            raise


def _refused(user: Any) -> None:
    refuse_sign_in(user.username, why=Refusal.SECOND_FACTOR, actor=ANYBODY, now=timezone.now())
