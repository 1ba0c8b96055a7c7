"""What would a provider do with a contact, on a bad day?

The provider keeps a ledger of its own, which Forbear never writes: what it took, when, and how
often. Tests compare that ledger with what Forbear says. Everything it does follows from a seed, its
clock and the contact's id, so that one seed repeats a day.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from forbear.values.code import Channel, Outcome


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How often in a thousand what goes wrong, and how long things take.

    ``lost_ppt``: taken, but the answer never arrives; ``refused_ppt``: definitely not taken;
    ``vanished_ppt``: neither taken nor answered. Receipts: ``silent_ppt`` never come,
    ``twice_ppt`` come twice, ``late_ppt`` come very late, ``early_ppt`` come before the answer.
    """

    refused_ppt: int = 10
    lost_ppt: int = 5
    vanished_ppt: int = 5
    silent_ppt: int = 20
    twice_ppt: int = 50
    late_ppt: int = 30
    early_ppt: int = 20
    answer_after: timedelta = timedelta(milliseconds=5)
    receipt_after: timedelta = timedelta(seconds=2)
    late_after: timedelta = timedelta(hours=5)


FLAWLESS = Behaviour(0, 0, 0, 0, 0, 0, 0, timedelta(0), timedelta(0), timedelta(0))


@dataclass(frozen=True, slots=True)
class Entry:
    """One contact that the provider was asked to make; the same id twice is two entries."""

    contact_id: UUID
    channel: Channel
    address: str = field(repr=False)
    text_sha256: str = ""
    at: datetime | None = None
    outcome: Outcome | None = None
    """What really became of it; null: it was not taken."""

    @property
    def taken(self) -> bool:
        """The provider took it."""
        return self.outcome is not None


@dataclass(frozen=True, slots=True)
class Told:
    """A receipt on its way: due at ``due``; ``event_id`` is one for each thing that happened."""

    due: datetime
    event_id: str
    contact_id: UUID
    outcome: Outcome
    at: datetime


@dataclass(frozen=True, slots=True)
class Response:
    """What the caller sees. ``ref`` null: refused; ``lost``: no answer ever arrives."""

    ref: str | None
    lost: bool
    after: timedelta


# What becomes of a contact that was taken, with its share in a hundred.
_MESSAGE = ((Outcome.DELIVERED, 90), (Outcome.SENT, 8), (Outcome.REPLIED, 2))
_CALL = (
    (Outcome.RANG, 45),
    (Outcome.NOT_CONNECTED, 12),
    (Outcome.VOICEMAIL, 8),
    (Outcome.WRONG_PERSON, 3),
    (Outcome.RIGHT_PARTY, 10),
    (Outcome.CONVERSATION, 22),
)
_CALLS = {Channel.VOICE, Channel.BOT, Channel.VISIT}


class Provider:
    """One provider with its ledger; safe to call from several threads."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        seed: int = 1,
        behaviour: Behaviour = FLAWLESS,
    ) -> None:
        """``clock`` is the provider's own."""
        self.ledger: list[Entry] = []
        self._clock = clock
        self._seed = seed
        self._behaviour = behaviour
        self._receipts: list[Told] = []
        self._refs: dict[UUID, str] = {}
        self._lock = threading.Lock()

    def submit(self, contact_id: UUID, channel: Channel, address: str, sha256: str) -> Response:
        """Take a contact, or not."""
        return self._take(contact_id, channel, address, sha256, now=self._clock())

    def _take(
        self, contact_id: UUID, channel: Channel, address: str, sha256: str, *, now: datetime
    ) -> Response:
        how = self._behaviour
        luck = random.Random(f"{self._seed}:{contact_id}")  # not for secrets
        fate = luck.randrange(1000)
        refused = fate < how.refused_ppt
        vanished = not refused and fate < how.refused_ppt + how.vanished_ppt
        lost = not refused and fate < how.refused_ppt + how.vanished_ppt + how.lost_ppt
        outcome = None if refused or vanished else _became(channel, luck)
        with self._lock:
            self.ledger.append(Entry(contact_id, channel, address, sha256, now, outcome))
            if outcome is None:
                return Response(None, vanished, how.answer_after)
            ref = self._refs.setdefault(contact_id, f"S{len(self._refs) + 1:09d}")
            self._receipts += self._plan(contact_id, outcome, now, luck)
            return Response(ref, lost, how.answer_after)

    def look_up(self, contact_id: UUID) -> str | None:
        """Return the provider's number for a contact that it took; None: it has none."""
        with self._lock:
            return self._refs.get(contact_id)

    def due(self, *, limit: int = 1000) -> list[Told]:
        """Give out the receipts whose time has come; each is given once, duplicates included."""
        now = self._clock()
        with self._lock:
            self._receipts.sort(key=lambda told: (told.due, told.event_id))
            come = [told for told in self._receipts if told.due <= now][:limit]
            del self._receipts[: len(come)]
            return come

    def _plan(
        self, contact_id: UUID, outcome: Outcome, now: datetime, luck: random.Random
    ) -> list[Told]:
        how = self._behaviour
        if luck.randrange(1000) < how.silent_ppt:
            return []
        after = how.receipt_after
        if luck.randrange(1000) < how.late_ppt:
            after = how.late_after
        elif luck.randrange(1000) < how.early_ppt:
            after = timedelta(0)
        steps = [outcome]
        if outcome is Outcome.REPLIED:
            steps = [Outcome.REPLIED, Outcome.DELIVERED]  # out of order on purpose
        elif outcome is Outcome.CONVERSATION:
            steps = [Outcome.ANSWERED, Outcome.CONVERSATION]
        told = [
            Told(now + after, f"{contact_id}:{number}", contact_id, step, now + after)
            for number, step in enumerate(steps)
        ]
        if luck.randrange(1000) < how.twice_ppt:
            told += told
        return told


def _became(channel: Channel, luck: random.Random) -> Outcome:
    words, shares = zip(*(_CALL if channel in _CALLS else _MESSAGE), strict=True)
    return luck.choices(words, shares)[0]
