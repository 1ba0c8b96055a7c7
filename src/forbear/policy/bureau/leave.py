"""May a line go to the bureau today, and if not: why, and when?

Every condition is a rule of a pack: that the person was told before, that there is a written
consent, that a first report waits for a message that did not come back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from forbear.policy.ask.clock import Due, keep_until
from forbear.policy.ask.deed import DeedFacts, Given, may_do
from forbear.policy.bureau.form import Bureau
from forbear.policy.kind import ClockStart
from forbear.policy.pack import Pack
from forbear.values.code import Deed, Notice, Outcome, RecordKind
from forbear.values.decision import Finding
from forbear.values.wording import Fact

_RECEIVED = frozenset({Outcome.DELIVERED, Outcome.REPLIED})
_LEFT = _RECEIVED | {Outcome.SENT}


@dataclass(frozen=True, slots=True)
class Contact:
    """One outbound contact about a loan. ``is_notice``: it carried the notice that a law asks for.

    ``is_written``: a letter or an electronic message.
    """

    id: int
    day: int
    outcome: Outcome
    is_notice: bool
    is_written: bool


@dataclass(frozen=True, slots=True)
class Leaving:
    """A line that is to go. ``is_first``: nothing was reported of the loan before."""

    is_negative: bool
    is_first: bool
    late_since_day: int | None


@dataclass(frozen=True, slots=True)
class Leave:
    """The answer. ``refusals`` empty: it may go. ``notice_id``: by which contact it was told."""

    refusals: tuple[Finding, ...]
    notice_id: int | None

    @property
    def until(self) -> datetime | None:
        """When time alone turns it; None: only a new fact can."""
        known = [found.until for found in self.refusals]
        return max((each for each in known if each), default=None) if all(known) else None


def may_leave(
    pack: Pack,
    bureau: Bureau,
    line: Leaving,
    contacts: Sequence[Contact],
    *,
    today: int,
    now: datetime,
) -> Leave:
    """Ask every rule about reporting a line on a day."""
    told = [each for each in contacts if _told(each, bureau, line, today)]
    notices = [Given(Notice.BUREAU_PRENOTICE, each.day) for each in told]
    notices += [
        Given(Notice.MESSAGE_TO_PERSON, each.day, returned=each.outcome not in _LEFT)
        for each in contacts
        if each.is_written
    ]
    spoken = any(each.outcome is Outcome.CONVERSATION for each in contacts)
    facts = bureau.holds | ({Fact.SPOKEN_WITH} if spoken else frozenset())
    deeds = ([Deed.FURNISH] if line.is_first else []) + (
        [Deed.REPORT_NEGATIVE] if line.is_negative else []
    )
    refusals: list[Finding] = []
    for deed in deeds:
        asked = DeedFacts(deed, today, facts, tuple(notices))
        refusals += may_do(pack, asked, now=now).refusals
    return Leave(tuple(refusals), told[-1].id if told else None)


def _told(contact: Contact, bureau: Bureau, line: Leaving, today: int) -> bool:
    """Whether a contact told the person, before today, of the lateness that is to be reported."""
    since = line.late_since_day
    if not contact.is_notice or contact.day > today or (since is not None and contact.day < since):
        return False
    if contact.outcome in _RECEIVED:
        return True
    days = bureau.assumed_receipt_days
    return contact.outcome is Outcome.SENT and days is not None and contact.day + days <= today


def gone_by(pack: Pack, ended_day: int | None) -> Due | None:
    """Return from when on a negative line may be shown no more.

    None: the lateness has not ended, or no rule of the pack names a day.
    """
    if ended_day is None:
        return None
    found = keep_until(pack, RecordKind.NEGATIVE_LINE, starts={ClockStart.ENDED: ended_day})
    return min(
        (each for each in found if not each.protects), key=lambda each: each.day, default=None
    )
