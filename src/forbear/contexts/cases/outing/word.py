"""Where does a message to a chosen set stand?"""

from __future__ import annotations

from datetime import timedelta

from forbear.values.code import Code

LASTS = timedelta(hours=24)
"""So long the gate is asked after the start; what it refused until then stays refused."""


class OutingState(Code):
    """How far one has come."""

    PREPARED = "PREPARED"
    """It was tried; nobody was asked for, and nothing leaves."""
    RUNNING = "RUNNING"
    """The gate is asked person by person."""
    STOPPED = "STOPPED"
    """Somebody stopped it; what waited was taken back."""
    DONE = "DONE"
    """Everybody was asked for, or its time is over."""


NO_WAY = "NO_WAY"
"""The person has no contact point that the channel reaches, or no loan that is late."""
WORDS = "WORDING"
"""The words would not be true for the person, or a rule about words refuses them."""
