"""Which words did a contact carry, and may somebody see them with the person's values in them?

Words are not kept: what is kept is the approved message, its version, and the hash of what left.
Filled in again they are the same only while the books stand as they stood; the hash tells.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from forbear.contexts.cases.campaign.words import compose
from forbear.contexts.contact.gate.intent import Composing
from forbear.contexts.contact.named import Carried, carried
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.contexts.protection.reveal import RevealReason, note_look
from forbear.contexts.rulebook.library import open_wordings
from forbear.policy.wording.form import Wording
from forbear.values.code import Channel, Language
from forbear.values.errors import Conflict, NotFound
from forbear.values.principal import Principal


class NoWordsSent(NotFound):
    """The contact carried no approved words, or is not there for this reader."""

    code = "NO_WORDS_SENT"


class WordsMovedOn(Conflict):
    """The books have changed since, so the words cannot be filled in as they left."""

    code = "WORDS_MOVED_ON"


@dataclass(frozen=True, slots=True)
class Approved:
    """The approved words of a contact, with gaps where the person's values stood.

    ``meanings``: what belongs in each gap, by its name.
    """

    message_id: str
    version: int
    purpose_en: str
    purpose_zh: str
    templates: dict[Language, str]
    meanings: dict[Language, dict[str, str]]


@dataclass(frozen=True, slots=True)
class SentWords:
    """What left, word for word; its hash is the one that was recorded."""

    text: str = field(repr=False)
    sha256: str


def approved_words(permit_id: UUID, *, actor: Principal) -> Approved | None:
    """Return the approved words that a contact carried; None: it carried none.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        row = carried(permit_id)
    wording = None if row is None else _wording(row)
    if wording is None:
        return None
    return Approved(
        wording.id,
        wording.version,
        wording.purpose.en,
        wording.purpose.zh,
        {language: wording.template(language) for language in Language},
        {language: wording.meanings(language) for language in Language},
    )


def reveal_words(
    permit_id: UUID, reason: RevealReason | str, *, actor: Principal, now: datetime
) -> SentWords:
    """Return the words of a contact in full; the look is written down with its reason.

    Raises:
        NotPermitted: VALUE_REVEAL is missing, or nobody who works here looks.
        NoWordsSent: it carried none, or is not there for this reader.
        WordsMovedOn: filled in now they would be others than those that left.
        UnknownReason, TooManyLooks.
    """
    may(actor, Permission.VALUE_REVEAL)
    staff_id(actor)
    with acting(actor):
        row = carried(permit_id)
        if row is None or row.message is None or row.intent_at is None:
            raise NoWordsSent(
                "This contact carried no approved words.",
                remedy="A call by a person has none; its recording may be kept.",
                message_zh="该次联系未使用核准用语。",
                remedy_zh="人工通话没有用语；可能存有录音。",
            )
        where = (row.debtor_id, row.loan_id, Channel(row.channel), row.message, row.intent_at)
        # A look is written down also where nothing comes of it: the values were opened.
        field_seen = f"contact.words:{row.attempt_id}"
        note_look(row.debtor_id, field_seen, reason, actor=actor, now=now)
        made = compose(Composing(*where, row.contact_point_id, row.attempt_id))
        if made.sha256 != row.text_sha256:
            raise WordsMovedOn(
                "The books have changed since, so these words cannot be filled in as they left.",
                remedy="The approved message and the recorded hash stand on the page.",
                message_zh="账务此后已有变动，无法还原当时的用语。",
                remedy_zh="核准用语与当时记录的哈希值可在页面查看。",
            )
        text = made.text if made.subject is None else f"{made.subject}\n\n{made.text}"
        return SentWords(text, made.sha256)


def _wording(row: Carried) -> Wording | None:
    if row.message is None:
        return None
    known = [each for each in open_wordings() if (each.id, each.version) == row.message]
    return known[0] if known else None
