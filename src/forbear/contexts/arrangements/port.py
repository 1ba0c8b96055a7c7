"""By which way does a one-time code reach the person who is to sign?

The code is handed over here and is kept nowhere else: not in an answer, a log or the record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from forbear.values.errors import Conflict
from forbear.values.principal import Principal


class NoCodeSender(Conflict):
    """Nothing is set up by which a code could reach the person."""

    code = "NO_CODE_SENDER"


class CodeNotSent(Conflict):
    """A code may not reach the person now, or by no way."""

    code = "CODE_NOT_SENT"


@dataclass(frozen=True, slots=True)
class CodeToSend:
    """A code on its way. It never shows in a representation."""

    debtor_id: int
    arrangement_ref: str
    code: str = field(repr=False)
    made_at: datetime
    expires_at: datetime
    asked_by: Principal


CodeSender = Callable[[CodeToSend], None]
_SENDERS: list[CodeSender] = []


def register_code_sender(send: CodeSender | None) -> CodeSender | None:
    """Let codes go by this way from now on, and return the way before; None: by none."""
    before = _SENDERS[0] if _SENDERS else None
    _SENDERS[:] = [] if send is None else [send]
    return before


def send_code(code: CodeToSend) -> None:
    """Hand a code over, inside the transaction that keeps its hash.

    Raises:
        NoCodeSender: there is no way.
        CodeNotSent: it may not be sent to this person now.
    """
    if not _SENDERS:
        raise NoCodeSender(
            "No way is set up by which a code could reach the person.",
            remedy="Ask whoever runs Forbear to set up how codes are sent.",
            message_zh="尚未设置向本人发送验证码的方式。",
            remedy_zh="请联系运行维护人员设置验证码发送方式。",
        )
    _SENDERS[0](code)
