"""How does the general gateway speak, as its file describes it?"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from forbear.contexts.contact.channels.port import Absent, Accepted, NotAccepted, NotKnown
from forbear.contexts.contact.channels.sms_http.kind import PLACES, Read
from forbear.contexts.contact.channels.sms_http.speak import Answer, Call, Fate


class Plain:
    """JSON in, JSON out."""

    tells_fates = False

    def __init__(self, read: Read, secret: str, clock: Callable[[], datetime]) -> None:
        """``secret`` stands where the file says {secret}."""
        del clock
        self._read, self._secret, self._said = read, secret, read.fields

    def submit(self, permit_id: UUID, number: str, text: str) -> Call:
        """Fill in the file's places; a value never becomes part of the form around it."""
        given = {"id": str(permit_id), "number": number, "text": text, "secret": self._secret}
        return Call(self._read.url, self._headers(given), _json(self._said["body"], given))

    def understood(self, status: int, said: Any) -> Answer:
        """Read the gateway's own number, or its refusal, at the places that the file names."""
        if status >= 500 or said is None:
            return NotKnown(f"HTTP_{status}")
        if status >= 400:
            return NotAccepted(f"HTTP_{status}")
        place, good = self._said["good_at"], self._said["good"]
        if place:
            word = _at(said, place)
            if word is None:
                return NotKnown("NO_WORD")
            if str(word) != good:
                return NotAccepted(str(word)[:40])
        ref = _at(said, self._said["ref_at"])
        return Accepted(str(ref)[:120]) if ref not in {None, ""} else NotKnown("NO_NUMBER_GIVEN")

    def ask(self, permit_id: UUID, number: str, on: datetime) -> Call | None:
        """Ask after our id, where the gateway lets one."""
        del on
        url = self._said["look_up_url"]
        given = {"id": str(permit_id), "number": number, "text": "", "secret": self._secret}
        return Call(_filled(url, given), self._headers(given), None) if url else None

    def told(self, permit_id: UUID, status: int, said: Any) -> Fate | Absent | NotKnown:
        """Read the number again; 404 says that there is no such message."""
        del permit_id
        if status == 404:
            return Absent()
        ref = _at(said, self._said["ref_at"]) if status == 200 else None
        return Fate(str(ref)[:120], None) if ref else NotKnown(f"HTTP_{status}")

    def _headers(self, given: dict[str, str]) -> dict[str, str]:
        named = {name: _filled(value, given) for name, value in self._said["headers"].items()}
        return {"Content-Type": "application/json", **named}


def _json(form: Any, given: dict[str, str]) -> bytes:
    return json.dumps(_placed(form, given), ensure_ascii=False).encode()


def _placed(form: Any, given: dict[str, str]) -> Any:
    if isinstance(form, dict):
        return {name: _placed(value, given) for name, value in form.items()}
    if isinstance(form, list):
        return [_placed(value, given) for value in form]
    return _filled(form, given) if isinstance(form, str) else form


def _filled(form: str, given: dict[str, str]) -> str:
    """Fill the places of a text in one go, so that a value with braces in it stays a value."""
    parts = form.split("{")
    found = [parts[0]]
    for part in parts[1:]:
        name, closed, rest = part.partition("}")
        found.append(given[name] + rest if closed and name in PLACES else "{" + part)
    return "".join(found)


def _at(said: Any, place: str) -> Any:
    """Return what stands at a place such as data.messages.0.id; None: nothing."""
    for step in place.split("."):
        if isinstance(said, dict):
            said = said.get(step)
        elif isinstance(said, list) and step.isdecimal() and int(step) < len(said):
            said = said[int(step)]
        else:
            return None
    return said
