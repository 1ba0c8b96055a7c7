"""How does a headset stand, in words that its page's script turns into sentences?"""

from __future__ import annotations

from typing import Any

from forbear.contexts.contact.call.headset import HeadsetSeen
from forbear.contexts.contact.call.word import HeadsetFault, HeadsetState, HeadsetTest

_STATES = {
    HeadsetState.OFFERED: "waiting",
    HeadsetState.TAKEN: "waiting",
    HeadsetState.ANSWERED: "waiting",
    HeadsetState.CONNECTED: "connected",
    HeadsetState.REFUSED: "refused",
    HeadsetState.LOST: "lost",
    HeadsetState.ENDED: "off",
}
_FAULTS = {
    HeadsetFault.NOT_INSTALLED: "not-installed",
    HeadsetFault.FULL: "full",
    HeadsetFault.UNUSABLE: "unusable",
    HeadsetFault.NO_WAY: "no-way",
    HeadsetFault.SILENT: "lost",
    HeadsetFault.PAGE_GONE: "lost",
}
_TESTS = {
    HeadsetTest.ASKED: "try-speak",
    HeadsetTest.LISTENING: "try-speak",
    HeadsetTest.HEARD: "try-heard",
    HeadsetTest.QUIET: "try-quiet",
    HeadsetTest.NOTHING: "try-nothing",
}


def headset_shown(seen: HeadsetSeen) -> dict[str, Any]:
    """Return how a headset stands; each word names a sentence of the page, "" none."""
    state, fault = _STATES[seen.state], "" if seen.fault is None else _FAULTS[seen.fault]
    if seen.replaced:
        state = "replaced"
    elif seen.nobody:
        state, fault = "refused", "nobody"
    elif seen.calls and state == "connected":
        state = "calls"
    return {
        "state": state,
        "fault": fault,
        "answer": seen.answer,
        "test": "" if seen.test is None or seen.calls else _TESTS[seen.test],
    }
