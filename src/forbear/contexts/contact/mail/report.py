"""What does a mail that came back, or came in, say?

Bounces are read by RFC 3464, complaints by RFC 5965. What is neither is somebody's own words.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from email.utils import getaddresses, parseaddr
from uuid import UUID

from forbear.contexts.contact.mail.token import (
    BOUNCE,
    UNSUBSCRIBE,
    permit_of,
    read_return,
)
from forbear.values.code import Code

_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_TEXT_LENGTH_MAX = 20_000


class Kind(Code):
    """What a mail is to us."""

    HARD_BOUNCE = "HARD_BOUNCE"
    """There is no such address, or it takes nothing for good."""
    SOFT_BOUNCE = "SOFT_BOUNCE"
    """It could not be brought this time."""
    DELAYED = "DELAYED"
    """It is still being tried."""
    DELIVERED = "DELIVERED"
    COMPLAINT = "COMPLAINT"
    """The person's mail service says that they want none of it."""
    UNSUBSCRIBE = "UNSUBSCRIBE"
    WORDS = "WORDS"
    """Somebody wrote to us."""


@dataclass(frozen=True, slots=True)
class Read:
    """One mail, read. ``permit_id`` null: it names no mail of ours. ``code``: the status given."""

    kind: Kind
    permit_id: UUID | None
    message_id: str
    sender: str = field(repr=False)
    to: str = field(repr=False)
    text: str = field(repr=False)
    code: str = ""


def read_mail(octets: bytes) -> Read:
    """Return what a mail says; whatever it is, it is read as something."""
    mail = email.message_from_bytes(octets, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    ours = next((found for each in _addresses(mail) if (found := read_return(each))), None)
    kind, code = _kind(mail, None if ours is None else ours[0])
    permit_id = ours[1] if ours is not None else _named(mail)
    return Read(
        kind,
        permit_id,
        str(mail.get("Message-ID", "")).strip()[:200],
        parseaddr(str(mail.get("From", "")))[1],
        str(mail.get("To", ""))[:200],
        _words(mail),
        code,
    )


def _kind(mail: EmailMessage, ours: str | None) -> tuple[Kind, str]:
    if mail.get_content_type() == "multipart/report":
        about = str(mail.get_param("report-type", "")).lower()
        if about == "feedback-report":
            return Kind.COMPLAINT, _field(mail, "message/feedback-report", "Feedback-Type")
        if about == "delivery-status":
            return _delivery(mail)
    if ours == UNSUBSCRIBE:
        return Kind.UNSUBSCRIBE, ""
    if ours == BOUNCE:
        # It came to where only bounces go and is none that can be read: it tells of some trouble.
        return Kind.SOFT_BOUNCE, "UNREADABLE"
    return Kind.WORDS, ""


def _delivery(mail: EmailMessage) -> tuple[Kind, str]:
    action = _field(mail, "message/delivery-status", "Action").lower()
    status = _field(mail, "message/delivery-status", "Status").split(" ")[0]
    if action in {"delivered", "relayed", "expanded"}:
        return Kind.DELIVERED, status
    if action == "delayed":
        return Kind.DELAYED, status
    # 5.2.2 is a full mailbox and 5.7 a refusal of the mail, not of the address.
    soft = not status.startswith("5") or status == "5.2.2" or status.startswith("5.7")
    return Kind.SOFT_BOUNCE if soft else Kind.HARD_BOUNCE, status


def _field(mail: EmailMessage, kind: str, name: str) -> str:
    """Return the first field of that name in a report's machine-readable part."""
    for part in mail.walk():
        if part.get_content_type() != kind:
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else [_parsed(str(blocks))]:
            if block.get(name):
                return str(block[name]).strip()[:40]
    return ""


def _parsed(text: str) -> Message:
    return email.message_from_string(text, policy=email.policy.default)


def _addresses(mail: EmailMessage) -> Iterator[str]:
    for name in _TO:
        yield from (each for _, each in getaddresses([str(one) for one in mail.get_all(name, [])]))


def _named(mail: EmailMessage) -> UUID | None:
    """Return the contact whose mail is quoted in a report or answered."""
    named = [str(mail.get(name, "")) for name in ("In-Reply-To", "References")]
    for part in mail.walk():
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            inside = part.get_payload()
            whole = inside[0] if isinstance(inside, list) else _parsed(str(inside))
            named.append(str(whole.get("Message-ID", "")))
    for text in named:
        for each in text.replace(">", " ").replace("<", " ").split():
            found = permit_of(each.partition("@")[0])
            if found is not None:
                return found
    return None


def _decoded(body: Message) -> str:
    """Return a part's text by the charset that it names, else by those that are usual here."""
    octets = body.get_payload(decode=True)
    if not isinstance(octets, bytes):
        return ""
    for charset in (body.get_content_charset(), "utf-8", "gb18030"):
        try:
            return octets.decode(charset or "utf-8")
        except (LookupError, UnicodeDecodeError):
            continue
    return octets.decode("utf-8", "replace")


def _words(mail: EmailMessage) -> str:
    """Return what a person wrote, without what they quote."""
    body = mail.get_body(preferencelist=("plain",))
    text = "" if body is None else _decoded(body)
    subject = str(mail.get("Subject", ""))
    own = [line for line in text.splitlines() if not line.lstrip().startswith(">")]
    told = "\n".join(own).strip() or subject
    return told[:_TEXT_LENGTH_MAX]
