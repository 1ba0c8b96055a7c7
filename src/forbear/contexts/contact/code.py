"""How does a one-time code reach the person who asked for it just now?

By the gate, like everything that leaves: the same addresses, stops and kill switches, with a
purpose of its own, since a code is no contact about a debt. The words are approved and tell a
stranger nothing. Everything happens in the transaction of the action that made the code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.conf import settings

from forbear.contexts.contact.channels.registry import carrier_of
from forbear.contexts.contact.gate.ask import Reason, Wish
from forbear.contexts.contact.gate.authorise import Asked, authorise_within
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.kept import Kept, keep_words
from forbear.contexts.contact.gate.word import Way
from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio.particular import particulars
from forbear.contexts.portfolio.queries.policy import PersonFacts, facts_of_id
from forbear.contexts.rulebook.library import open_sending, open_wordings
from forbear.policy.wording.render import Rendered, render
from forbear.values.code import Channel, ContactPurpose, Language, PointKind, Relation
from forbear.values.principal import Principal

_BY_KIND = {PointKind.MOBILE: Channel.SMS, PointKind.EMAIL: Channel.EMAIL}
"""By which channel a message goes to which kind of contact point, the first choice first."""


@dataclass(frozen=True, slots=True)
class CodeToGo:
    """A code that was just made. ``point_id`` null: the first of the person's own that may be used.

    ``language`` null: the one in which the lender speaks there. It never shows in a representation.
    """

    debtor_id: int
    code: str = field(repr=False)
    valid: timedelta
    point_id: int | None = None
    language: Language | None = None


class Gone(NamedTuple):
    """Where a code goes. ``permit_id`` null: nowhere; ``reasons`` say why."""

    permit_id: UUID | None
    channel: Channel | None
    point_id: int | None
    reasons: tuple[Reason, ...]


def send_code(asked: CodeToGo, *, actor: Principal, clock: Clock = database_clock) -> Gone:
    """Ask the gate to let a code out, inside the transaction that keeps its hash.

    The person's own telephone comes first, then their mail; each is asked for until one may be
    used. It leaves within moments, or not at all: an old code is of no use.
    """
    required()
    person, now = facts_of_id(asked.debtor_id), clock()
    reasons: tuple[Reason, ...] = ()
    for point_id, channel in own_ways(person):
        if asked.point_id not in {None, point_id}:
            continue
        provider = carrier_of(channel, settings.FORBEAR_PROVIDERS)
        words = _words(person, channel, asked, now=now)
        if provider is None or words is None:
            continue
        wish = Wish(person.id, point_id, channel, None, ContactPurpose.ACCESS)
        message = (words.message_id, words.version)
        wanted = Asked(uuid4(), wish, Way.ASKED, provider, message, lasts=asked.valid)
        answer = authorise_within(wanted, actor=actor, clock=clock)
        if answer.attempt_id is not None:
            said = Kept(words.text, words.subject, words.sha256)
            keep_words(answer.attempt_id, person.id, said, now=now)
            return Gone(wanted.id, channel, point_id, ())
        reasons += answer.reasons
    return Gone(None, None, None, reasons)


def own_ways(person: PersonFacts) -> Sequence[tuple[int, Channel]]:
    """Return the person's own contact points that take messages, the first choice first."""
    own = [each for each in person.points if each.relation is Relation.OWN]
    return [(each.no, way) for kind, way in _BY_KIND.items() for each in own if each.kind is kind]


def _words(
    person: PersonFacts, channel: Channel, asked: CodeToGo, *, now: datetime
) -> Rendered | None:
    """Fill in the approved words; None: none are approved for this law and channel."""
    sending = open_sending()
    speaker = particulars(now).speaker(person.jurisdiction)
    message = sending.codes.get((person.jurisdiction, channel))
    if speaker is None or message is None:
        return None
    today = now.astimezone(ZoneInfo(next(iter(person.zones), "UTC"))).date()
    language = asked.language or speaker.language
    wording = open_wordings().on(message, as_of=today)
    known = {
        **{name: said.of(language) for name, said in speaker.says.items()},
        "access_code": asked.code,
        "valid_minutes": int(asked.valid.total_seconds()) // 60,
    }
    wanted = {variable.name for variable in wording.variables}
    return render(
        wording,
        language=language,
        facts=(),
        values={name: value for name, value in known.items() if name in wanted},
        as_of=today,
    )
