"""What does an enterprise of WeCom tell by itself, and what follows at once?

Signed and sealed as for an official account, the greeting as well. WeCom tells nothing of what
customers write to members of staff: only an archive that the enterprise buys would.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from forbear.contexts.contact.accounts import Told
from forbear.contexts.contact.channels.wechat.access import ACCOUNT
from forbear.contexts.contact.channels.wechat.callback import Account, opened, signed_at, told_at
from forbear.contexts.contact.channels.wechat.close import close_told
from forbear.contexts.contact.channels.wechat.crypt import demand_signed, refused
from forbear.contexts.contact.channels.wechat.said import read_xml
from forbear.contexts.contact.inbound.keep import mark_of
from forbear.contexts.database.transaction import acting
from forbear.values.code import Channel

_LEFT = "del_follow_user"
"""A customer removed a member of staff; who was removed by staff did nothing."""


class Enterprise(Account):
    """One enterprise, as what it tells reaches us."""

    def greeted(self, asked: Mapping[str, str], *, now: datetime) -> str:
        """Return what the platform wants to hear when the address is set up.

        Raises:
            CallbackRefused: it is not the platform that asks, or not now.
        """
        at, sealed = signed_at(asked, now=now), asked.get("echostr", "")
        nonce, given = asked.get("nonce", ""), asked.get("msg_signature", "")
        demand_signed(given, self._token, at, nonce, sealed)
        try:
            return self._envelopes.opened(sealed).decode()
        except UnicodeDecodeError:
            raise refused() from None

    def take(self, asked: Mapping[str, str], octets: bytes, *, now: datetime) -> str:
        """Take in one thing that the platform tells.

        Raises:
            CallbackRefused: it was not signed and sealed by this enterprise, or not now.
        """
        said = read_xml(opened(asked, octets, self._token, self._envelopes, now=now))
        customer = said.of("ExternalUserID")
        if said.of("Event") != "change_external_contact" or said.of("ChangeType") != _LEFT:
            return ""
        at = told_at(said, now=now)
        with acting(ACCOUNT):
            mark = mark_of(customer, Channel.WECHAT, now=now)
            event = f"left:{mark.hex()}:{at.timestamp():.0f}"
            self._keep(event, Told.CLOSED, mark, at, now=now)
        close_told(self._name, now=now)
        return ""
