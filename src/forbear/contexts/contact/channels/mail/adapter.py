"""How does a permitted mail leave, once?

One conversation with the mail server for each. Up to the mail itself every refusal is definite;
once the mail is under way, a conversation that breaks leaves it unknown, and it is not sent again.
"""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import UUID

from forbear.contexts.contact.channels.kind import Entry, Setting
from forbear.contexts.contact.channels.port import (
    Accepted,
    Envelope,
    Handed,
    NotAccepted,
    NotKnown,
    Seen,
    Traits,
)
from forbear.contexts.contact.gate.permit import Permit
from forbear.contexts.contact.mail.returned import unreachable
from forbear.contexts.contact.mail.token import (
    UNSUBSCRIBE,
    address_of_return,
    token_of,
)

_NOBODY = {550, 551, 553}
"""With these a server says that there is no such address."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the file of channels says. ``unsubscribe_url`` "": people answer the mail instead."""

    host: str
    port: int
    tls: str
    user: str
    password: str = field(repr=False)
    from_address: str
    from_name: str
    reply_to: str
    return_domain: str
    unsubscribe_url: str
    timeout_s: int


class _Refused(Exception):  # it is an answer, not a fault
    """The server definitely did not take it; ``code`` says at which step."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class MailAdapter:
    """One mail server."""

    def __init__(self, entry: Entry, settings: Settings, setting: Setting) -> None:
        """Take the settings; nothing is opened."""
        self._entry, self._settings, self._clock = entry, settings, setting.clock

    @property
    def traits(self) -> Traits:
        """What it promises: nobody can be asked; bounces come by themselves."""
        return Traits(
            name=self._entry.name,
            channels=self._entry.carries,
            timeout=timedelta(seconds=self._settings.timeout_s),
            asks=False,
            absent_final_after=None,
            idempotent_for=None,
            receipts=True,
        )

    def hand_over(self, permit: Permit, envelope: Envelope) -> Handed:
        """Give the server one mail."""
        try:
            mail = self._mail(permit, envelope)
        except ValueError:
            return NotAccepted("UNFIT_HEADER")
        back = address_of_return(permit.id, self._settings.return_domain)
        try:
            server = self._greeted()
        except _Refused as refused:
            return NotAccepted(refused.code)
        try:
            self._addressed(server, back, envelope.address, permit)
            return _handed(server, mail.as_bytes(policy=SMTP), str(mail["Message-ID"]))
        except _Refused as refused:
            return NotAccepted(refused.code)
        finally:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()

    def look_up(self, permit_id: UUID) -> NotKnown:
        """Say that a mail server cannot be asked."""
        del permit_id
        return NotKnown("CANNOT_BE_ASKED")

    def check(self) -> list[Seen]:
        """Greet the server, sign in and name a sender; nothing is sent."""
        try:
            server = self._greeted()
        except _Refused as refused:
            return [Seen("connect", refused.code, good=False)]
        try:
            seen = [Seen("connect", f"{self._settings.tls}, signed in", good=True)]
            server.ehlo_or_helo_if_needed()
            code, _ = server.mail(f"check@{self._settings.return_domain}")
            return [*seen, Seen("sender", f"SMTP {code}", good=code == 250)]
        except (smtplib.SMTPException, OSError) as error:
            return [Seen("sender", type(error).__name__, good=False)]
        finally:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()

    def _greeted(self) -> smtplib.SMTP:
        say, context = self._settings, ssl.create_default_context()
        step = "NO_CONNECTION"
        try:
            if say.tls == "implicit":
                server: smtplib.SMTP = smtplib.SMTP_SSL(
                    say.host, say.port, timeout=say.timeout_s, context=context
                )
            else:
                server = smtplib.SMTP(say.host, say.port, timeout=say.timeout_s)
            step = "NO_TLS"
            if say.tls == "starttls":
                server.starttls(context=context)
            step = "NOT_SIGNED_IN"
            if say.user:
                server.login(say.user, say.password)
        except (smtplib.SMTPException, OSError) as error:
            raise _Refused(f"{step}_{type(error).__name__}") from error
        return server

    def _addressed(self, server: smtplib.SMTP, back: str, to: str, permit: Permit) -> None:
        try:
            server.ehlo_or_helo_if_needed()
            code, _ = server.mail(back)
            if code != 250:
                raise _Refused(f"SMTP_{code}_SENDER")
            code, _ = server.rcpt(to)
        except (smtplib.SMTPException, OSError) as error:
            raise _Refused(f"LOST_{type(error).__name__}") from error
        if code in _NOBODY:
            unreachable(permit.contact_point_id, permit.debtor_id, now=self._clock())
        if code not in {250, 251}:
            raise _Refused(f"SMTP_{code}_RECIPIENT")

    def _mail(self, permit: Permit, envelope: Envelope) -> EmailMessage:
        say, mail = self._settings, EmailMessage(policy=SMTP)
        mail["From"] = Address(say.from_name, addr_spec=say.from_address)
        mail["To"] = Address(addr_spec=envelope.address)
        mail["Subject"] = envelope.subject or say.from_name
        mail["Date"] = format_datetime(self._clock())
        mail["Message-ID"] = f"<{token_of(permit.id)}@{say.return_domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        if say.reply_to:
            mail["Reply-To"] = say.reply_to
        leave = f"<mailto:{address_of_return(permit.id, say.return_domain, what=UNSUBSCRIBE)}>"
        if say.unsubscribe_url:
            leave += f", <{say.unsubscribe_url.rstrip('/')}/{token_of(permit.id)}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail["List-Unsubscribe"] = leave
        mail.set_content(envelope.text, charset="utf-8", cte="base64")
        return mail


def _handed(server: smtplib.SMTP, octets: bytes, name: str) -> Handed:
    try:
        code, _ = server.data(octets)
    except smtplib.SMTPDataError as refused:
        return NotAccepted(f"SMTP_{refused.smtp_code}_DATA")
    except (smtplib.SMTPException, OSError) as error:
        return NotKnown(type(error).__name__)
    return Accepted(name[:120]) if code == 250 else NotAccepted(f"SMTP_{code}_DATA")
