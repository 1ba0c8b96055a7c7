"""How does the Aliyun short message service speak?

Requests are signed by HMAC-SHA1 over their sorted parameters, as its documentation of the version
2017-05-25 says. Our own id goes as OutId; QuerySendDetails tells of a number's messages of a day,
each with it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from forbear.contexts.contact.channels.port import Absent, Accepted, NotAccepted, NotKnown
from forbear.contexts.contact.channels.sms_http.kind import Read
from forbear.contexts.contact.channels.sms_http.speak import Answer, Call, Fate
from forbear.values.code import Outcome

_VERSION = "2017-05-25"
_CHINA = timezone(timedelta(hours=8))
_IN_DOUBT = frozenset({"isp.SYSTEM_ERROR", "isp.UNKNOWN_ERROR", "InternalError"})
"""With these words nothing is said of whether it was taken."""
_FATES = {2: Outcome.NOT_CONNECTED, 3: Outcome.DELIVERED}
_PAGE = 50


class Cloud:
    """Signs, and asks by our own id."""

    tells_fates = True

    def __init__(self, read: Read, secret: str, clock: Callable[[], datetime]) -> None:
        """``secret`` is the access key's."""
        self._read, self._secret, self._clock, self._said = read, secret, clock, read.fields

    def submit(self, permit_id: UUID, number: str, text: str) -> Call:
        """Hand a message over, in the approved template."""
        words = json.dumps({self._said["text_variable"]: text}, ensure_ascii=False)
        return self._signed(
            {
                "Action": "SendSms",
                "PhoneNumbers": _plain(number),
                "SignName": self._said["sign_name"],
                "TemplateCode": self._said["template_code"],
                "TemplateParam": words,
                "OutId": permit_id.hex,
            }
        )

    def understood(self, status: int, said: Any) -> Answer:
        """Read the code; what is no clear refusal is not known."""
        code = said.get("Code") if isinstance(said, dict) else None
        if code == "OK" and said.get("BizId"):
            return Accepted(str(said["BizId"])[:120])
        if code is None or code in _IN_DOUBT or status >= 500:
            return NotKnown(f"HTTP_{status}" if code is None else str(code)[:60])
        return NotAccepted(str(code)[:60])

    def ask(self, permit_id: UUID, number: str, on: datetime) -> Call | None:
        """Ask after a number's messages of the day on which it was handed over."""
        del permit_id
        return self._signed(
            {
                "Action": "QuerySendDetails",
                "PhoneNumber": _plain(number),
                "SendDate": on.astimezone(_CHINA).strftime("%Y%m%d"),
                "PageSize": str(_PAGE),
                "CurrentPage": "1",
            }
        )

    def told(self, permit_id: UUID, status: int, said: Any) -> Fate | Absent | NotKnown:
        """Find our id among the day's messages; on a later page it is not known."""
        if status != 200 or not isinstance(said, dict) or said.get("Code") != "OK":
            return NotKnown(f"HTTP_{status}")
        rows = said.get("SmsSendDetailDTOs", {}).get("SmsSendDetailDTO", [])
        ours = next((row for row in rows if row.get("OutId") == permit_id.hex), None)
        if ours is not None:
            return Fate(permit_id.hex, _FATES.get(int(ours.get("SendStatus", 0))))
        return Absent() if int(said.get("TotalCount", 0)) <= _PAGE else NotKnown("MORE_THAN_A_PAGE")

    def _signed(self, asked: Mapping[str, str]) -> Call:
        given = {
            **asked,
            "AccessKeyId": self._said["access_key_id"],
            "Format": "JSON",
            "SignatureMethod": "HMAC-SHA1",
            "SignatureNonce": uuid4().hex,
            "SignatureVersion": "1.0",
            "Timestamp": self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Version": _VERSION,
        }
        body = f"Signature={_escaped(signature(given, self._secret))}&{_canonical(given)}"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return Call(self._read.url, headers, body.encode())


def signature(given: Mapping[str, str], secret: str, *, method: str = "POST") -> str:
    """Return the signature of parameters."""
    text = f"{method}&{_escaped('/')}&{_escaped(_canonical(given))}"
    # The service's own choice; the secret is a key of HMAC, where SHA-1 still holds.
    digest = hmac.new(f"{secret}&".encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def _canonical(given: Mapping[str, str]) -> str:
    return "&".join(f"{_escaped(name)}={_escaped(given[name])}" for name in sorted(given))


def _escaped(text: str) -> str:
    return quote(text, safe="-_.~")


def _plain(number: str) -> str:
    return number.removeprefix("+86").removeprefix("+")
