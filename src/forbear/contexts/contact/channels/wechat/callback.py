"""What does an official account tell by itself, and what follows at once?

Everything is stored before it is acknowledged, and once, by the platform's own name for it. Words
that people write go the same way as text messages: stop words and signs of distress bind.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from forbear.contexts.contact.accounts import Told
from forbear.contexts.contact.channels.kind import Entry
from forbear.contexts.contact.channels.wechat.access import ACCOUNT
from forbear.contexts.contact.channels.wechat.close import close_told
from forbear.contexts.contact.channels.wechat.crypt import (
    Envelopes,
    demand_signed,
    refused,
    well_formed_key,
)
from forbear.contexts.contact.channels.wechat.said import Said, read_xml
from forbear.contexts.contact.inbound.keep import Came, keep, mark_of
from forbear.contexts.contact.inbound.work import work
from forbear.contexts.database.prepared import tell
from forbear.contexts.database.transaction import acting
from forbear.values.code import Channel, Outcome

OFF_BY_MAX = timedelta(minutes=5)
"""What was signed longer ago, or later than now, is refused: it may be a repetition."""
TAKEN = "success"
"""What the platform wants to hear."""
_KEEP = (
    "INSERT INTO contact_accountevent (provider, event_id, told, sender_mark, message_ref, "
    "outcome, at, kept_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s) "
    "ON CONFLICT (provider, event_id) DO NOTHING"
)
_BLOCKED = "failed:user block"


class Account:
    """One official account, as what it tells reaches us."""

    def __init__(self, entry: Entry) -> None:
        """Open token and key.

        Raises:
            InvalidInput: one of them cannot be had.
        """
        read = entry.settings
        self._name, self._token = entry.name, read.token.open()
        key = read.aes_key.open()
        if not well_formed_key(key):
            raise refused()
        self._envelopes = Envelopes(key, read.app_id)

    def greeted(self, asked: Mapping[str, str], *, now: datetime) -> str:
        """Return what the platform wants to hear when the address is set up.

        Raises:
            CallbackRefused: it is not the platform that asks, or not now.
        """
        at, nonce = signed_at(asked, now=now), asked.get("nonce", "")
        demand_signed(asked.get("signature", ""), self._token, at, nonce)
        return asked.get("echostr", "")

    def take(self, asked: Mapping[str, str], octets: bytes, *, now: datetime) -> str:
        """Take in one thing that the platform tells; return what it wants to hear.

        Raises:
            CallbackRefused: it was not signed and sealed by this account, or not now.
        """
        said = read_xml(opened(asked, octets, self._token, self._envelopes, now=now))
        kind, sender = said.of("MsgType"), said.of("FromUserName")
        if not kind or not sender:
            raise refused()
        at = told_at(said, now=now)
        if kind == "event":
            with acting(ACCOUNT):
                closes = self._event(said, sender, at, now=now)
            if closes:
                close_told(self._name, now=now)
        elif keep(self._words(said, kind, sender, at), actor=ACCOUNT, now=now):
            work(actor=ACCOUNT, now=now)
        return TAKEN

    def _words(self, said: Said, kind: str, sender: str, at: datetime) -> Came:
        # A picture or voice is for somebody to look at in the account itself.
        text = said.of("Content") if kind == "text" else said.of("Recognition")
        return Came(
            provider=self._name,
            event_id=said.of("MsgId") or f"{at.timestamp():.0f}:{kind}",
            channel=Channel.WECHAT,
            sender=sender,
            to=said.of("ToUserName"),
            text=text or f"[{kind[:20]}]",
            at=at,
        )

    def _event(self, said: Said, sender: str, at: datetime, *, now: datetime) -> bool:
        """Keep what an event tells, inside a transaction; say whether it closes the channel."""
        mark = mark_of(sender, Channel.WECHAT, now=now)
        when = f"{mark.hex()}:{at.timestamp():.0f}"
        match said.of("Event"):
            case "unsubscribe":
                self._keep(f"unfollowed:{when}", Told.CLOSED, mark, at, now=now)
                return True
            case "TEMPLATESENDJOBFINISH":
                ref, fate = said.of("MsgID") or said.of("MsgId"), said.of("Status")
                self._finished(ref, fate == "success", mark, at, now=now)
                if fate == _BLOCKED:
                    self._keep(f"blocked:{when}", Told.CLOSED, mark, at, now=now)
                return fate == _BLOCKED
            case "subscribe_msg_sent_event":
                for each in said.each("List"):
                    good = each.of("ErrorCode") == "0"
                    self._finished(each.of("MsgID"), good, mark, at, now=now)
        # To follow binds nobody: whose the account is, only the person says.
        return False

    def _finished(self, ref: str, good: bool, mark: bytes, at: datetime, *, now: datetime) -> None:  # noqa: FBT001  # one of two fates
        outcome = Outcome.DELIVERED if good else Outcome.NOT_CONNECTED
        event = f"finished:{ref}:{outcome.value}"
        self._keep(event, Told.FINISHED, mark, at, ref=ref, outcome=outcome, now=now)

    def _keep(
        self,
        event_id: str,
        told: Told,
        mark: bytes,
        at: datetime,
        *,
        ref: str = "",
        outcome: Outcome | None = None,
        now: datetime,
    ) -> None:
        word = None if outcome is None else outcome.value
        values = [self._name, event_id[:120], told.value, mark, ref[:120], word, at, now]
        tell(_KEEP, values)


def opened(
    asked: Mapping[str, str], octets: bytes, token: str, envelopes: Envelopes, *, now: datetime
) -> bytes:
    """Return what was sealed, once it is known who signed it, and when.

    Raises:
        CallbackRefused: as above.
    """
    at, sealed = signed_at(asked, now=now), read_xml(octets).of("Encrypt")
    demand_signed(asked.get("msg_signature", ""), token, at, asked.get("nonce", ""), sealed)
    return envelopes.opened(sealed)


def told_at(said: Said, *, now: datetime) -> datetime:
    """Return when something happened, as the platform says; never later than now."""
    text = said.of("CreateTime")
    if not text.isdecimal() or len(text) > 10:
        return now
    return min(now, datetime.fromtimestamp(int(text), tz=UTC))


def signed_at(asked: Mapping[str, str], *, now: datetime) -> str:
    """Return when something was signed, as it was written.

    Raises:
        CallbackRefused: it is no instant, or too far from now.
    """
    text = asked.get("timestamp", "")
    if not text.isdecimal() or len(text) > 10:
        raise refused()
    if abs(now - datetime.fromtimestamp(int(text), tz=UTC)) > OFF_BY_MAX:
        raise refused()
    return text
