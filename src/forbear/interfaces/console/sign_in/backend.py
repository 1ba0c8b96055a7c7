"""Are a user name and a password right, and is the account still open?"""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.utils import timezone

from forbear.contexts.people.demo import DEMO_PASSWORD
from forbear.contexts.people.password import given_password_lapsed


class StaffBackend(AuthenticationBackend):
    """Answers a closed account, a lapsed first password and a public one like a wrong password."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Return whether the account is open."""
        return bool(user.is_active)

    def _check_password(self, user: Any, password: str) -> Any:
        if user is None:
            return None
        self._did_check_password = True
        right = user.check_password(password)
        lapsed = given_password_lapsed(user, now=timezone.now())
        public = password == DEMO_PASSWORD and not settings.FORBEAR_DEMO
        open_ = right and not lapsed and not public and self.user_can_authenticate(user)
        return user if open_ else None
