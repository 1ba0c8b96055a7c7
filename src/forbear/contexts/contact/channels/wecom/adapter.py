"""How does a permitted message leave by a registered WeCom account, whose owner confirms it?

WeCom lets no program write to a customer: it makes a task for one member of staff and one customer,
and the member of staff taps to send. So a contact whose task waits is not known, and counts as
made. Whoever does not tap within minutes finds the task taken back, and the caps have it back.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from forbear.contexts.contact.accounts import AccountMessage
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
from forbear.contexts.contact.channels.wechat.adapter import fetched_in
from forbear.contexts.contact.channels.wechat.close import close_told
from forbear.contexts.contact.channels.wechat.platform import NOT_SENT, Platform
from forbear.contexts.contact.channels.wechat.sent import Sent
from forbear.contexts.contact.channels.wecom.kind import Read
from forbear.contexts.contact.gate.permit import Permit
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.care import username_of
from forbear.values.code import Outcome
from forbear.values.principal import system

WAITS = "WAITS_FOR_STAFF"
_BUSY = -1
_SPENT = frozenset({40001, 40014, 42001})
_CUSTOMER = re.compile(r"w[mo][A-Za-z0-9_-]{4,62}")
_STAFF = re.compile(r"staff:(\d+)")
_TEXT_BYTES_MAX = 4000
_ASK_EVERY = timedelta(seconds=5)
_EXTERNAL = "/cgi-bin/externalcontact"
_ACTOR = system("account")
_REFUSED = {2: "NOT_A_CONTACT", 3: "LIMIT_OF_THE_PLATFORM"}
"""What WeCom says of a task that was confirmed and did not go."""


class WecomAdapter:
    """One enterprise."""

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
        self._confirm = timedelta(minutes=read.confirm_minutes)

    @property
    def traits(self) -> Traits:
        """What it promises: our own record and WeCom's say whether a task was confirmed."""
        return Traits(
            name=self._entry.name,
            channels=self._entry.carries,
            timeout=timedelta(seconds=2 * self._read.timeout_s),
            asks=True,
            absent_final_after=timedelta(0),
            idempotent_for=None,
            receipts=True,
            by_staff=True,
        )

    def hand_over(self, permit: Permit, envelope: Envelope) -> Handed:
        """Make one task, for whoever asked for the contact and nobody else."""
        account = self._account_of(envelope.by)
        if account is None:
            return NotAccepted("NO_REGISTERED_ACCOUNT")
        if not _CUSTOMER.fullmatch(envelope.address.strip()):
            return NotAccepted("OTHER_PLATFORM")
        if len(envelope.text.encode()) > _TEXT_BYTES_MAX:
            return NotAccepted("TOO_LONG")
        token = self._access.token()
        if token is None:
            return NotAccepted("NO_TOKEN")
        self._sent.begin(permit, envelope.address, sender=account, now=self._clock())
        answer = self._task(account, envelope, token)
        if isinstance(answer, Accepted):
            self._sent.named(permit.id, answer.provider_ref)
            return NotKnown(WAITS)
        self._sent.answered(permit.id, answer)
        return answer

    def look_up(self, permit_id: UUID) -> Accepted | NotAccepted | Absent | NotKnown:
        """Ask whether a task was confirmed; one that waited too long is taken back."""
        row = self._sent.row_of(permit_id)
        if row is None or row.state != "LEAVING" or not row.message_ref:
            return self._sent.stand_of(permit_id)
        return self._stand(row)

    def receipts(self) -> list[Receipt]:
        """Ask after the tasks that wait, each every few seconds, and return those that went."""
        now = self._clock()
        close_told(self._entry.name, now=now)
        told = []
        for row in self._sent.due(after=_ASK_EVERY, now=now):
            if isinstance(self._stand(row), Accepted):
                event = f"{row.permit_id}:{Outcome.SENT.value}"
                told.append(Receipt(event, row.permit_id, Outcome.SENT, now))
        return told

    def check(self) -> list[Seen]:
        """Fetch a token and ask whether the registered accounts may write to customers."""
        token = self._access.token()
        if token is None:
            return [Seen("token", "none was given", good=False)]
        seen = [Seen("token", "given", good=True)]
        try:
            _, said = self._platform.get(f"{_EXTERNAL}/get_follow_user_list", access_token=token)
        except httpx.HTTPError as error:
            return [*seen, Seen("accounts", type(error).__name__, good=False)]
        if _code(said) != 0:
            return [*seen, Seen("accounts", f"WECOM_{_code(said)}", good=False)]
        missing = sorted(set(self._read.accounts.values()) - set(said.get("follow_user", [])))
        saw = f"missing: {', '.join(missing)}" if missing else f"{len(self._read.accounts)} may"
        return [*seen, Seen("accounts", saw, good=not missing)]

    def close(self) -> None:
        """Let the connections go."""
        self._platform.close()

    def _account_of(self, asked_by: str) -> str | None:
        found = _STAFF.fullmatch(asked_by)
        if found is None:
            return None
        with reading(_ACTOR):
            name = username_of(int(found[1]))
        return self._read.accounts.get(name)

    def _task(self, account: str, envelope: Envelope, token: str) -> Handed:
        customer = envelope.address.strip()
        body = {
            "chat_type": "single",
            "external_userid": [customer],
            "sender": account,
            "allow_select": False,
            "text": {"content": envelope.text},
        }
        try:
            status, said = self._platform.post(
                f"{_EXTERNAL}/add_msg_template", body, access_token=token
            )
        except NOT_SENT as error:
            return NotAccepted(type(error).__name__)
        except httpx.HTTPError as error:
            return NotKnown(type(error).__name__)
        code = _code(said)
        if code is None or code == _BUSY or status >= 500:
            return NotKnown(f"HTTP_{status}" if code is None else f"WECOM_{code}")
        if code in _SPENT:
            self._access.spent(token)
        if code != 0:
            return NotAccepted(f"WECOM_{code}")
        if customer in said.get("fail_list", []):
            return NotAccepted("NOT_A_CONTACT")
        ref = said.get("msgid")
        return Accepted(str(ref)[:120]) if ref else NotKnown("NO_NUMBER_GIVEN")

    def _stand(self, row: AccountMessage) -> Accepted | NotAccepted | NotKnown:
        token = self._access.token()
        if token is None:
            return NotKnown("NO_TOKEN")
        try:
            answer = self._confirmed(row, token)
            if answer is None and self._clock() >= row.left_at + self._confirm:
                answer = self._taken_back(row, token)
        except httpx.HTTPError as error:
            return NotKnown(type(error).__name__)
        if answer is None:
            return NotKnown(WAITS)
        self._sent.answered(row.permit_id, answer)
        return answer

    def _confirmed(self, row: AccountMessage, token: str) -> Accepted | NotAccepted | None:
        """Return how a task ended; null: it still waits, or nothing was said."""
        body = {"msgid": row.message_ref, "userid": row.sender, "limit": 10}
        path = f"{_EXTERNAL}/get_groupmsg_send_result"
        _, said = self._platform.post(path, body, access_token=token)
        rows = said.get("send_list", []) if _code(said) == 0 else []
        status = rows[0].get("status") if rows else None
        if status == 1:
            return Accepted(row.message_ref)
        return NotAccepted(_REFUSED[status]) if status in _REFUSED else None

    def _taken_back(self, row: AccountMessage, token: str) -> Accepted | NotAccepted | None:
        """Take a task back; it may have been confirmed just before, so it is asked once more."""
        path = f"{_EXTERNAL}/cancel_groupmsg_send"
        _, said = self._platform.post(path, {"msgid": row.message_ref}, access_token=token)
        found = self._confirmed(row, token)
        if found is None and _code(said) == 0:
            return NotAccepted("NOT_CONFIRMED")
        return found

    def _fetched(self) -> Fetched | None:
        try:
            _, said = self._platform.get(
                "/cgi-bin/gettoken", corpid=self._read.app_id, corpsecret=self._secret
            )
        except httpx.HTTPError:
            return None
        return fetched_in(said)


def _code(said: Any) -> int | None:
    code = said.get("errcode") if isinstance(said, dict) else None
    return code if isinstance(code, int) and not isinstance(code, bool) else None
