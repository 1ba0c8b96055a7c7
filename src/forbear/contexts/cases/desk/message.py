"""Which approved messages may be sent to a contact point now, word for word, and which not?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from forbear.contexts.cases.campaign.words import Ground, fill_in, ground_of
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.rulebook.library import open_wordings
from forbear.policy.wording.form import PLACEHOLDER, Audience, Both, Wording
from forbear.policy.wording.render import Rendered, WordingRefused
from forbear.policy.wording.value import write
from forbear.values.code import Channel, ContactPurpose, Language
from forbear.values.principal import Principal
from forbear.values.wording import MessagePart, Tone


@dataclass(frozen=True, slots=True)
class Offer:
    """One approved message. ``rendered`` null: it may not be sent now, and ``refused`` says why.

    ``parts``: which pieces of its words are demanded, and the words that show each; nobody can
    change them.
    """

    id: str
    version: int
    tone: Tone
    purpose: Both
    rendered: Rendered | None
    parts: tuple[tuple[MessagePart, str], ...]
    refused: WordingRefused | None


def offers_for(
    debtor_id: int,
    *,
    channel: Channel,
    loan_id: int | None,
    point_id: int,
    actor: Principal,
    now: datetime,
) -> tuple[Offer, ...]:
    """Return every message about a debt for a channel, those that may be sent first.

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
        if wording.jurisdiction is ground.person.jurisdiction
        and wording.channel is channel
        and wording.contact is ContactPurpose.COLLECT
        and wording.audience is Audience.DEBTOR
    ]
    return tuple(sorted(found, key=lambda each: (each.rendered is None, each.id)))


def _offer(wording: Wording, ground: Ground) -> Offer:
    rendered, refused = None, None
    try:
        rendered = fill_in(wording, ground)
    except WordingRefused as error:
        refused = error
    parts = () if rendered is None else _parts(wording, rendered, ground)
    return Offer(
        wording.id, wording.version, wording.tone, wording.purpose, rendered, parts, refused
    )


def _parts(
    wording: Wording, rendered: Rendered, ground: Ground
) -> tuple[tuple[MessagePart, str], ...]:
    """Return where each demanded part stands in the words as they would be sent."""
    found = []
    for proof in wording.proofs:
        shown = proof.shown.of(ground.language)
        filled = _filled(wording, shown, ground.language, ground)
        if filled in f"{rendered.subject or ''}\n{rendered.text}":
            found.append((proof.part, filled))
    return tuple(found)


def _filled(wording: Wording, text: str, language: Language, ground: Ground) -> str:
    declared, values = {each.name: each for each in wording.variables}, ground.values
    return PLACEHOLDER.sub(
        lambda found: write(
            declared[found.group(1)],
            values[found.group(1)],
            language=language,
            jurisdiction=wording.jurisdiction,
        ),
        text,
    )
