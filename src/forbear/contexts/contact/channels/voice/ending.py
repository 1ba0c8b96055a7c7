"""Which end does a SIP answer stand for?"""

from __future__ import annotations

import re

from forbear.contexts.contact.call.word import ENDS, CallEnd

_STATUS = re.compile(r"(\d{3})\b")
_BY_STATUS = {
    int(code): end
    for end, meaning in ENDS.items()
    for code in meaning.sip.split()
    if code.isdecimal()
}
_MEDIA = "rtp stream error"


def end_of_unanswered(reason: str) -> CallEnd:
    """Return how a call ended that was never answered, from the stack's closing line."""
    found = _STATUS.match(reason)
    if found is None:
        # No answer came at all: nothing listens there, or a transaction ran out of time.
        return CallEnd.TRUNK_FAILED
    status = int(found[1])
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status // 100 == 5:
        return CallEnd.TRUNK_FAILED
    return CallEnd.REFUSED_BY_TRUNK


def end_of_answered(reason: str) -> CallEnd:
    """Return how a call ended that was answered, where we did not end it ourselves."""
    return CallEnd.MEDIA_LOST if _MEDIA in reason else CallEnd.PERSON_HUNG_UP
