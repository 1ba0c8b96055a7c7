"""What is done of what somebody wrote back, beside what its words already mean for contact?

Only what keeps somebody safe: words of danger that the assistant knows stop contact here as they do
in a conversation. Everything else is put before staff when they look. A fault of the reading is no
reason to lose the message: what others do of it goes on.
"""

from __future__ import annotations

import logging
from datetime import datetime

from forbear.contexts.contact.inbound.listen import Heard
from forbear.contexts.rights.heard import FOUND, signal_written
from forbear.contexts.rulebook.library import open_understanding
from forbear.policy.assistant.intent import Intent
from forbear.values.principal import Principal

_log = logging.getLogger(__name__)


def hear_written(heard: Heard, actor: Principal, now: datetime) -> tuple[str, ...]:
    """Stop contact where a message lets fear for a life; return what was found."""
    try:
        meant = open_understanding().understand(heard.text, as_of=now.date()).meant
    except Exception as error:  # noqa: BLE001  # stop words and distress must not wait for it
        _log.error("a message could not be read", extra={"code": type(error).__name__})
        return ()
    if Intent.SELF_HARM not in meant:
        return ()
    signal_written(heard, actor=actor, now=now)
    return (FOUND,)
