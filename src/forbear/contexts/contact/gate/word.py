"""Which closed lists of words does the gate use?"""

from __future__ import annotations

from forbear.values.code import Code


class Way(Code):
    """Who wants to make a contact; the same rules and caps bind them all."""

    AGENDA = "AGENDA"
    """Today's agenda."""
    MANUAL = "MANUAL"
    """A collector dials or writes by hand."""
    CALLBACK = "CALLBACK"
    """A call back that the person asked for, or that a collector set."""
    CAMPAIGN = "CAMPAIGN"
    BOT = "BOT"
    AGENCY = "AGENCY"
    """An outside agency, which gets a permit and reports what it did."""
    ASKED = "ASKED"
    """The person asked for it just now, such as a one-time code."""


class DispatchState(Code):
    """Where an authorised contact stands."""

    AUTHORISED = "AUTHORISED"
    """It counts against every cap and waits to be taken."""
    CLAIMED = "CLAIMED"
    """A worker has taken it for a while; nothing has left."""
    INTENT = "INTENT"
    """It is about to be handed over; from here on it counts as sent until known otherwise."""
    ACCEPTED = "ACCEPTED"
    """The provider took it."""
    REJECTED = "REJECTED"
    """The provider definitely did not take it; the caps have it back."""
    UNKNOWN = "UNKNOWN"
    """Nobody knows whether the provider took it; it counts as sent and is asked about."""
    WITHDRAWN = "WITHDRAWN"
    """It was taken back before anything left; the caps have it back."""


WAITING = (DispatchState.AUTHORISED, DispatchState.CLAIMED)
"""Nothing of these has left."""
MADE = (DispatchState.INTENT, DispatchState.ACCEPTED, DispatchState.UNKNOWN)
"""These may have left, and count as made."""


class Stage(Code):
    """At which moment the gate decided."""

    AUTHORISE = "AUTHORISE"
    INTENT = "INTENT"


class StopScope(Code):
    """What a kill switch stops."""

    GLOBAL = "GLOBAL"
    CREDITOR = "CREDITOR"
    CHANNEL = "CHANNEL"
    PERSON = "PERSON"


class Cause(Code):
    """Why the gate refused, where no rule of a pack did, or why it took something back."""

    RULE = "RULE"
    """Some rule of the packs refuses; the decision names each."""
    STOPPED = "STOPPED"
    """A kill switch is on."""
    CONDITION = "CONDITION"
    """The system, or whoever acts, is not fit: a stale book, a team whose mandate has ended."""
    NOT_OF_PERSON = "NOT_OF_PERSON"
    """The contact point or loan is not known, not in use, or somebody else's."""
    ERASED = "ERASED"
    NO_PACK = "NO_PACK"
    """The rules could not be read."""
    NOT_RECORDED = "NOT_RECORDED"
    """The record could not be written, so nothing may be sent."""
    WORDING = "WORDING"
    """The words would not be true any more, or could not be filled in."""
    NO_ADDRESS = "NO_ADDRESS"
    """The number or address itself is not held, or cannot be opened."""
    LAPSED = "LAPSED"
    """The permit's time ran out before it could be used."""
    DOUBT = "DOUBT"
    """Something unforeseen went wrong; in doubt there is no contact."""
