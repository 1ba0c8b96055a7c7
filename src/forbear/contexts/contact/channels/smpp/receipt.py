"""What does a carrier's receipt say of a message?

Its state stands in optional parameters, in the customary text (appendix B of the specification),
or in both; then the parameters count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from forbear.contexts.contact.channels.smpp.pdu import Message, Tag
from forbear.values.code import Outcome

_RECEIPT = 0x04
_KIND = 0x3C
_FIELD = re.compile(r"(?i)\b(id|stat|err):\s*([^\s]*)")
_STATES = {
    1: "ENROUTE",
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    6: "ACCEPTD",
    7: "UNKNOWN",
    8: "REJECTD",
}
FATES = {
    "DELIVRD": Outcome.DELIVERED,
    "EXPIRED": Outcome.NOT_CONNECTED,
    "DELETED": Outcome.NOT_CONNECTED,
    "UNDELIV": Outcome.NOT_CONNECTED,
    "REJECTD": Outcome.NOT_CONNECTED,
    "UNKNOWN": Outcome.UNKNOWN,
}
"""What a state that is the last one means. A state that is not here may still change."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """``message_id`` "": it names none. ``reference`` null: ours is not given back."""

    message_id: str
    state: str
    error: str
    reference: int | None

    @property
    def fate(self) -> Outcome | None:
        """What became of the message; None: that may still change."""
        return FATES.get(self.state)


def is_receipt(message: Message) -> bool:
    """Say whether a delivery tells of a message of ours; else it is somebody's own words."""
    return message.esm & _KIND == _RECEIPT or Tag.RECEIPTED_MESSAGE_ID in message.tlvs


def read_receipt(message: Message) -> Receipt:
    """Return what a receipt says."""
    said = {
        name.lower(): value for name, value in _FIELD.findall(message.octets.decode("latin-1"))[:12]
    }
    named = message.tlvs.get(Tag.RECEIPTED_MESSAGE_ID)
    state = message.tlvs.get(Tag.MESSAGE_STATE)
    reference = message.tlvs.get(Tag.USER_REFERENCE)
    return Receipt(
        named.rstrip(b"\0").decode("latin-1") if named else said.get("id", ""),
        _STATES.get(state[0], "") if state else said.get("stat", "").upper()[:7],
        said.get("err", "")[:16],
        int.from_bytes(reference[:2], "big") if reference else None,
    )


def state_named(number: int) -> str:
    """Return the word of a state's number; "" where there is none."""
    return _STATES.get(number, "")


def same_form(message_id: str, form: str) -> str:
    """Return an id as it is compared, where a carrier writes it in another form in receipts.

    ``form``: text, hex or decimal.
    """
    if form == "text":
        return message_id
    try:
        return str(int(message_id, 16 if form == "hex" else 10))
    except ValueError:
        return message_id
