"""Somebody at the console, in tests: at the door, half-way in, or at work."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time

from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.test import Client

from forbear.contexts.people.models import Staff
from forbear.contexts.people.role import Role
from forbear.interfaces.console.sign_in.backend import StaffBackend
from tests.support.people import new_staff

PASSWORD = "nine quiet lanterns"  # noqa: S105  # of invented accounts
_STEP_S, _LEFT_S_MIN = 30, 2
_BACKEND = f"{StaffBackend.__module__}.{StaffBackend.__qualname__}"


def new_colleague(
    role: Role, *, teams: tuple[int, ...] = (), secret: str | None = None, **given: object
) -> Staff:
    """Add an account whose password was chosen; with a second factor where a secret is given."""
    staff = Staff.objects.get(pk=new_staff(role, teams=teams, **given).id)
    staff.set_password(PASSWORD)
    staff.password_given_at = None
    staff.save()
    if secret:
        TOTP.activate(staff, secret)
    return staff


def new_secret(seed: str) -> str:
    """Return a secret of an authenticator, its own for each seed."""
    return base64.b32encode(hashlib.sha256(seed.encode()).digest()[:20]).decode()


def code_of(secret: str, *, at_s: float | None = None) -> str:
    """Return the code that an authenticator shows, worked out as RFC 6238 says.

    A code that is about to end is not given out: it could be refused on its way.
    """
    if at_s is None and (left_s := _STEP_S - time.time() % _STEP_S) < _LEFT_S_MIN:
        time.sleep(left_s + 0.05)
    counter = struct.pack(">Q", int(time.time() if at_s is None else at_s) // _STEP_S)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


def at_work(staff: Staff, *, factor: bool = True) -> Client:
    """Return a browser in which somebody has signed in; without ``factor`` only half-way."""
    client = Client()
    client.force_login(staff, backend=_BACKEND)
    session = client.session
    session["since_at_s"] = session["seen_at_s"] = int(time.time())
    if factor:
        session["second_factor"] = True
    session.save()
    UserSession.objects.create(user=staff, session_key=session.session_key, ip="192.0.2.1")
    return client


def sign_in(client: Client, username: str, password: str = PASSWORD):
    """Send the first page of signing in."""
    return client.post("/sign-in/", {"login": username, "password": password})


def send_code(client: Client, code: str):
    """Send the second page of signing in."""
    return client.post("/sign-in/code/", {"code": code})
