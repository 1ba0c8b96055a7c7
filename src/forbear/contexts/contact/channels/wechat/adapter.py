"""How does a permitted message leave by an official account, once?

A message that the file names a template for goes as that template, and its words must fit it to the
letter. Any other goes in free words, which WeChat allows within 48 hours after the person wrote;
outside them it is refused here, before anything leaves. No send is ever repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from forbear.contexts.contact.channels.kind import Entry, Setting
from forbear.contexts.contact.channels.port import (
    Absent,
    Accepted,
    Envelope,
    Handed,
    NotAccepted,
    NotKnown,
    Receipt,
    Seen,
    Traits,
)
from forbear.contexts.contact.channels.wechat.access import Access, Fetched
from forbear.contexts.contact.channels.wechat.answer import Effect, understood
from forbear.contexts.contact.channels.wechat.close import (
    close_point,
    close_told,
    no_such_address,
)
from forbear.contexts.contact.channels.wechat.form import fitting
from forbear.contexts.contact.channels.wechat.kind import Read
from forbear.contexts.contact.channels.wechat.platform import NOT_SENT, Platform
from forbear.contexts.contact.channels.wechat.sent import Sent
from forbear.contexts.contact.gate.permit import Permit

_ANSWERS_WITHIN = timedelta(minutes=10)
"""So long WeChat takes the same id once only."""
_TEXT_BYTES_MAX = 2048


@dataclass(frozen=True, slots=True)
class _Wanted:
    path: str
    body: dict[str, Any]
    ref_at: str


class WechatAdapter:
    """One official account."""

    def __init__(self, entry: Entry, setting: Setting) -> None:
        """Open the secret; nothing is asked yet."""
        read: Read = entry.settings
        self._entry, self._read, self._clock = entry, read, setting.clock
        self._secret = read.secret.open()
        self._platform = Platform(read.base_url, read.timeout_s)
        self._access = Access(
            entry.name, self._fetched, setting.clock, wait_s=float(read.timeout_s)
        )
        self._sent = Sent(entry.name)

    @property
    def traits(self) -> Traits:
        """What it promises: our own record says whether anything left; receipts say the rest."""
        return Traits(
            name=self._entry.name,
            channels=self._entry.carries,
            # A token may have to be fetched first.
            timeout=timedelta(seconds=2 * self._read.timeout_s),
            asks=True,
            absent_final_after=timedelta(0),
            idempotent_for=_ANSWERS_WITHIN,
            receipts=True,
        )

    def hand_over(self, permit: Permit, envelope: Envelope) -> Handed:
        """Send one message, once."""
        wanted = self._wanted(permit, envelope)
        if isinstance(wanted, NotAccepted):
            return wanted
        token = self._access.token()
        if token is None:
            return NotAccepted("NO_TOKEN")
        self._sent.begin(permit, envelope.address, now=self._clock())
        answer, effect = self._asked(wanted, token)
        self._sent.answered(permit.id, answer)
        self._have(effect, permit, token)
        return answer

    def look_up(self, permit_id: UUID) -> Accepted | NotAccepted | Absent | NotKnown:
        """Return what is known here of a message: nothing leaves that was not written down."""
        return self._sent.stand_of(permit_id)

    def receipts(self) -> list[Receipt]:
        """Work on what the platform told, and return what concerns messages."""
        now = self._clock()
        close_told(self._entry.name, now=now)
        return self._sent.told(now=now)

    def check(self) -> list[Seen]:
        """Fetch a token and ask for the account's templates; nothing is sent."""
        token = self._access.token()
        if token is None:
            return [Seen("token", "none was given", good=False)]
        seen = [Seen("token", "given", good=True)]
        forms = [form for each in self._read.templates.values() for form in each]
        asked = [form for form in forms if form.by == "template"]
        try:
            _, said = self._platform.get(
                "/cgi-bin/template/get_all_private_template", access_token=token
            )
        except httpx.HTTPError as error:
            return [*seen, Seen("templates", type(error).__name__, good=False)]
        code = said.get("errcode", 0) if isinstance(said, dict) else "no answer"
        if code != 0:
            return [*seen, Seen("templates", f"WECHAT_{code}", good=False)]
        there = {str(each.get("template_id")) for each in said.get("template_list", [])}
        missing = sorted({form.template_id for form in asked} - there)
        saw = f"missing: {', '.join(missing)}" if missing else f"{len(asked)} of {len(there)} used"
        return [*seen, Seen("templates", saw, good=not missing)]

    def close(self) -> None:
        """Let the connections go."""
        self._platform.close()

    def _wanted(self, permit: Permit, envelope: Envelope) -> _Wanted | NotAccepted:
        person = envelope.address.strip()
        if not person.startswith("o"):
            return NotAccepted("OTHER_PLATFORM")
        named = permit.message[0] if permit.message else ""
        forms = self._read.templates.get(named)
        if forms is None:
            if not self._sent.may_answer(permit, now=self._clock()):
                return NotAccepted("OUTSIDE_48_HOURS")
            if len(envelope.text.encode()) > _TEXT_BYTES_MAX:
                return NotAccepted("TOO_LONG")
            body = {"touser": person, "msgtype": "text", "text": {"content": envelope.text}}
            return _Wanted("/cgi-bin/message/custom/send", body, "")
        found = fitting(forms, envelope.text)
        if isinstance(found, str):
            return NotAccepted(found)
        form, filled = found
        data = {name: {"value": value} for name, value in filled.items()}
        body = {"touser": person, "template_id": form.template_id, "data": data}
        if form.by == "subscribe":
            if form.url:
                body["page"] = form.url
            return _Wanted("/cgi-bin/message/subscribe/bizsend", body, "msgid")
        if form.url:
            body["url"] = form.url
        body["client_msg_id"] = permit.id.hex
        return _Wanted("/cgi-bin/message/template/send", body, "msgid")

    def _asked(self, wanted: _Wanted, token: str) -> tuple[Handed, Effect]:
        try:
            status, said = self._platform.post(wanted.path, wanted.body, access_token=token)
        except NOT_SENT as error:
            return NotAccepted(type(error).__name__), Effect.NONE
        except httpx.HTTPError as error:
            return NotKnown(type(error).__name__), Effect.NONE
        return understood(status, said, wanted.ref_at)

    def _have(self, effect: Effect, permit: Permit, token: str) -> None:
        now, at = self._clock(), (permit.contact_point_id, permit.debtor_id)
        if effect is Effect.TOKEN_SPENT:
            self._access.spent(token)
        elif effect is Effect.CLOSED:
            close_point(*at, f"refused-{permit.id.hex}", now=now)
        elif effect is Effect.ADDRESS_INVALID:
            no_such_address(*at, now=now)

    def _fetched(self) -> Fetched | None:
        body = {
            "grant_type": "client_credential",
            "appid": self._read.app_id,
            "secret": self._secret,
            "force_refresh": False,
        }
        try:
            _, said = self._platform.post("/cgi-bin/stable_token", body)
        except httpx.HTTPError:
            return None
        return fetched_in(said)


def fetched_in(said: Any) -> Fetched | None:
    """Return the token in an answer; null: there is none."""
    if not isinstance(said, dict):
        return None
    token, lasts_s = said.get("access_token"), said.get("expires_in")
    if not isinstance(token, str) or not token or not isinstance(lasts_s, int) or lasts_s < 1:
        return None
    return Fetched(token, timedelta(seconds=lasts_s))
