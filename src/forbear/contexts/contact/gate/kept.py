"""Where do words wait that hold a secret of the person's own, such as a one-time code?

They are sealed with the person's key beside the contact, and gone once it leaves or is taken back:
whoever carries the contact is another process than the one that made the code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from forbear.contexts.contact.models import WaitingWords
from forbear.contexts.database.transaction import required
from forbear.contexts.protection.store import open_values, seal_values
from forbear.values.errors import NotFound


class NoWords(NotFound):
    """The words of a contact are gone."""

    code = "NO_WORDS"


@dataclass(frozen=True, slots=True)
class Kept:
    """Words as they will leave. ``subject`` null: the channel has none."""

    text: str = field(repr=False)
    subject: str | None
    sha256: str


def keep_words(attempt_id: int, debtor_id: int, words: Kept, *, now: datetime) -> None:
    """Seal the words of a contact, in the transaction that authorises it."""
    required()
    row = WaitingWords(
        attempt_id=attempt_id,
        debtor_id=debtor_id,
        subject=words.subject or "",
        sha256=words.sha256,
    )
    seal_values(row, {"text": words.text}, now=now)
    row.save(force_insert=True)


def kept_words(attempt_id: int, *, now: datetime) -> Kept:
    """Return the words of a contact, inside the transaction that lets it leave.

    Raises:
        NoWords: there are none.
    """
    required()
    row = WaitingWords.objects.select_related("debtor").filter(pk=attempt_id).first()
    if row is None:
        raise NoWords(
            "The words of this contact are gone.",
            remedy="Ask for a new code.",
            message_zh="该次联系的内容已不存在。",
            remedy_zh="请重新索取验证码。",
        )
    text = open_values(row, "text", now=now)["text"]
    assert text is not None, "words are never empty"
    return Kept(text, row.subject or None, row.sha256)


def forget_words(attempt_id: int) -> None:
    """Remove the words of a contact, if any wait."""
    required()
    WaitingWords.objects.filter(pk=attempt_id).delete()
