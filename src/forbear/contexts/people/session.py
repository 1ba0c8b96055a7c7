"""Where is somebody signed in, and how does that end?"""

from __future__ import annotations

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from forbear.contexts.database.transaction import required


def end_sessions(staff_id: int, *, but: str | None = None) -> int:
    """End every session of a member of staff, except the one named ``but``; return how many.

    Runs inside the transaction of the action that needs it, so that a session ends with the
    reason for ending it or not at all.
    """
    required()
    listed = UserSession.objects.filter(user_id=staff_id).exclude(session_key=but or "")
    keys = list(listed.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    listed.delete()
    return len(keys)


def saw_session(session_key: str, *, now: datetime) -> None:
    """Keep when a session was last used, for its owner to see."""
    UserSession.objects.filter(session_key=session_key).update(last_seen_at=now)
