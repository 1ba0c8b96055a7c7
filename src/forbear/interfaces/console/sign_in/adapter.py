"""Where does Forbear differ from how allauth signs people in?

No self sign-up, no e-mail, an entry for everything, and sealed secrets of second factors.
"""

from __future__ import annotations

import base64
import os
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth import logout
from django.forms import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forbear.contexts.people.actions.session import (
    Ending,
    Refusal,
    refuse_sign_in,
    signing_in,
    signing_out,
)
from forbear.contexts.people.permission import principal_of
from forbear.interfaces.web.staff import begin_session, factors_shown, has_shown_second_factor
from forbear.values.errors import BrokenInvariant
from forbear.values.principal import ANYBODY

_NONCE_BYTES = 12
_LOCKED = _("Too many failed attempts. For your safety, signing in is closed for up to 15 minutes.")


class UnreadableSecret(BrokenInvariant):
    """A second factor's secret was sealed with another key, or altered."""

    code = "UNREADABLE_SECRET"


class AccountAdapter(DefaultAccountAdapter):
    """Signing in and out, each with its entry."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The user name or the password is not right."),
        "incorrect_password": _("The password is not right."),
        "too_many_login_attempts": _LOCKED,
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Accounts are opened by administrators alone."""
        return False

    def send_mail(self, *_: Any, **__: Any) -> None:
        """Send none: no mail is set up for staff, and none is needed."""

    def send_notification_mail(self, *_: Any, **__: Any) -> None:
        """Send none, for the same reason."""

    def add_message(self, *_: Any, **__: Any) -> None:
        """Say nothing beside the page: each page says itself where somebody is."""

    def get_login_stages(self) -> list[str]:
        """Return the one step behind the password."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def is_reauthentication_required(self, *, app: str, **named: Any) -> bool:
        """Ask again before a change of factors, but not while the first one is being set up."""
        if not is_mfa_enabled(context.request.user):
            return False
        return bool(super().is_reauthentication_required(app=app, **named))

    def login(self, request: HttpRequest, user: Any) -> None:
        """Let somebody in, and write it down, or do neither."""
        now = timezone.now()
        factors = factors_shown(request, user)
        with signing_in(factors=factors, actor=principal_of(user), now=now):
            super().login(request, user)
        begin_session(request, now=now)
        if set(factors) & set(Authenticator.Type.values):
            has_shown_second_factor(request)

    def logout(self, request: Any) -> None:
        """Let somebody out, and write it down, or do neither."""
        if not request.user.is_authenticated:
            logout(request)
            return
        actor = principal_of(request.user)
        with signing_out(why=Ending.ASKED, actor=actor, now=timezone.now()):
            logout(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse at once while an account or an address is closed."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            _refused(credentials, Refusal.TOO_MANY)
            raise

    def authentication_failed(self, _request: HttpRequest, **credentials: Any) -> None:
        """Write down that somebody was not let in."""
        _refused(credentials, Refusal.CREDENTIALS)


class FactorAdapter(DefaultMFAAdapter):
    """Second factors: sealed secrets, and never none."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The code is not right. Codes change every 30 seconds."),
        "cannot_delete_authenticator": _("Add another second factor before you remove this one."),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret, so that a copy of the database signs nobody in."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + AESGCM(_key(settings.SECRET_KEY)).encrypt(nonce, text.encode(), b"factor")
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret.

        Raises:
            UnreadableSecret: it was sealed with another key, or altered.
        """
        try:
            sealed = base64.b64decode(encrypted_text, validate=True)
        except ValueError:
            raise UnreadableSecret from None
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            try:
                opened = AESGCM(_key(secret)).decrypt(
                    sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], b"factor"
                )
            except (InvalidTag, ValueError):
                continue
            return opened.decode()
        raise UnreadableSecret

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Let nobody be without a second factor."""
        factors = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=factors)
        return others.exclude(pk=authenticator.pk).exists()

    def get_totp_label(self, user: Any) -> str:
        """Name the account in the authenticator app by its user name, never by an address."""
        return str(user.username)

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """The same for a passkey."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return {**entity, "name": user.username, "display_name": user.username}

    def _get_site_name(self) -> str:
        return "Forbear"


def _refused(credentials: dict[str, Any], why: Refusal) -> None:
    name = credentials.get("username")
    refuse_sign_in(name, why=why, actor=ANYBODY, now=timezone.now())


def _key(secret: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"forbear second factor").derive(secret.encode())
