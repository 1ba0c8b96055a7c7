"""How does a call to us look that rings in a colleague's browser, or goes on there?"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from forbear.contexts.contact.call.ring import Rings
from forbear.contexts.contact.call.word import RingState


def key_of(rings: Rings | None) -> str:
    """Return what tells one state of a call from another, so that a page says each once."""
    if rings is None:
        return ""
    return f"{rings.call_id}:{rings.state.value}:{rings.muted}"


def ring_shown(rings: Rings) -> dict[str, Any]:
    """Return a call in words; a number proves nothing of who speaks, so no name stands here."""
    number = rings.shown or _("number not shown")
    said = {
        RingState.RINGING: _("Somebody calls: %(number)s"),
        RingState.TAKEN: _("You are being connected: %(number)s"),
    }
    return {
        "call": rings.call_id,
        "says": said.get(rings.state, _("You speak with a caller: %(number)s"))
        % {"number": number},
        "rings": rings.state is RingState.RINGING,
        "talks": rings.state is RingState.TALKING,
        "muted": rings.muted,
        "person": rings.debtor_id,
    }
