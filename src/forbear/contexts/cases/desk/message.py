"""Which approved messages may be sent to a contact point now, word for word, and which not?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from forbear.contexts.cases.campaign.words import Ground, fill_in, ground_of
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.protection.mask import MaskKind, masked
from forbear.contexts.rulebook.library import open_desks, open_wordings
from forbear.policy.wording.form import Both, Wording
from forbear.policy.wording.render import WordingRefused
from forbear.policy.wording.spoken import Spoken, spoken
from forbear.policy.wording.value import Value
from forbear.values.code import Channel, Language
from forbear.values.principal import Principal
from forbear.values.wording import MessagePart, Tone


@dataclass(frozen=True, slots=True)
class Offer:
    """One approved message. ``refused`` null: it may be sent now; else it says why not.

    ``pieces`` are its words as they would go, but for the name, which stays masked here.
    ``parts``: which pieces of its words are demanded, and the words that show each; nobody can
    change them.
    """

    id: str
    version: int
    tone: Tone
    purpose: Both
    language: Language
    subject: str | None
    pieces: tuple[Spoken, ...]
    parts: tuple[tuple[MessagePart, str], ...]
    refused: WordingRefused | None


_TONES = (Tone.EMPATHETIC, Tone.FRIENDLY, Tone.FACTUAL, Tone.FIRM, Tone.LEGAL)
"""The kindest comes first."""


def offers_for(
    debtor_id: int,
    *,
    channel: Channel,
    loan_id: int | None,
    point_id: int,
    actor: Principal,
    now: datetime,
) -> tuple[Offer, ...]:
    """Return every message about a debt for a channel, those that may be sent and kind ones first.

    Raises:
        NotPermitted: CONTACT_MAKE is missing.
    """
    may(actor, Permission.CONTACT_MAKE)
    with reading(actor):
        ground = ground_of(debtor_id, channel, loan_id, point_id, now=now)
    if ground is None:
        return ()
    found = [
        _offer(wording, ground)
        for wording in open_wordings().in_force(as_of=ground.today)
        if wording.id in by_hand(ground) and wording.channel is channel
    ]
    return tuple(
        sorted(found, key=lambda each: (each.refused is not None, _TONES.index(each.tone), each.id))
    )


def by_hand(ground: Ground) -> tuple[str, ...]:
    """Return the ids of messages that may be chosen where the person lives."""
    desk = open_desks().by_law.get(ground.person.jurisdiction)
    return () if desk is None else desk.messages


def _offer(wording: Wording, ground: Ground) -> Offer:
    refused = None
    try:
        fill_in(wording, ground)
    except WordingRefused as error:
        refused = error
    values = {**ground.values, "name": masked(MaskKind.NAME, ground.who.name) or "*"}
    language = ground.language
    pieces = () if refused else spoken(wording, language=language, values=values)
    text = "".join(piece.text for piece in pieces)
    shown = [
        (proof.part, _filled(wording, proof.shown, values, language)) for proof in wording.proofs
    ]
    return Offer(
        wording.id,
        wording.version,
        wording.tone,
        wording.purpose,
        language,
        None if wording.subject is None else _filled(wording, wording.subject, values, language),
        pieces,
        tuple((part, words) for part, words in shown if words in text),
        refused,
    )


def _filled(wording: Wording, said: Both, values: Mapping[str, Value], language: Language) -> str:
    """Return a short text of a message, filled in as far as is known."""
    whole = replace(wording, body=said, subject=None)
    return "".join(piece.text for piece in spoken(whole, language=language, values=values))
